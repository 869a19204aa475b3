"""What the product costs, measured on a stack of its own beside a bare view: `make bench`."""

"""Parts of our pages that are drawn in Python because there are many of them."""

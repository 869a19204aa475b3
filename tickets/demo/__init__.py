"""The demo: two help desks unlike each other, with months of talk; the same at every start but for the times."""

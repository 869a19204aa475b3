"""The suite: a mirror of the packages, run on a real stack of its own."""

"""The portal's pages about tickets."""

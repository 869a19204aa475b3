"""The help center for programs."""

"""What people can read for themselves (floor 2)."""

"""What is promised and whether it is kept: business time, policies, clocks."""

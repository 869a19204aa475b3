"""What happens when parts die, requests come twice and many write at once."""

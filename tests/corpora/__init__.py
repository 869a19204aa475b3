"""Other people's real and hostile input through the running product; the collections stay outside the repository."""

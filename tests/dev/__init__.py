"""The embedded stack, the mail catcher and the commands around them."""

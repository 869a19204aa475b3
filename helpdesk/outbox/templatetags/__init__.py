"""Words of the mails' templates."""

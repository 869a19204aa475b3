"""The desk: the queue and workspace agents live in, and the setup of categories, calendars and promises."""

from tickets.admin import ticket

__all__ = ["ticket"]

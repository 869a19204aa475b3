"""The desk's pages for admins who write the help center."""

from helpcenter.admin import articles, incidents, setup

__all__ = ["articles", "incidents", "setup"]

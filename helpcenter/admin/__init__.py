"""The desk's pages for admins who write the help center."""

from helpcenter.admin import articles, setup

__all__ = ["articles", "setup"]

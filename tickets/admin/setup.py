"""What the setup pages of the desk share: plain forms without pop-ups, and how versions are told."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.sites import SetupAdmin
from helpdesk.templatetags.parts import when

__all__ = ["SetupAdmin", "version_line"]


def version_line(version: int, created_at: Any, told: str) -> str:
    """One line of a list of versions."""
    facts = {"version": version, "date": when(created_at, "text"), "told": told}
    return _("Version %(version)d of %(date)s: %(told)s") % facts

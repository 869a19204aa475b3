"""What the setup pages of the desk share: plain forms without pop-ups, and how versions are told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.sites import DeskModelAdmin
from helpdesk.templatetags.parts import when


class SetupAdmin(DeskModelAdmin):
    """A settings page for admins."""

    actions: list[str] | None = None

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        """No pop-up windows beside a choice: they need the stock scripts, and lead away from what was typed."""
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **options)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


def version_line(version: int, created_at: Any, told: str) -> str:
    """One line of a list of versions."""
    facts = {"version": version, "date": when(created_at, "text"), "told": told}
    return _("Version %(version)d of %(date)s: %(told)s") % facts

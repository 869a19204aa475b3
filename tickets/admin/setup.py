"""What the setup pages of the desk share: who may use them, and plain forms without pop-ups."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.sites import DeskModelAdmin
from helpdesk.templatetags.parts import when

NAMED = 3


class SetupAdmin(DeskModelAdmin):
    """A settings page for admins. Whom the role keeps out is told who can do it, whatever the address."""

    actions: list[str] | None = None

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._refuse_others(request)
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        self._refuse_others(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._refuse_others(request)
        return super().history_view(request, object_id, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._refuse_others(request)
        return super().delete_view(request, object_id, extra_context)

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        """No pop-up windows beside a choice: they need the stock scripts, and lead away from what was typed."""
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **options)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def _refuse_others(self, request: HttpRequest) -> None:
        if self.has_view_or_change_permission(request):
            return
        admins = Member.objects.filter(role=Member.Role.ADMIN, is_active=True).order_by("name", "email")[
            :NAMED
        ]
        names = ", ".join(str(admin) for admin in admins)
        raise PermissionDenied(
            _("Only admins can change these settings. Ask %(names)s.") % {"names": names}
            if names
            else _("Only admins can change these settings.")
        )


def version_line(version: int, created_at: Any, told: str) -> str:
    """One line of a list of versions."""
    facts = {"version": version, "date": when(created_at, "text"), "told": told}
    return _("Version %(version)d of %(date)s: %(told)s") % facts

"""The audit log as a page: every change of the setup, for admins, and for leads what is their teams'."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.audit import actor_told, changes_listed, entries_visible_to
from accounts.factors import person_of
from accounts.models import AuditEntry, Member
from accounts.rules import DESK_ROLES
from accounts.sites import SetupAdmin, desk
from helpdesk.counts import CappedPaginator
from helpdesk.templatetags.parts import when
from helpdesk.typed_text import key_in

PEOPLE = 100


class KindFilter(admin.SimpleListFilter):
    """The kinds of settings there are pages for."""

    title = _("kind of setting")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        kinds = {model._meta.label_lower: kind_told(model._meta.label_lower) for model in desk._registry}
        kinds.pop(AuditEntry._meta.label_lower, None)
        return sorted(kinds.items(), key=lambda kind: kind[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class ActorFilter(admin.SimpleListFilter):
    """The people of the team."""

    title = _("who")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        people = Member.objects.filter(role__in=DESK_ROLES).order_by("name", "email")[:PEOPLE]
        return [(str(person.pk), str(person)) for person in people]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        value = self.value() or ""
        return queryset.filter(actor=key_in(value)) if value else queryset


@admin.register(AuditEntry, site=desk)
class AuditEntryAdmin(SetupAdmin):
    """Read only: what was written here stays."""

    first_use = _(
        "Each change of the setup stands here: who made it, when, and what it was before. "
        "For example “Name: bank → banking”."
    )
    list_display = ["moment", "who", "act", "kind_shown", "thing", "what"]
    list_display_links = None
    list_filter = [KindFilter, ActorFilter, "at"]
    search_fields = ["name"]
    ordering = ["-id"]
    sortable_by = ()
    paginator = CappedPaginator
    fields = ("moment", "who", "act", "kind_shown", "thing", "what")
    readonly_fields = ("moment", "who", "act", "kind_shown", "thing", "what")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        return entries_visible_to(person_of(request))

    @admin.display(description=_("When"))
    def moment(self, entry: AuditEntry) -> SafeString | str:
        """The exact time."""
        return when(entry.at, "absolute")

    @admin.display(description=_("Who"))
    def who(self, entry: AuditEntry) -> SafeString:
        """Who did it."""
        return format_html("<bdi>{}</bdi>", actor_told(entry))

    @admin.display(description=_("Kind"))
    def kind_shown(self, entry: AuditEntry) -> str:
        """The kind of setting in the reader's words."""
        return kind_told(entry.kind)

    @admin.display(description=_("Name"))
    def thing(self, entry: AuditEntry) -> SafeString:
        """What it was called, and the way there."""
        url = url_of_thing(entry)
        shown = format_html("<bdi>{}</bdi>", entry.name)
        return format_html('<a href="{}">{}</a>', url, shown) if url else shown

    @admin.display(description=_("Changes"))
    def what(self, entry: AuditEntry) -> SafeString | str:
        """Each change with before and after, on a line of its own."""
        return (
            format_html_join("", '<p dir="auto">{}</p>', ((told,) for told in changes_listed(entry))) or "–"
        )


def kind_told(kind: str) -> str:
    """The kind of thing that a model's label names."""
    try:
        return str(capfirst(apps.get_model(kind)._meta.verbose_name))
    except LookupError:
        return kind


def url_of_thing(entry: AuditEntry) -> str:
    """Where the thing is kept; empty when it is gone or has no page."""
    if entry.act == AuditEntry.Act.DELETED or not entry.object_id:
        return ""
    try:
        return reverse(f"admin:{entry.kind.replace('.', '_')}_change", args=[entry.object_id])
    except NoReverseMatch:
        return ""

"""The two admin sites: the desk on a tenant's host, and the operators' on the bare domain."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.rules import may_use_desk, may_use_platform
from helpdesk.tenancy import TenantModelForm


class DeskSite(admin.AdminSite):
    """Where agents, leads and admins of one tenant work."""

    site_header = _("Desk")
    site_title = _("Desk")
    index_title = _("Settings")
    site_url = "/"
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # What higher floors show beside every page of the desk: each adds to the context of the page.
        self.panels: list[Callable[[HttpRequest], dict[str, Any]]] = []

    def has_permission(self, request: HttpRequest) -> bool:
        return may_use_desk(request.user)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        if context["has_permission"]:
            for panel in self.panels:
                context |= panel(request)
        return context

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The desk begins with the queue."""
        return redirect("admin:tickets_ticket_changelist")


class PlatformSite(admin.AdminSite):
    """Where operators keep the list of tenants; none of a tenant's own rows can be reached from here."""

    site_header = _("Platform")
    site_title = _("Platform")
    index_title = _("Tenants and operators")
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return may_use_platform(request.user)


desk = DeskSite(name="admin")
platform = PlatformSite(name="admin")


class DeskModelAdmin(admin.ModelAdmin):
    """Base of every page of the desk: a foreign id is a 404, a duplicate an error of the form."""

    form = TenantModelForm
    show_full_result_count = False
    list_per_page = 50

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the page offers as a filter: nobody guesses at a column's content through the address."""
        return any(lookup in _lookups_of(entry) for entry in self.list_filter)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        raise Http404


def _lookups_of(entry: Any) -> set[str]:
    """What one entry of `list_filter` puts into the address."""
    field = entry[0] if isinstance(entry, list | tuple) else entry
    if not isinstance(field, str):
        return {str(field.parameter_name)}
    return {f"{field}{ending}" for ending in ("__exact", "__isnull", "__id__exact", "__gte", "__lt")}

"""The two admin sites: the desk on a tenant's host, and the operators' on the bare domain."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
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

    def has_permission(self, request: HttpRequest) -> bool:
        return may_use_desk(request.user)


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

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        raise Http404

"""Settings of a tenant about its people: persons, teams, senders, and how accounts and tickets behave."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from accounts.admin.keys import keys_view
from accounts.admin.people import PersonAdmin, RoleFilter
from accounts.models import Member, Sender, Team, TeamMembership, TenantSettings
from accounts.sites import DeskModelAdmin, desk
from helpdesk.mail_address import check_mailable, check_tags_fit, dns_form
from helpdesk.tenancy import TenantModelForm


class MembershipInline(admin.TabularInline):
    """Teams of a person, or people of a team, with the tier."""

    model = TeamMembership
    form = TenantModelForm
    extra = 1


@admin.register(Member, site=desk)
class MemberAdmin(PersonAdmin):
    """People of the tenant, with their teams."""

    list_filter = [RoleFilter, "is_active"]
    inlines = [MembershipInline]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(keys_view)
        return [path("keys/", view, name="accounts_member_keys"), *super().get_urls()]


@admin.register(Team, site=desk)
class TeamAdmin(DeskModelAdmin):
    """Teams and who works in them, at which tier."""

    list_display = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline]


class SenderForm(TenantModelForm):
    """Keeps the address as the mail system knows it, with room for what answers carry."""

    def clean_from_address(self) -> str:
        address: str = self.cleaned_data["from_address"]
        check_mailable(address)
        check_tags_fit(address)
        return dns_form(address)


@admin.register(Sender, site=desk)
class SenderAdmin(DeskModelAdmin):
    """The names and addresses the tenant writes as."""

    form = SenderForm
    list_display = ["audience", "from_name", "from_address", "is_default"]


@admin.register(TenantSettings, site=desk)
class TenantSettingsAdmin(DeskModelAdmin):
    """The tenant's own choices; there is one row, so the list leads straight to it."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        row = TenantSettings.objects.first()
        if row is None or not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        return redirect("admin:accounts_tenantsettings_change", row.pk)

"""Settings of a tenant about its people: persons, teams, senders, and how accounts and tickets behave."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.admin.keys import keys_view
from accounts.admin.people import PersonAdmin, PersonForm, RoleFilter
from accounts.models import Member, Sender, Team, TeamMembership, TenantSettings
from accounts.queries import audiences
from accounts.sites import DeskModelAdmin, desk
from helpdesk.mail_address import check_mailable, check_tags_fit, dns_form
from helpdesk.tenancy import TenantModelForm


class MembershipInline(admin.TabularInline):
    """Teams of a person, or people of a team, with the tier."""

    model = TeamMembership
    form = TenantModelForm
    extra = 1


class AudienceField(forms.ModelChoiceField):
    """One of the audiences that the tenant writes to."""

    def label_from_instance(self, obj: Sender) -> str:
        return obj.audience


class MemberForm(PersonForm):
    """A person with the audience they belong to, asked for where the tenant writes to several."""

    audience = AudienceField(
        label=_("Audience"),
        queryset=Sender.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("Articles for one audience are shown to those who belong to it, and to the team."),
    )

    class Meta(PersonForm.Meta):
        fields = [*PersonForm.Meta.fields, "audience"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if audiences():
            self.fields["audience"].queryset = Sender.objects.order_by("audience")  # type: ignore[attr-defined]
        else:
            del self.fields["audience"]


@admin.register(Member, site=desk)
class MemberAdmin(PersonAdmin):
    """People of the tenant, with their teams."""

    form = MemberForm
    list_filter = [RoleFilter, "is_active"]
    inlines = [MembershipInline]

    def get_fields(self, request: HttpRequest, obj: Member | None = None) -> Any:
        fields = list(super().get_fields(request, obj))
        if audiences():
            fields.insert(fields.index("role") + 1, "audience")
        return fields

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

"""Settings of a tenant about its people: persons, teams, senders, and how accounts and tickets behave."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.admin.keys import keys_view
from accounts.admin.people import PersonAdmin, PersonForm, RoleFilter
from accounts.admin.work import LanguagesField, day_back, work_view
from accounts.models import Member, Sender, Team, TeamMembership, TenantSettings
from accounts.queries import audiences
from accounts.rules import may_use_desk
from accounts.sites import DeskModelAdmin, desk
from helpdesk.mail_address import check_mailable, check_tags_fit, dns_form
from helpdesk.tenancy import TenantModelForm

# What says of somebody of the desk how rules give them tickets.
WORK = ("takes_tickets", "back_on", "most_tickets", "languages")


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

    languages = LanguagesField()

    class Meta(PersonForm.Meta):
        fields = [*PersonForm.Meta.fields, "audience", *WORK]
        labels = {"takes_tickets": _("Takes new tickets"), "most_tickets": _("Open tickets at most")}
        help_texts = {
            "takes_tickets": _("Off: no rule of a team gives the person any."),
            "back_on": _("Until that day no rule gives the person any."),
            "most_tickets": _(
                "Rules give no more than that; what waits for its customer does not count. Empty: no limit."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "audience" in self.fields and audiences():
            self.fields["audience"].queryset = Sender.objects.order_by("audience")  # type: ignore[attr-defined]
        else:
            self.fields.pop("audience", None)
        if not may_use_desk(self.instance):
            for name in WORK:
                self.fields.pop(name, None)

    def clean_back_on(self) -> dt.date | None:
        return day_back(self.cleaned_data["back_on"], before=self.initial.get("back_on"))


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
        return [*fields, *WORK] if obj and may_use_desk(obj) else fields

    def get_urls(self) -> list[URLPattern]:
        own = {"keys": keys_view, "work": work_view}
        pages = [
            path(f"{name}/", self.admin_site.admin_view(view), name=f"accounts_member_{name}")
            for name, view in own.items()
        ]
        return [*pages, *super().get_urls()]


@admin.register(Team, site=desk)
class TeamAdmin(DeskModelAdmin):
    """Teams and who works in them, at which tier."""

    fields = ["name", "slug", "assigning", "presence"]
    list_display = ["name", "slug", "assigning"]
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

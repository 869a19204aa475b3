"""What the desk's and the platform's pages of people have in common."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions.factors import reset_factors
from accounts.actions.people import check_person, save_person
from accounts.factors import person_of
from accounts.forms import zone_choices
from accounts.fresh import fresh_sign_in_required
from accounts.models import Member
from accounts.rules import grantable_roles
from accounts.sites import DeskModelAdmin, moment
from accounts.ways import ways_of
from helpdesk.errors import Refused
from helpdesk.forms import show_refusal
from helpdesk.mail_address import check_mailable
from helpdesk.tenancy import TenantModelForm


class PersonForm(TenantModelForm):
    """A person as a keeper of people sees them; `actor` is set by the page."""

    actor: Member
    locale = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As the person's browser says")), *settings.LANGUAGES],
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"), required=False, choices=lambda: [("", _("The tenant's")), *zone_choices()]
    )

    class Meta:
        model = Member
        fields = ["email", "name", "role", "locale", "timezone", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            role = cast(forms.ChoiceField, self.fields["role"])
            role.choices = [(granted.value, granted.label) for granted in grantable_roles(self.actor)]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        check_mailable(email)
        return email

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        role, stored = self.cleaned_data.get("role"), self.instance if self.instance.pk else None
        if role:
            try:
                check_person(stored, role=role, is_active=self.cleaned_data["is_active"], actor=self.actor)
            except Refused as refused:
                show_refusal(self, refused)
        return cleaned


class RoleFilter(admin.SimpleListFilter):
    """The roles that people of this site can have."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(role.value, role.label) for role in grantable_roles(person_of(request))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Member]) -> QuerySet[Member]:
        return queryset.filter(role=self.value()) if self.value() else queryset


class PersonAdmin(DeskModelAdmin):
    """People of the current tenant. An address is written once: a changed one would be a stranger's to prove."""

    form = PersonForm
    fields = (*PersonForm.Meta.fields,)
    last_seen = moment("last_login", _("Last sign-in"))
    list_display = ["email", "name", "role", "is_active", "last_seen"]
    search_fields = ["email", "name"]
    ordering = ["email"]

    def get_readonly_fields(self, request: HttpRequest, obj: Member | None = None) -> list[str]:
        return ["email", "second_step"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Member | None = None) -> Any:
        return [*self.fields, "second_step"] if obj else self.fields

    def get_urls(self) -> list[URLPattern]:
        address = "<int:member_id>/reset-second-step/"
        view = self.admin_site.admin_view(self.reset_second_step)
        return [path(address, view, name="accounts_member_reset_second_step"), *super().get_urls()]

    @admin.display(description=_("Second step"))
    def second_step(self, member: Member) -> str:
        """What the person signs in with besides the password, and the way to take it from them when it is lost."""
        ways = ways_of(member)
        if not ways.has_factor:
            return gettext("None")
        app = [gettext("Authenticator app")] if ways.app else []
        names = ", ".join([*app, *(passkey.name for passkey in ways.passkeys)])
        url = reverse("admin:accounts_member_reset_second_step", args=[member.pk])
        return format_html('{} <a href="{}">{}</a>', names, url, gettext("Reset it"))

    def reset_second_step(self, request: HttpRequest, member_id: int) -> HttpResponse:
        """Asks once, then resets the second step of somebody who lost theirs; only right after a sign-in."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return fresh_sign_in_required(self._reset)(request, get_object_or_404(Member, pk=member_id))

    def _reset(self, request: HttpRequest, member: Member) -> HttpResponse:
        back = reverse("admin:accounts_member_change", args=[member.pk])
        if request.method != "POST":
            context = self.admin_site.each_context(request) | {
                "person": member,
                "back": back,
                "opts": self.opts,
            }
            return TemplateResponse(request, "admin/accounts/reset_second_step.html", context)
        try:
            reset_factors(member, actor=person_of(request))
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, gettext("The second step is reset. The person was told by email."))
        return HttpResponseRedirect(back, status=303)

    def get_form(
        self, request: HttpRequest, obj: Member | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"actor": request.user})

    def save_model(self, request: HttpRequest, obj: Member, form: forms.ModelForm, change: bool) -> None:
        try:
            save_person(obj, actor=person_of(request))
        except Refused as refused:  # the form asked first; somebody else changed the people since
            raise PermissionDenied(str(refused)) from refused

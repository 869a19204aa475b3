"""The operators' pages, on the bare domain only: tenants with their hosts, and the operators themselves."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions.tenants import check_new_tenant, create_tenant, prefix_of, save_tenant
from accounts.admin.people import PersonAdmin
from accounts.forms import BAD_EMAIL, NO_EMAIL, zone_choices
from accounts.hosts import forget_hosts
from accounts.models import Member, Tenant, TenantHost
from accounts.sites import DeskModelAdmin, platform
from helpdesk.errors import Refused
from helpdesk.forms import show_refusal

HOST_LENGTH = 253
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


class TenantForm(forms.ModelForm):
    """A tenant as operators see it: name, host and state, nothing of its work."""

    refused: Refused | None = None  # why storing it failed a moment ago, though the form was in order
    locale = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)

    class Meta:
        model = Tenant
        fields = ["name", "state", "locale", "timezone", "prefix"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refused:
            show_refusal(self, self.refused)
        return cleaned


class NewTenantForm(TenantForm):
    """What `create_tenant` asks for."""

    admin_email = forms.EmailField(
        label=_("Address of the first admin"), error_messages={"required": NO_EMAIL, "invalid": BAD_EMAIL}
    )
    prefix = forms.CharField(  # type: ignore[assignment]
        label=_("Prefix of ticket numbers"),
        required=False,
        max_length=10,
        help_text=_("Made from the short name."),
    )

    class Meta:
        model = Tenant
        fields = ["slug", "name", "locale", "timezone", "prefix", "admin_email"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        self.cleaned_data["prefix"] = self.cleaned_data["prefix"] or prefix_of(self.cleaned_data["slug"])
        wanted = {name: value for name, value in self.cleaned_data.items() if name != "admin_email"}
        try:
            check_new_tenant(Tenant(**wanted), admin_email=self.cleaned_data["admin_email"])
        except Refused as refused:
            show_refusal(self, refused)
        return cleaned


class HostForm(forms.ModelForm):
    """An own domain; names under the base domain belong to the tenants' short names."""

    def clean_host(self) -> str:
        host = _host_name(self.cleaned_data["host"])
        if host == settings.BASE_DOMAIN or host.endswith(f".{settings.BASE_DOMAIN}"):
            raise ValidationError(
                _("Names under %(base)s are given by the short name."), params={"base": settings.BASE_DOMAIN}
            )
        return host


def _host_name(typed: str) -> str:
    """As a browser sends it: ASCII, in lower case. Raises ValidationError for what is no host name."""
    try:
        host = typed.strip().encode("idna").decode("ascii").lower().rstrip(".")
    except UnicodeError:
        host = ""
    if len(host) > HOST_LENGTH or not HOST_NAME.fullmatch(host):
        raise ValidationError(_("Enter a host name like help.example.com."))
    return host


class HostInline(admin.TabularInline):
    """Own domains of a tenant."""

    model = TenantHost
    form = HostForm
    extra = 0


@admin.register(Tenant, site=platform)
class TenantAdmin(DeskModelAdmin):
    """Tenants: made with all they need, suspended and opened again, never deleted from here."""

    list_display = ["name", "slug", "state", "locale", "timezone", "created_at"]
    list_filter = ["state"]
    search_fields = ["name", "slug"]
    ordering = ["slug"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tenant]:
        return super().get_queryset(request).exclude(slug=Tenant.PLATFORM)

    def get_form(
        self, request: HttpRequest, obj: Tenant | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        base = TenantForm if obj else NewTenantForm
        kwargs["form"] = type(base.__name__, (base,), {"refused": getattr(request, "refused", None)})
        return super().get_form(request, obj, change, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """As Django's, but what is refused only while it is stored is an error of the form, too."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            request.refused = refused  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_fields(self, request: HttpRequest, obj: Tenant | None = None) -> Any:
        return ["slug", *TenantForm.Meta.fields] if obj else NewTenantForm.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Tenant | None = None) -> list[str]:
        return ["slug", "prefix"] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Tenant | None) -> Any:
        return [HostInline] if obj else []

    def save_model(self, request: HttpRequest, obj: Tenant, form: forms.ModelForm, change: bool) -> None:
        if change:
            save_tenant(obj)
        else:
            made = create_tenant(**form.cleaned_data)
            obj.pk = made.tenant.pk
            obj.refresh_from_db()
            text = gettext("%(email)s chooses a password here, once, within 72 hours: %(url)s")
            messages.info(request, text % {"email": made.admin.email, "url": made.invitation_url})
        forget_hosts()


@admin.register(Member, site=platform)
class OperatorAdmin(PersonAdmin):
    """The operators, who are the people of the reserved tenant."""

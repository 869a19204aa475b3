"""What the desk's and the platform's pages of people have in common."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions.people import check_person, save_person
from accounts.forms import zone_choices
from accounts.models import Member
from accounts.rules import grantable_roles
from accounts.sites import DeskModelAdmin
from helpdesk.errors import Refused
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
                self.add_error(refused.field, str(refused))
        return cleaned


class RoleFilter(admin.SimpleListFilter):
    """The roles that people of this site can have."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(role.value, role.label) for role in grantable_roles(cast(Member, request.user))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Member]) -> QuerySet[Member]:
        return queryset.filter(role=self.value()) if self.value() else queryset


class PersonAdmin(DeskModelAdmin):
    """People of the current tenant. An address is written once: a changed one would be a stranger's to prove."""

    form = PersonForm
    fields = (*PersonForm.Meta.fields,)
    list_display = ["email", "name", "role", "is_active", "last_login"]
    search_fields = ["email", "name"]
    ordering = ["email"]

    def get_readonly_fields(self, request: HttpRequest, obj: Member | None = None) -> list[str]:
        return ["email"] if obj else []

    def get_form(
        self, request: HttpRequest, obj: Member | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"actor": request.user})

    def save_model(self, request: HttpRequest, obj: Member, form: forms.ModelForm, change: bool) -> None:
        try:
            save_person(obj, actor=cast(Member, request.user))
        except Refused as refused:  # the form asked first; somebody else changed the people since
            raise PermissionDenied(str(refused)) from refused

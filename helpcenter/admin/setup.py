"""Sections, words that mean the same, and the languages of the help center."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.sites import SetupAdmin, desk
from helpcenter.actions.change import lock_help_center, note_change
from helpcenter.forms import TopicField
from helpcenter.models import HelpSettings, Section, SectionTranslation, Synonyms
from helpdesk.locales import CHOICES
from helpdesk.tenancy import TenantModelForm


class SectionForm(TenantModelForm):
    """A section at a place in the tree."""

    contact_path = TopicField(
        label=_("“Contact us about this” leads to"),
        help_text=_("For articles that name no topic of their own."),
    )

    class Meta:
        model = Section
        fields = ["parent", "position", "contact_path"]


class SectionNameInline(admin.TabularInline):
    """The names of a section: one at least, for it can't be told apart without."""

    model = SectionTranslation
    form = TenantModelForm
    min_num = 1
    validate_min = True
    extra = 1


@admin.register(Section, site=desk)
class SectionAdmin(SetupAdmin):
    """The shelves that articles stand on."""

    form = SectionForm
    inlines = [SectionNameInline]
    list_display = ["__str__", "parent", "position", "contact_path"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super()
            .get_queryset(request)
            .select_related("parent")
            .prefetch_related("translations", "parent__translations")
        )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        note_change(lock_help_center())


@admin.register(Synonyms, site=desk)
class SynonymsAdmin(SetupAdmin):
    """Groups of words that mean the same to people who search."""

    list_display = ["__str__", "locale"]
    list_filter = ["locale"]


class HelpSettingsForm(TenantModelForm):
    """The languages, as a list to choose from."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=CHOICES, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = HelpSettings
        fields = ["languages", "default_locale", "needs_second_person"]


@admin.register(HelpSettings, site=desk)
class HelpSettingsAdmin(SetupAdmin):
    """The tenant's choices about the help center; there is one row, so the list leads straight to it."""

    form = HelpSettingsForm

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        return redirect("admin:helpcenter_helpsettings_change", lock_help_center().pk)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        note_change(lock_help_center())

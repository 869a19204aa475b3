"""Setup of macros: the reply in each language, what goes with it, and who may use it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Model, Q, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.factors import person_of
from accounts.models import Team, TeamMembership
from accounts.sites import desk
from helpdesk.locales import CHOICES as LOCALES
from helpdesk.tenancy import TenantModelForm
from tickets.admin.bulk_forms import tag_names
from tickets.admin.categories import ParentField, in_tree_order
from tickets.admin.forms import OPEN_ENDED
from tickets.admin.setup import SetupAdmin
from tickets.forms import body_field
from tickets.macro_words import changes_of
from tickets.models import Category, Macro, MacroText
from tickets.placeholders import FIXED, unknown_names
from tickets.queries import macros_seen_by, prompt_keys
from tickets.rules import macro_scopes, may_keep_macro, sees_all_tickets

COUNTED = dt.timedelta(days=30)
LANGUAGES_AT_ONCE = 3
Scope = Macro.Scope


def refuse_unknown(text: str) -> str:
    """`text`; raises ValidationError for a placeholder that could never be filled in."""
    keys = prompt_keys()
    unknown = unknown_names(text, keys)
    if unknown:
        offered = ", ".join(f"{{{name}}}" for name in [*FIXED, *sorted(keys)])
        told = _("There is nothing to put in for {%(name)s}. You can use: %(offered)s.")
        raise ValidationError(told % {"name": unknown[0], "offered": offered})
    return text


class MacroForm(TenantModelForm):
    """A macro whose placeholders exist and whose scope names whom it is for."""

    note = body_field(gettext_lazy("Internal note"), rows=3)
    category = ParentField(
        label=gettext_lazy("Move to"),
        queryset=Category.objects.none(),
        required=False,
        empty_label=gettext_lazy("Leave as it is"),
        help_text=gettext_lazy("The category decides the team and the tier."),
    )

    class Meta:
        model = Macro
        fields = [
            "name",
            "scope",
            "team",
            "is_active",
            "status",
            "priority",
            "assignment",
            "category",
            "tags",
            "note",
        ]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "category" in self.fields:  # not on the page of somebody who may only look
            self.fields["note"].help_text = _("For colleagues only; never sent to the customer.")
            offered = in_tree_order(Category.objects.filter(is_active=True))
            self.fields["category"].queryset = offered  # type: ignore[attr-defined]

    def clean_note(self) -> str:
        """The note, with placeholders that exist."""
        return refuse_unknown(self.cleaned_data["note"])

    def clean_tags(self) -> str:
        """The tags, each with a name that a tag may have."""
        return ", ".join(tag_names(self.cleaned_data["tags"]))

    def clean(self) -> dict[str, Any]:
        """A team's macro names its team; another has none."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("scope") == Scope.TEAM and not cleaned.get("team") and "team" not in self.errors:
            self.add_error("team", _("Choose the team that may use it."))
        if cleaned.get("scope") != Scope.TEAM:
            cleaned["team"] = None
        return cleaned


class MacroTextForm(TenantModelForm):
    """The reply in one language."""

    locale = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("", gettext_lazy("Choose…")), *LOCALES]
    )
    body = body_field(
        gettext_lazy("Reply"), gettext_lazy("Write the reply, or take this language out."), rows=5
    )

    class Meta:
        model = MacroText
        fields = ["locale", "body"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "body" in self.fields:
            offered = ", ".join(f"{{{name}}}" for name in FIXED)
            told = _(
                "Filled in for each ticket: %(offered)s, and answers by the short names of their questions."
            )
            self.fields["body"].help_text = told % {"offered": offered}

    def clean_body(self) -> str:
        """The reply, with placeholders that exist."""
        return refuse_unknown(self.cleaned_data["body"])


class MacroTextFormSet(BaseInlineFormSet):
    """The replies of one macro; a macro without one must change something."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if not kept and not self.instance.note and not changes_of(self.instance):
            raise ValidationError(_("Write a reply in at least one language, or choose a change."))


class MacroTextInline(admin.StackedInline):
    """The reply in each language."""

    model = MacroText
    form = MacroTextForm
    formset = MacroTextFormSet
    extra = LANGUAGES_AT_ONCE
    max_num = len(LOCALES)
    verbose_name = gettext_lazy("reply in one language")
    verbose_name_plural = gettext_lazy("Reply to the customer")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_keep(request, obj)

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(Macro, site=desk)
class MacroAdmin(SetupAdmin):
    """Macros: everybody writes their own, leads those of their teams, admins those of everybody."""

    first_use = gettext_lazy(
        "A macro is a reply with what goes with it, done at one press. "
        "For example “Ask for the error message”: its words in each language, Status → Pending, and a tag."
    )
    form = MacroForm
    inlines = [MacroTextInline]
    fieldsets = [
        (None, {"fields": ["name", ("scope", "team"), "is_active"]}),
        (
            gettext_lazy("What goes with the reply"),
            {
                "fields": [("status", "priority"), ("assignment", "category"), "tags", "note"],
                "description": gettext_lazy(
                    "All of it is done, or nothing: a part that is not allowed stops the rest."
                ),
            },
        ),
    ]
    list_display = ["name", "for_whom", "languages", "what_else", "used", "is_active"]
    list_filter = ["scope", "is_active"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Macro]:
        recent = Q(uses__at__gte=timezone.now() - COUNTED)
        macros = macros_seen_by(person_of(request)).annotate(uses_lately=Count("uses", filter=recent))
        return macros.select_related("team", "category").prefetch_related("texts", "category__translations")

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return ["name", "pk"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and may_keep(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was used is counted: a macro is no longer offered instead."""
        return False

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Only the scopes that the person may write for, and the statuses that people set."""
        if db_field.name == "scope":
            options["choices"] = [(scope.value, scope.label) for scope in macro_scopes(person_of(request))]
        if db_field.name in {"status", "priority", "assignment"}:
            own = {"status": OPEN_ENDED, "assignment": Macro.Assignment.choices[1:]}
            offered = own.get(db_field.name) or list(reversed(db_field.choices))
            options["choices"] = [("", _("Leave as it is")), *offered]
        return super().formfield_for_choice_field(db_field, request, **options)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Only the teams that the person may write for."""
        if db_field.name == "team":
            member = person_of(request)
            own = TeamMembership.objects.filter(member=member).values("team")
            teams = Team.objects.order_by("name")
            options["queryset"] = teams if sees_all_tickets(member) else teams.filter(pk__in=own)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        assert isinstance(obj, Macro)
        obj.owner = person_of(request) if obj.scope == Scope.PERSONAL else None
        if not may_keep(request, obj):  # what the form offers says so already; this holds whatever was posted
            raise PermissionDenied
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("Who"))
    def for_whom(self, macro: Macro) -> str:
        """Who may use it."""
        return str(macro.team) if macro.team else macro.get_scope_display()

    @admin.display(description=gettext_lazy("Reply in"))
    def languages(self, macro: Macro) -> str:
        """The languages that there is a reply in."""
        return ", ".join(text.locale for text in macro.texts.all()) or "–"

    @admin.display(description=gettext_lazy("Also"))
    def what_else(self, macro: Macro) -> str:
        """What goes with the reply."""
        return "; ".join(changes_of(macro)) or "–"

    @admin.display(description=gettext_lazy("Used in 30 days"))
    def used(self, macro: Macro) -> int:
        """On how many tickets lately."""
        return int(macro.uses_lately)  # type: ignore[attr-defined]


def may_keep(request: HttpRequest, macro: Macro | None) -> bool:
    """Whether the person may write this macro; without one, a new one of their own at least."""
    member = person_of(request)
    if macro is None or (macro.pk is None and not macro.scope):
        return True
    teams = TeamMembership.objects.filter(member=member).values_list("team", flat=True)
    return may_keep_macro(macro, member, team_ids=set(teams))

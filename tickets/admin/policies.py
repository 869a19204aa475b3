"""Setup of promises: hours by kind, and what they hold for; a form that always adds a version."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.audit import Change
from accounts.models import Sender
from accounts.models.team import Tier
from accounts.sites import desk
from helpdesk.tenancy import TenantModelForm
from tickets.actions.promises import Target, change_promises, make_default
from tickets.admin.anew import anew_view, tell_of_open_tickets
from tickets.admin.applies import table_of
from tickets.admin.setup import SetupAdmin, version_line
from tickets.admin.target_words import HOUR_SECONDS, told_facts, told_line
from tickets.admin.trial import trial_view
from tickets.models import Calendar, Category, Policy, PolicyTarget, PolicyVersion
from tickets.models.sla import ClockKind
from tickets.models.ticket import Priority
from tickets.sla.policy import takes_feedback

VERSIONS_SHOWN = 10
EVERY = ("", gettext_lazy("every"))


class TargetForm(forms.Form):
    """One line: so many business hours for one kind of promise, for what fits. Without hours it says nothing."""

    kind = forms.ChoiceField(label=gettext_lazy("Promise"), choices=ClockKind.choices)
    hours = forms.DecimalField(
        label=gettext_lazy("Business hours"),
        required=False,
        min_value=Decimal("0.05"),
        max_value=Decimal(8760),
        decimal_places=2,
        error_messages={
            "min_value": gettext_lazy("Hours must be above 0."),
            "invalid": gettext_lazy("Enter a number."),
        },
    )
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    tier = forms.ChoiceField(label=gettext_lazy("Tier"), required=False)
    audience = forms.ChoiceField(label=gettext_lazy("Audience"), required=False)

    def __init__(self, *args: Any, choices: dict[str, list[tuple[Any, Any]]], **options: Any) -> None:
        super().__init__(*args, **options)
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def target(self) -> Target | None:
        """What the line says; None without hours."""
        values = self.cleaned_data
        if not values.get("hours"):
            return None
        return Target(
            kind=values["kind"],
            business_seconds=int(values["hours"] * HOUR_SECONDS),
            category_id=int(values["category"]) if values["category"] else None,
            priority=int(values["priority"]) if values["priority"] else None,
            tier=int(values["tier"]) if values["tier"] else None,
            audience=values["audience"],
        )


class BaseTargetFormSet(BaseFormSet):
    """The lines of one policy; together they must make sense."""

    forms: list[TargetForm]

    def targets(self) -> list[Target]:
        """The targets of all lines with hours; needs a valid formset."""
        return [target for form in self.forms if (target := form.target())]

    def clean(self) -> None:
        """Refuses two lines about the same thing, and a goal to solve that is sooner than the first reply."""
        if any(self.errors):
            return
        seconds: dict[tuple[Any, ...], dict[str, int]] = {}
        for form in self.forms:
            target = form.target()
            if target is None:
                continue
            about = (target.category_id, target.priority, target.tier, target.audience)
            if target.kind in seconds.setdefault(about, {}):
                form.add_error("kind", _("Another line says something about the same already."))
            seconds[about][target.kind] = target.business_seconds
            _refuse_early_goal(form, seconds[about])


def _refuse_early_goal(form: TargetForm, seconds: dict[str, int]) -> None:
    first, goal = seconds.get(ClockKind.FIRST_RESPONSE), seconds.get(ClockKind.RESOLUTION)
    if first and goal and goal < first:
        hours = {"hours": f"{first / HOUR_SECONDS:g}"}
        form.add_error(
            "hours", _("Goal to solve must be at least the first reply time (%(hours)s h).") % hours
        )


TargetFormSet = formset_factory(TargetForm, formset=BaseTargetFormSet, extra=3, max_num=200, absolute_max=200)


class PolicyForm(TenantModelForm):
    """The newest version's lines and calendar; what is saved becomes the next version."""

    calendar = forms.ModelChoiceField(
        label=gettext_lazy("Hours are counted in"),
        queryset=Calendar.objects.order_by("name"),
        empty_label=None,
    )

    class Meta:
        model = Policy
        fields = ["name", "is_default"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        newest = newest_version(self.instance) if self.instance.pk else None
        if newest:
            self.initial["calendar"] = newest.calendar_id
        rows = list(PolicyTarget.objects.filter(policy_version=newest).order_by("id")) if newest else []
        self._before = [Target.of(row) for row in rows]
        categories = list(Category.objects.prefetch_related("translations"))
        choices = _choices(categories)
        names = {category.pk: category.name for category in categories}
        parents = {category.pk: category.parent_id for category in categories}
        feedback = frozenset(category.pk for category in categories if takes_feedback(category))
        self.applies = table_of(rows, names, parents, feedback)
        self.targets: BaseTargetFormSet = TargetFormSet(  # type: ignore[assignment]
            self.data if self.is_bound else None,
            prefix="targets",
            initial=[_line_of(target) for target in self._before] or _first_lines(),
            form_kwargs={"choices": choices},
        )

    def clean_is_default(self) -> bool:
        """One policy always answers: the default is changed by making another one the default."""
        wanted: bool = self.cleaned_data["is_default"]
        if self.initial.get("is_default") and not wanted:
            raise forms.ValidationError(_("One promise must answer. Make another one the default instead."))
        return wanted

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.targets.is_valid():
            self.add_error(None, _("Check the promises below."))
        elif not self.targets.targets():
            self.add_error(None, _("Enter hours for at least one promise."))
        return cleaned

    def more_changes(self) -> list[Change]:
        """Which lines promise other hours than before, for the audit log."""
        before, after = _by_about(self._before), _by_about(self.targets.targets())
        return [
            (_told_about(target), _told_hours(before.get(about)), _told_hours(after.get(about)))
            for about, target in {**before, **after}.items()
            if _told_hours(before.get(about)) != _told_hours(after.get(about))
        ]

    def _get_validation_exclusions(self) -> set[str]:
        # Saving lets the one that was the default step back, so two defaults are no mistake of the person.
        return super()._get_validation_exclusions() | {"is_default"}


@admin.register(Policy, site=desk)
class PolicyAdmin(SetupAdmin):
    """Promises. Editing adds a version; tickets keep the promise they were given."""

    form = PolicyForm
    change_form_template = "admin/tickets/policy/change_form.html"
    list_display = ["name", "is_default"]
    readonly_fields = ["versions_so_far"]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "is_default", "calendar"],
                "description": gettext_lazy(
                    "Changes apply to new promises. Open tickets keep the ones they have."
                ),
            },
        ),
        (gettext_lazy("Versions"), {"fields": ["versions_so_far"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        views = {"test": self.test_view, "anew": self.anew_view}
        own = [
            path(f"{name}/", self.admin_site.admin_view(view), name=f"tickets_policy_{name}")
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def test_view(self, request: HttpRequest) -> HttpResponse:
        """What a ticket of some kind, at some time, would be promised."""
        self._refuse_others(request)
        return trial_view(self, request)

    def anew_view(self, request: HttpRequest) -> HttpResponseBase:
        """What a change would do to open tickets, and the button that does it."""
        self._refuse_others(request)
        return anew_view(self, request)

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        wants_default, obj.is_default = form.cleaned_data["is_default"], bool(form.initial.get("is_default"))  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
        before = newest_version(obj)  # type: ignore[arg-type]
        version = change_promises(
            obj,  # type: ignore[arg-type]
            calendar=form.cleaned_data["calendar"],
            targets=form.targets.targets(),
        )
        if wants_default:
            make_default(obj)  # type: ignore[arg-type]
        if version != before or obj.is_default != bool(form.initial.get("is_default")):  # type: ignore[attr-defined]
            tell_of_open_tickets(request)

    @admin.display(description=gettext_lazy("So far"))
    def versions_so_far(self, policy: Policy | None) -> SafeString | str:
        """The newest versions, each with its lines."""
        if policy is None or policy.pk is None:
            return _("The first version is stored with this form.")
        versions = (
            PolicyVersion.objects.filter(policy=policy).order_by("-version").prefetch_related("targets")
        )
        lines = (
            (version_line(found.version, found.created_at, _told(found)),)
            for found in versions[:VERSIONS_SHOWN]
        )
        return format_html('<ul class="list-plain">{}</ul>', format_html_join("", "<li>{}</li>", lines))


def newest_version(policy: Policy) -> PolicyVersion | None:
    """What the policy says now."""
    return PolicyVersion.objects.filter(policy=policy).order_by("-version").first()


def _choices(categories: Iterable[Category]) -> dict[str, list[tuple[Any, Any]]]:
    audiences = Sender.objects.order_by("audience").values_list("audience", flat=True)
    return {
        "priority": [EVERY, *reversed(Priority.choices)],
        "category": [EVERY, *((category.pk, category.name) for category in categories)],
        "tier": [EVERY, *Tier.choices],
        "audience": [EVERY, *((audience, audience) for audience in audiences)],
    }


def _line_of(target: Target) -> dict[str, Any]:
    return {
        "kind": target.kind,
        "hours": Decimal(target.business_seconds) / HOUR_SECONDS,
        "priority": target.priority or "",
        "category": target.category_id or "",
        "tier": target.tier or "",
        "audience": target.audience,
    }


def _first_lines() -> list[dict[str, Any]]:
    return [{"kind": kind} for kind in ClockKind.values]


def _told(version: PolicyVersion) -> str:
    return "; ".join(told_line(row) for row in _by_id(version.targets.all()))


def _by_id(rows: Iterable[PolicyTarget]) -> list[PolicyTarget]:
    return sorted(rows, key=lambda row: row.pk)


def _by_about(targets: Iterable[Target]) -> dict[tuple[Any, ...], Target]:
    return {
        (target.kind, target.category_id, target.priority, target.tier, target.audience): target
        for target in targets
    }


def _told_about(target: Target) -> str:
    kind, narrowed = str(ClockKind(target.kind).label), ", ".join(told_facts(target))
    return f"{kind} ({narrowed})" if narrowed else kind


def _told_hours(target: Target | None) -> str:
    if target is None:
        return ""
    return _("%(hours)s h") % {"hours": f"{target.business_seconds / HOUR_SECONDS:g}"}

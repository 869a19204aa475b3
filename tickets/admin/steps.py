"""Setup of the escalation: what the desk does by itself once so much of a promise's time is used."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.sites import SetupAdmin, desk
from helpdesk.tenancy import TenantModelForm
from tickets.models import EscalationStep
from tickets.models.sla import ClockKind

SAID = ("kind", "percent", "act")


class StepForm(TenantModelForm):
    """A new step, or the switch of one that is there."""

    percent = forms.IntegerField(
        label=gettext_lazy("percent of its time"),
        min_value=1,
        max_value=300,
        help_text=gettext_lazy(
            "80 warns before the time is over, 100 is when it is over, 150 is when half as long again is over."
        ),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), gettext_lazy("Enter a number from 1 to 300")
        ),
    )

    class Meta:
        model = EscalationStep
        fields = [*SAID, "is_active"]
        help_texts = {
            "act": gettext_lazy("Mails wait for the working hours of whoever gets them."),
            "is_active": gettext_lazy("Switched off it is left out, for open tickets too."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "kind" in self.fields:
            self.fields["kind"].choices = [("", _("every promise")), *ClockKind.choices]  # type: ignore[attr-defined]


@admin.register(EscalationStep, site=desk)
class EscalationStepAdmin(SetupAdmin):
    """Steps are added and switched off, never changed: what was done stays explained."""

    form = StepForm
    list_display = ["promise", "percent_of", "act", "is_active"]
    ordering = ["percent", "id"]
    fieldsets = [
        (
            None,
            {
                "fields": [*SAID, "is_active"],
                "description": gettext_lazy(
                    "A new step applies to new promises. To change one, switch it off and add another."
                ),
            },
        )
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return SAID if obj else ()

    @admin.display(description=gettext_lazy("promise"), ordering="kind")
    def promise(self, step: EscalationStep) -> str:
        """The kind of promise, or that it is every one."""
        return step.get_kind_display() if step.kind else _("every promise")

    @admin.display(description=gettext_lazy("percent of its time"), ordering="percent")
    def percent_of(self, step: EscalationStep) -> str:
        """The share, as a number with its sign."""
        return _("%(percent)d %%") % {"percent": step.percent}

"""How forms look and behave everywhere: our partials, no browser-side refusals, native date and time boxes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest

from helpdesk.errors import Refused
from helpdesk.widgets import DRAWN


class PartsRenderer(TemplatesSetting):
    """Draws every form and field of the site, third parties' included, with the parts of the style guide.

    Named by `FORM_RENDERER`; needs `django.forms` among the installed apps.
    """

    form_template_name = "partials/form.html"
    field_template_name = "partials/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """The widget, drawn in Python where we can; else the template of that name."""
        draw = DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


def show_refusal(form: forms.BaseForm, refusal: Refused) -> None:
    """Puts what was refused beside the box it belongs to; above all of them when the form has no such box."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


class NativeDateInput(forms.DateInput):
    """The browser's own date box: translated, keyboard friendly, no script."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class NativeTimeInput(forms.TimeInput):
    """The browser's own time box, to the minute."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class NativeDateTimeInput(forms.DateTimeInput):
    """The browser's own box for a local date and time, to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


# For `ModelAdmin.formfield_overrides`: the stock widgets need scripts and leave their parts without a label.
NATIVE_WIDGETS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.DateTimeField: {"form_class": forms.DateTimeField, "widget": NativeDateTimeInput},
    models.DateField: {"widget": NativeDateInput},
    models.TimeField: {"widget": NativeTimeInput},
}

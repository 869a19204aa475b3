"""A form field with its label, hint and errors, drawn in Python: a form has twenty of them, and tags cost most of it."""

from __future__ import annotations

from django import template
from django.forms import BoundField
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from helpdesk.templatetags.parts import control, icon, widget_kind
from helpdesk.widgets import attributes

register = template.Library()
register.simple_tag(attributes)
NOTHING = SafeString("")


@register.simple_tag(takes_context=True)
def field_group(context: Context) -> SafeString:
    """Draw what `partials/field.html` was included for.

    Read from the context: `field`; `hide_label` (for readers of screens only); `optional` False leaves out the word
    “(optional)”; `class` is one more for the control.
    """
    field: BoundField = context["field"]
    kind, wrong = widget_kind(field), " field-wrong" if field.errors else ""
    if kind == "checkbox":
        return _checkbox(field, wrong)
    name = format_html("{}{}", field.label, _optional(field, context))
    look = "label visually-hidden" if context.get("hide_label") else "label"
    told = field_hint(field) + field_errors(field)
    if field.use_fieldset:
        control_of = (
            _choices(field)
            if kind == "choices"
            else format_html('<div class="split">{}</div>', control(field))
        )
        return format_html(
            '<fieldset class="field{}"{}><legend class="{}">{}</legend>{}{}</fieldset>',
            *(wrong, _described(field), look, name, told, control_of),
        )
    attrs = {"class": context["class"]} if context.get("class") else {}
    return format_html(
        '<div class="field{}"><label class="{}" for="{}">{}</label>{}{}</div>',
        *(wrong, look, field.id_for_label, name, told, control(field, **attrs)),
    )


def field_hint(field: BoundField) -> SafeString:
    """The hint under the label. As Django has it, a help text may hold tags: it is ours, never a person's."""
    if not field.help_text:
        return NOTHING
    text = mark_safe(str(field.help_text))  # noqa: S308
    return format_html('<p class="hint" id="{}_helptext">{}</p>', field.auto_id, text)


@register.simple_tag
def field_errors(field: BoundField) -> SafeString:
    """What is wrong with the field, where its control's description leads."""
    if not field.errors:
        return NOTHING
    word = format_html('{}<span><span class="visually-hidden">{}</span> ', icon("alert"), _("Error:"))
    lines = format_html_join(
        "", '<p class="error">{}{}</span></p>', ((word, error) for error in field.errors)
    )
    return format_html('<div id="{}_error">{}</div>', field.auto_id, lines)


def _checkbox(field: BoundField, wrong: str) -> SafeString:
    hint = NOTHING
    if field.help_text:
        text = mark_safe(str(field.help_text))  # noqa: S308
        hint = format_html('<span class="hint" id="{}_helptext">{}</span>', field.auto_id, text)
    return format_html(
        '<div class="field{}">{}<label class="choice" for="{}">{}<span>{}{}</span></label></div>',
        *(wrong, field_errors(field), field.id_for_label, control(field), field.label, hint),
    )


def _choices(field: BoundField) -> SafeString:
    field.form.use_required_attribute = False
    options = format_html_join(
        "",
        '<label class="choice" for="{}">{}<span>{}</span></label>',
        ((option.id_for_label, option.tag(), option.choice_label) for option in field),
    )
    return format_html('<div class="choices">{}</div>', options)


def _optional(field: BoundField, context: Context) -> SafeString:
    if field.field.required or context.get("optional") is False:
        return NOTHING
    return format_html(' <span class="optional">{}</span>', _("(optional)"))


def _described(field: BoundField) -> SafeString:
    told = field.aria_describedby
    return format_html(' aria-describedby="{}"', told) if told else NOTHING

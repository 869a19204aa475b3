"""A form field with its label, hint and errors, drawn in Python: a form has twenty of them, and tags cost most of it."""

from __future__ import annotations

import copy
from html import escape
from typing import Any, NamedTuple

from django import template
from django.forms import BoundField, CheckboxInput, EmailInput, FileInput, Textarea, TextInput
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpdesk.drawing import drawn, drawn_each
from helpdesk.templatetags.parts import control, icon, widget_kind
from helpdesk.widgets import attributes

register = template.Library()
register.simple_tag(attributes)
NOTHING = SafeString("")
TYPED = (TextInput, EmailInput, Textarea)  # boxes that show what was typed in one place
BARE = ("None", "", "False", "True", "on")
TYPED_HERE = "\ue000typed here\ue000"
MOST = 1_000
_fields: dict[tuple[Any, ...], SafeString] = {}


class Look(NamedTuple):
    """How a field is shown: without its label for the eye, without the word “(optional)”, with one more class."""

    is_unlabelled: bool = False
    tells_optional: bool = True
    classes: str = ""


@register.simple_tag(takes_context=True)
def field_group(context: Context) -> SafeString:
    """Draw what `partials/field.html` was included for.

    Read from the context: `field`; `hide_label` (for readers of screens only); `optional` False leaves out the word
    “(optional)”; `class` is one more for the control. The fields that a form names in `steady` look the same whoever it
    is for, but for what stands in them: they are drawn once a process, language and look. So are those that bring
    `drawn_before`, where they are kept.
    """
    field: BoundField = context["field"]
    shown = bool(context.get("hide_label")), context.get("optional") is not False, context.get("class") or ""
    look = Look(*shown)
    own: dict[tuple[Any, ...], SafeString] | None = getattr(field.field, "drawn_before", None)
    kept = _fields if field.name in getattr(field.form, "steady", ()) else own
    return _drawn(field, look) if kept is None or field.errors else _kept(field, look, kept)


def _kept(field: BoundField, look: Look, kept: dict[tuple[Any, ...], SafeString]) -> SafeString:
    """The field as it is kept without what anybody typed, which is put in."""
    value, is_box = field.value(), isinstance(field.field.widget, TYPED)
    state = str(bool(value)) if is_box else _state(field.field.widget, value)
    if state is None:
        return _drawn(field, look)
    key = (type(field.form), field.html_name, field.auto_id, look, get_language(), state)
    found = kept.get(key)
    if found is None:
        blank = copy.copy(field)
        if is_box and value:
            blank.value = lambda: TYPED_HERE  # type: ignore[method-assign]
        if len(kept) >= MOST:
            kept.clear()
        found = kept[key] = _drawn(blank, look)
    return SafeString(found.replace(TYPED_HERE, escape(str(value)))) if is_box and value else found


def _state(widget: Any, value: Any) -> str | None:
    """Which of its few states the widget shows; None of a value that is none of them."""
    if isinstance(widget, FileInput):
        return ""
    choices = getattr(widget, "choices", ())
    known = BARE if isinstance(widget, CheckboxInput) else (*BARE, *(str(key) for key, _words in choices))
    return str(value) if str(value) in known else None


def _drawn(field: BoundField, look: Look) -> SafeString:
    kind, wrong = widget_kind(field), " field-wrong" if field.errors else ""
    if kind == "checkbox":
        return _checkbox(field, wrong)
    name = drawn("{}{}", field.label, _optional(field, look))
    label = "label visually-hidden" if look.is_unlabelled else "label"
    told = field_hint(field) + field_errors(field)
    if field.use_fieldset:
        control_of = (
            _choices(field) if kind == "choices" else drawn('<div class="split">{}</div>', control(field))
        )
        return drawn(
            '<fieldset class="field{}"{}><legend class="{}">{}</legend>{}{}</fieldset>',
            *(wrong, _described(field), label, name, told, control_of),
        )
    attrs = {"class": look.classes} if look.classes else {}
    return drawn(
        '<div class="field{}"><label class="{}" for="{}">{}</label>{}{}</div>',
        *(wrong, label, field.id_for_label, name, told, control(field, **attrs)),
    )


def field_hint(field: BoundField) -> SafeString:
    """The hint under the label. As Django has it, a help text may hold tags: it is ours, never a person's."""
    if not field.help_text:
        return NOTHING
    text = mark_safe(str(field.help_text))  # noqa: S308
    return drawn('<p class="hint" id="{}_helptext">{}</p>', field.auto_id, text)


@register.simple_tag
def field_errors(field: BoundField) -> SafeString:
    """What is wrong with the field, where its control's description leads."""
    if not field.errors:
        return NOTHING
    word = drawn('{}<span><span class="visually-hidden">{}</span> ', icon("alert"), _("Error:"))
    lines = drawn_each('<p class="error">{}{}</span></p>', ((word, error) for error in field.errors))
    return drawn('<div id="{}_error">{}</div>', field.auto_id, lines)


def _checkbox(field: BoundField, wrong: str) -> SafeString:
    hint = NOTHING
    if field.help_text:
        text = mark_safe(str(field.help_text))  # noqa: S308
        hint = drawn('<span class="hint" id="{}_helptext">{}</span>', field.auto_id, text)
    return drawn(
        '<div class="field{}">{}<label class="choice" for="{}">{}<span>{}{}</span></label></div>',
        *(wrong, field_errors(field), field.id_for_label, control(field), field.label, hint),
    )


def _choices(field: BoundField) -> SafeString:
    field.form.use_required_attribute = False
    options = drawn_each(
        '<label class="choice" for="{}">{}<span>{}</span></label>',
        ((option.id_for_label, option.tag(), option.choice_label) for option in field),
    )
    return drawn('<div class="choices">{}</div>', options)


def _optional(field: BoundField, look: Look) -> SafeString:
    if field.field.required or not look.tells_optional:
        return NOTHING
    return drawn(' <span class="optional">{}</span>', _("(optional)"))


def _described(field: BoundField) -> SafeString:
    told = field.aria_describedby
    return drawn(' aria-describedby="{}"', told) if told else NOTHING

"""Django's widgets drawn in Python: as templates within templates they cost half of what a form page does.

The same marks as Django's own templates make, which still draw every widget that is not named in DRAWN.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

FOLDER = "django/forms/widgets/"


def attributes(attrs: dict[str, Any]) -> SafeString:
    """The attributes of a widget: those that are true stand alone, those that are false are left out."""
    return flatatt({name: value if isinstance(value, bool) else str(value) for name, value in attrs.items()})


def _input(widget: dict[str, Any]) -> SafeString:
    value = widget["value"]
    told = "" if value is None else format_html(' value="{}"', str(value))
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], told, attributes(widget["attrs"])
    )


def _option_input(widget: dict[str, Any]) -> SafeString:
    if not widget.get("wrap_label"):
        return _input(widget)
    return format_html(
        '<label for="{}">{} {}</label>', widget["attrs"].get("id", ""), _input(widget), widget["label"]
    )


def _textarea(widget: dict[str, Any]) -> SafeString:
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>',
        widget["name"],
        attributes(widget["attrs"]),
        widget["value"] or "",
    )


def _select(widget: dict[str, Any]) -> SafeString:
    groups = format_html_join(
        "", "{}", ((_group(name, options),) for name, options, _index in widget["optgroups"])
    )
    return format_html('<select name="{}"{}>{}</select>', widget["name"], attributes(widget["attrs"]), groups)


def _group(name: str | None, options: list[dict[str, Any]]) -> SafeString:
    drawn = format_html_join("", "{}", ((_option(option),) for option in options))
    return format_html('<optgroup label="{}">{}</optgroup>', name, drawn) if name else drawn


def _option(option: dict[str, Any]) -> SafeString:
    return format_html(
        '<option value="{}"{}>{}</option>', str(option["value"]), attributes(option["attrs"]), option["label"]
    )


INPUTS = (
    *("text", "number", "email", "url", "search", "tel", "password", "hidden"),
    *("date", "time", "datetime", "file", "checkbox"),
)
# template of a widget → what draws it; the options of a select are drawn with it
DRAWN: dict[str, Callable[[dict[str, Any]], SafeString]] = {
    **{f"{FOLDER}{name}.html": _input for name in INPUTS},
    **{f"{FOLDER}{name}.html": _option_input for name in ("radio_option", "checkbox_option")},
    f"{FOLDER}textarea.html": _textarea,
    f"{FOLDER}select.html": _select,
}

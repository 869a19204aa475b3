"""Django's widgets drawn in Python: as templates within templates they cost half of what a form page does.

The same marks as Django's own templates make, which still draw every widget that is not named in DRAWN.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.safestring import SafeString

from helpdesk.drawing import drawn, drawn_each

FOLDER = "django/forms/widgets/"


def attributes(attrs: dict[str, Any]) -> SafeString:
    """The attributes of a widget: those that are true stand alone, those that are false are left out."""
    told = [(name, str(attrs[name])) for name in sorted(attrs) if not isinstance(attrs[name], bool)]
    alone = [(name,) for name in sorted(attrs) if attrs[name] is True]
    return drawn_each(' {}="{}"', told) + drawn_each(" {}", alone)


def _input(widget: dict[str, Any]) -> SafeString:
    value = widget["value"]
    told = "" if value is None else drawn(' value="{}"', str(value))
    return drawn(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], told, attributes(widget["attrs"])
    )


def _option_input(widget: dict[str, Any]) -> SafeString:
    if not widget.get("wrap_label"):
        return _input(widget)
    return drawn(
        '<label for="{}">{} {}</label>', widget["attrs"].get("id", ""), _input(widget), widget["label"]
    )


def _textarea(widget: dict[str, Any]) -> SafeString:
    return drawn(
        '<textarea name="{}"{}>\n{}</textarea>',
        widget["name"],
        attributes(widget["attrs"]),
        widget["value"] or "",
    )


def _select(widget: dict[str, Any]) -> SafeString:
    groups = drawn_each("{}", ((_group(name, options),) for name, options, _index in widget["optgroups"]))
    return drawn('<select name="{}"{}>{}</select>', widget["name"], attributes(widget["attrs"]), groups)


def _group(name: str | None, options: list[dict[str, Any]]) -> SafeString:
    inside = drawn_each("{}", ((_option(option),) for option in options))
    return drawn('<optgroup label="{}">{}</optgroup>', name, inside) if name else inside


def _option(option: dict[str, Any]) -> SafeString:
    return drawn(
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

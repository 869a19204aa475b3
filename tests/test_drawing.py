"""Our way to draw marks escapes as Django's does."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from helpdesk.drawing import drawn, drawn_each


class Own:
    """Something that draws itself."""

    def __html__(self) -> str:
        return "<b>own</b>"


VALUES: dict[str, Any] = {
    "text": "<a href='x'>\"&amp;",
    "safe": mark_safe("<b>&amp;</b>"),
    "lazy": gettext_lazy("It's solved <now>"),
    "number": 7,
    "nothing": None,
    "own": Own(),
    "list": ["<b>"],
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_escaped_as_by_django(name: str) -> None:
    value = VALUES[name]
    pattern = '<i title="{}">{}{named}</i>'

    assert drawn(pattern, value, value, named=value) == format_html(pattern, value, value, named=value)
    assert drawn_each("<i>{}</i>", [(value,)] * 2, between=" ") == format_html_join(
        " ", "<i>{}</i>", [(value,)] * 2
    )


def test_what_was_drawn_is_not_escaped_again() -> None:
    assert drawn("<p>{}</p>", drawn("<b>{}</b>", "&")) == "<p><b>&amp;</b></p>"

"""Our way to draw marks escapes as Django's does."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from helpdesk.drawing import drawn, drawn_each
from helpdesk.templatetags.rows import article_rows, crumb_rows, solving_rows, summary_rows, ticket_rows

TAG = re.compile(r"<(\w+)")


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


def test_rows_show_every_text_as_text() -> None:
    bad = "<b>&\n'x'"
    link = {"id": 7, "url": f"/x/?a={bad}", "title": bad, "summary": bad, "lang": "ar", "language": bad}
    status = {"status": "open", "label": bad, "meaning": bad}
    ticket = {"number": bad, "url": bad, "title": bad, "status": status, "updated_at": None, "is_new": True}
    row = {"key": bad, "value": bad, "missing": "", "url": "/x/", "action": bad}
    drawings = [
        article_rows([link], with_summaries=True),
        solving_rows([link]),
        summary_rows([row, {"key": bad, "value": "", "missing": bad}]),
        crumb_rows([{"label": bad, "url": "/x/"}, {"label": bad, "url": ""}]),
        ticket_rows([ticket], bad, bad, bad, bad),
    ]

    assert [sorted(set(TAG.findall(marks))) for marks in drawings] == [
        ["a", "li", "p", "span"],
        ["a", "button", "li", "span", "svg", "use"],
        ["a", "br", "dd", "div", "dt", "span"],
        ["a", "li", "span"],
        ["a", "bdi", "span", "svg", "td", "tr", "use"],
    ]
    assert [marks.count("&lt;b&gt;&amp;") for marks in drawings] == [4, 4, 6, 2, 9]

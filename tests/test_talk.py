"""Lines of a conversation: what people wrote is shown as text, wherever it stands."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.template import engines

AWKWARD = '"><script>alert(1)</script>'
SHOWN = "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
AT = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
LINES: dict[str, dict[str, Any]] = {
    "author": {"kind": "message", "id": 1, "author": AWKWARD, "body": "Help", "at": AT},
    "body": {"kind": "message", "id": 1, "author": "Ana", "body": AWKWARD, "at": AT},
    "team": {"kind": "message", "id": 1, "author": "Ana", "team": AWKWARD, "body": "", "at": AT},
    "origin": {"kind": "message", "id": 1, "author": "Ana", "origin": AWKWARD, "body": "", "at": AT},
    "link": {"kind": "message", "id": 1, "author": "Ana", "links": [AWKWARD], "body": "", "at": AT},
    "file": {"kind": "message", "id": 1, "author": "Ana", "files": [{"name": AWKWARD}], "body": "", "at": AT},
    "event": {"kind": "event", "text": AWKWARD, "at": AT},
    "comment": {"kind": "event", "text": "Rated", "comment": AWKWARD, "at": AT},
}


@pytest.mark.parametrize("place", LINES)
def test_nothing_that_was_written_becomes_a_mark(place: str) -> None:
    template = engines["django"].from_string("{% talk_line item %}")

    drawn = template.render({"item": LINES[place]})

    assert (SHOWN in drawn, "<script" in drawn) == (True, False)


def test_an_event_without_a_comment_quotes_nothing() -> None:
    template = engines["django"].from_string("{% talk_line item %}")

    assert "<q" not in template.render({"item": LINES["event"]})

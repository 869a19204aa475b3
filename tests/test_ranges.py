"""Which part of a file is asked for (RFC 9110, 14)."""

from typing import Any

import pytest
from django.test import RequestFactory

from helpdesk.ranges import Part, Unsatisfiable, part_asked

ETAG = '"abc"'


def asked(header: str, method: str = "GET", **headers: str) -> Part | None:
    """The part of ten bytes."""
    said: dict[str, Any] = {"HTTP_RANGE": header, **headers}
    return part_asked(RequestFactory().generic(method, "/", **said), size=10, etag=ETAG)


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", Part(0, 1)),
        ("bytes=2-5", Part(2, 4)),
        ("bytes=2-", Part(2, 8)),
        ("bytes=9-99999", Part(9, 1)),
        ("bytes=-3", Part(7, 3)),
        ("bytes=-99", Part(0, 10)),
        ("bytes=0-9", Part(0, 10)),
        ("", None),
        ("bytes=0-1,3-4", None),
        ("bytes=5-2", None),
        ("bytes=-", None),
        ("bytes=x-2", None),
        ("lines=0-1", None),
        ("bytes=٣-٤", None),
        ("bytes=" + "9" * 400 + "-", None),
    ],
)
def test_the_part_that_is_asked_for(header: str, part: Part | None) -> None:
    assert asked(header) == part


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=999999999999-"])
def test_a_part_behind_the_end_is_not_there(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        asked(header)


def test_another_content_is_sent_whole() -> None:
    assert asked("bytes=2-5", HTTP_IF_RANGE=ETAG) == Part(2, 4)
    assert asked("bytes=2-5", HTTP_IF_RANGE='"other"') is None
    assert asked("bytes=2-5", HTTP_IF_RANGE="Sun, 22 Nov 2026 09:00:00 GMT") is None


def test_only_a_get_has_parts() -> None:
    assert asked("bytes=2-5", "HEAD") is None

"""A file that calendars read: moments with a line about each (RFC 5545)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CONTENT_TYPE = "text/calendar; charset=utf-8"
LINE_OCTETS = 75  # RFC 5545 3.1, without the line end
_UNSAID = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # 3.1: no control character but the tab
_ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})  # 3.3.11


@dataclass(frozen=True)
class Moment:
    """Something that is to be at `at`. A later file that names the same `uid` moves it instead of adding another."""

    uid: str
    at: dt.datetime
    summary: str
    description: str = ""
    url: str = ""


def calendar_file(moments: Iterable[Moment], *, product: str, now: dt.datetime) -> bytes:
    """The file as it stands at `now`: each moment without a length, in UTC, and blocking nobody's time.

    What was fetched later counts as newer: the minutes since 1970 are the sequence (3.8.7.4).
    """
    begin = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{escaped(product)}//EN", "METHOD:PUBLISH"]
    lines = [*begin, *(line for moment in moments for line in _event(moment, now)), "END:VCALENDAR"]
    return b"".join(folded(line) for line in lines)


def _event(moment: Moment, now: dt.datetime) -> Iterator[str]:
    yield from ("BEGIN:VEVENT", f"UID:{moment.uid}", f"SEQUENCE:{int(now.timestamp()) // 60}")
    yield from (f"DTSTAMP:{_utc(now)}", f"DTSTART:{_utc(moment.at)}", f"SUMMARY:{escaped(moment.summary)}")
    if moment.description:
        yield f"DESCRIPTION:{escaped(moment.description)}"
    if moment.url:
        yield f"URL:{moment.url}"
    yield from ("TRANSP:TRANSPARENT", "END:VEVENT")


def escaped(text: str) -> str:
    """`text` as a value of the type TEXT."""
    return _UNSAID.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_ESCAPED)


def folded(line: str) -> bytes:
    """The line in pieces of LINE_OCTETS at most, none of which cuts a letter in two, with the line ends."""
    pieces, piece = [], ""
    for sign in line:
        if len(f"{piece}{sign}".encode()) > LINE_OCTETS:
            pieces.append(piece)
            piece = " "
        piece += sign
    return "\r\n".join([*pieces, piece, ""]).encode()


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")

"""Reads a file of articles, one JSON object a line: what each line says, or why it cannot be taken. Stores nothing."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpcenter.models.article import (
    BODY_LIMIT,
    KEYWORDS_LIMIT,
    SUMMARY_LIMIT,
    TITLE_LIMIT,
    State,
    Visibility,
)
from helpdesk.locales import known_locale
from helpdesk.typed_text import clean_line, clean_text

ID_LIMIT = 190
_KEY = re.compile(r"[a-z0-9-]+")
REQUIRED = ("source_id", "locale", "section", "title", "body_markdown")


@dataclass(frozen=True)
class Row:
    """One text of one article, checked and clean."""

    source: str
    source_id: str
    locale: str
    section: str
    section_title: str
    title: str
    summary: str
    keywords: str
    body: str
    source_hash: str
    is_source: bool
    updated_at: dt.datetime | None
    visibility: int | None = None  # None: as the article is, for everybody when it is new
    audience: int | None = None  # the sender of the audience that it is for
    state: str = State.PUBLISHED

    @property
    def section_key(self) -> str:
        """Names the section in all languages."""
        return f"{self.source}:{self.section}"


@dataclass(frozen=True)
class PictureRow:
    """A picture that texts of the same file show as `picture:<key>`."""

    number: int  # of its line
    key: str
    name: str
    content: bytes


class BadField(ValueError):
    """What stands in one field of a line cannot be taken; no field: the line as a whole."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True)
class BadLine:
    """A line that was not taken."""

    number: int
    reason: str


def read_rows(
    path: Path, *, audiences: Mapping[str, int] | None = None
) -> Iterator[Row | PictureRow | BadLine]:
    """Every line of a `.jsonl` or `.jsonl.gz` file in order; blank ones are passed over. Raises OSError.

    `audiences`: the tenant's, by name; a line for another one is refused.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    seen: set[tuple[str, str]] = set()
    with opened(path, "rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                told = json.loads(line.decode("utf-8"))
                if isinstance(told, dict) and "picture" in told:
                    yield picture_of(told, number)
                    continue
                row = row_of(told, audiences or {})
            except (ValueError, RecursionError) as error:
                yield BadLine(number, _reason(error))
                continue
            if (row.source_id, row.locale) in seen:
                yield BadLine(number, f"“{row.source_id}” stands in the file twice in {row.locale}")
                continue
            seen.add((row.source_id, row.locale))
            yield row


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return "this is not a JSON object"
    if isinstance(error, UnicodeDecodeError):
        return "this is not UTF-8"
    return str(error)


def row_of(told: Any, audiences: Mapping[str, int]) -> Row:
    """What a line says, checked and clean. Raises BadField."""
    if not isinstance(told, dict):
        raise BadField("", "this is not a JSON object")
    for name in REQUIRED:
        if not isinstance(told.get(name), str) or not clean_line(_text(told, name, BODY_LIMIT)):
            raise BadField(name, f"“{name}” is missing or no text")
    locale = known_locale(told["locale"])
    if locale is None:
        raise BadField("locale", f"“{told['locale'][:20]}” is not a language we know")
    source_id = clean_line(told["source_id"])
    visibility = _visibility(_text(told, "visibility", 20))
    return Row(
        source=clean_line(_text(told, "source", ID_LIMIT)) or source_id.partition(":")[0],
        source_id=_limited("source_id", source_id, ID_LIMIT),
        locale=locale,
        section=clean_line(_text(told, "section", 120)),
        section_title=clean_line(_text(told, "section_title", 1000)),
        title=clean_line(_text(told, "title", TITLE_LIMIT)),
        summary=clean_line(_text(told, "summary", SUMMARY_LIMIT)),
        keywords=clean_line(_text(told, "keywords", KEYWORDS_LIMIT)),
        body=clean_text(_text(told, "body_markdown", BODY_LIMIT)),
        source_hash=_text(told, "source_hash", ID_LIMIT),
        is_source=told.get("translation") == "source",
        updated_at=_day(told.get("updated")),
        visibility=visibility,
        audience=_audience(_text(told, "audience", 60), visibility, audiences),
        state=_state(_text(told, "state", 20)),
    )


def picture_of(told: dict[str, Any], number: int) -> PictureRow:
    """The picture that a line holds. Raises BadField."""
    key, content = _text(told, "picture", ID_LIMIT), told.get("content")
    if not _KEY.fullmatch(key) or not isinstance(content, str):
        raise BadField("picture", "a picture needs its key in “picture” and its base64 in “content”")
    try:
        return PictureRow(number, key, _text(told, "name", 200), base64.b64decode(content, validate=True))
    except BadField:
        raise
    except ValueError as error:
        raise BadField("content", "“content” is no base64") from error


def _visibility(name: str) -> int | None:
    """Nobody guesses who may read: an unknown word refuses the line."""
    if not name:
        return None
    if name.upper() not in Visibility.__members__:
        raise BadField("visibility", f"“{name}” does not say who may read it")
    return Visibility[name.upper()].value


def _audience(name: str, visibility: int | None, audiences: Mapping[str, int]) -> int | None:
    if not name:
        return None
    if name not in audiences:
        raise BadField("audience", f"there is no audience “{name}” here")
    if visibility != Visibility.SIGNED_IN:
        raise BadField(
            "audience",
            "only people who are signed in belong to an audience: “visibility” is “signed_in” then",
        )
    return audiences[name]


def _state(name: str) -> str:
    if name and name not in State.values:
        raise BadField("state", f"“{name}” is no state of an article")
    return name or State.PUBLISHED


def _text(told: dict[str, Any], name: str, limit: int) -> str:
    value = told.get(name)
    if value is None:
        return ""
    if isinstance(value, list):
        value = ", ".join(str(part) for part in value)
    if not isinstance(value, str):
        raise BadField(name, f"“{name}” is no text")
    if any("\ud800" <= sign <= "\udfff" for sign in value):
        raise BadField(name, f"“{name}” holds half a character")
    return _limited(name, value, limit)


def _limited(name: str, value: str, limit: int) -> str:
    if len(value) > limit:
        raise BadField(name, f"“{name}” has {len(value)} characters, {limit} are the limit")
    return value


def _day(value: Any) -> dt.datetime | None:
    try:
        return dt.datetime.combine(dt.date.fromisoformat(str(value)[:10]), dt.time(), dt.UTC)
    except ValueError:
        return None

"""The part of a text that shows why it was found, with the words marked that were asked for. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from helpdesk.search.terms import terms_of

LOOKED_AT = 8_000  # characters from the beginning of a text
SIZE = 180  # characters of a snippet


class Piece(NamedTuple):
    """A stretch of text, plain: the template escapes it and marks it."""

    text: str
    is_marked: bool


def snippet_of(text: str, locale: str, stems: Collection[str], *, size: int | None = SIZE) -> list[Piece]:
    """The stretch of `text` (NFC) that holds most of `stems`, about `size` characters; the whole text without a size."""
    marks = _marks(text[:LOOKED_AT], locale, stems)
    start, end = (0, len(text)) if size is None else _window(text, marks, size)
    pieces: list[Piece] = [Piece("… ", is_marked=False)] if start else []
    place = start
    for mark_start, mark_end, _stem in marks:
        if mark_start < place or mark_end > end:
            continue
        pieces += [
            Piece(_flat(text[place:mark_start]), is_marked=False),
            Piece(_flat(text[mark_start:mark_end]), is_marked=True),
        ]
        place = mark_end
    pieces.append(Piece(_flat(text[place:end]), is_marked=False))
    if end < len(text):
        pieces.append(Piece(" …", is_marked=False))
    return [piece for piece in pieces if piece.text]


def _marks(text: str, locale: str, stems: Collection[str]) -> list[tuple[int, int, str]]:
    """Start, end and stem of every place that was asked for; neighbouring pairs of letters become one."""
    found: list[tuple[int, int, str]] = []
    for term in terms_of(text, locale):
        stem = next((stem for stem in term.stems if stem in stems), None)
        if stem is None:
            continue
        if found and term.start < found[-1][1]:
            start, end, first = found[-1]
            found[-1] = (start, max(end, term.end), first)
        else:
            found.append((term.start, term.end, stem))
    return found


def _window(text: str, marks: list[tuple[int, int, str]], size: int) -> tuple[int, int]:
    if not marks or len(text) <= size:
        return 0, _cut(text, size)
    best, best_score = marks[0][0], 0
    for place, (start, _end, _stem) in enumerate(marks):
        inside = [mark for mark in marks[place : place + 40] if mark[1] <= start + size]
        score = 10 * len({mark[2] for mark in inside}) + len(inside)
        if score > best_score:
            best, best_score = start, score
    start = _word_start(text, max(0, best - size // 4))
    return start, _cut(text, start + size)


def _word_start(text: str, place: int) -> int:
    """The beginning of a word at or shortly after `place`; scripts without blanks are cut anywhere."""
    if place == 0:
        return 0
    blank = text.find(" ", place, place + 25)
    line = text.find("\n", place, place + 25)
    found = [spot + 1 for spot in (blank, line) if spot >= 0]
    return min(found) if found else place


def _cut(text: str, place: int) -> int:
    if place >= len(text):
        return len(text)
    blank = max(text.rfind(" ", place - 25, place), text.rfind("\n", place - 25, place))
    return blank if blank > 0 else place


def _flat(text: str) -> str:
    return text.replace("\n", " · ")

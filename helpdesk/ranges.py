"""The one range of bytes that a request asks for (RFC 9110, 14): what a player needs to jump in a recording."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.http import HttpRequest

_RANGE = re.compile(r"\Abytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*\Z")
BLOCK = 64 * 1024


class Unsatisfiable(Exception):
    """The range begins behind the end, or is empty: the answer is 416."""


@dataclass(frozen=True)
class Part:
    """`length` bytes from `start`."""

    start: int
    length: int

    def content_range(self, size: int) -> str:
        """For the header of that name."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{size}"


def part_asked(request: HttpRequest, *, size: int, etag: str) -> Part | None:
    """The part of `size` bytes that is asked for; None when it is the whole.

    Several ranges, and what is no range, are answered with the whole, as is one under `If-Range` of another content.
    Raises Unsatisfiable.
    """
    found = _RANGE.match(request.headers.get("Range", ""))
    if request.method != "GET" or found is None or found[1] == found[2] == "":
        return None
    if request.headers.get("If-Range", etag) != etag:
        return None
    if found[1] == "":
        length = min(int(found[2]), size)
        start, end = size - length, size - 1
    else:
        start = int(found[1])
        end = min(int(found[2]), size - 1) if found[2] else size - 1
        if found[2] and int(found[2]) < start:
            return None  # no range at all, says the standard
    if start >= size or end < start:
        raise Unsatisfiable
    return Part(start, end - start + 1)


def read_part(content: IO[bytes], part: Part) -> Iterator[bytes]:
    """The part in blocks; closes `content` at its end."""
    with content:
        content.seek(part.start)
        left = part.length
        while left > 0 and (block := content.read(min(BLOCK, left))):
            left -= len(block)
            yield block

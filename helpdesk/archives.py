"""Archives that were made to exhaust whoever opens them, as far as their own tables tell: nothing is unpacked here.

A packed archive inside an archive is read, within a small budget, because bombs are nested; nothing else is.
"""

import io
import struct
import zipfile
from collections.abc import Iterable
from typing import IO

MEMBER_LIMIT = 10_000
UNPACKED_LIMIT = 1024**3  # bytes; below it a large ratio is an honest log
RATIO_LIMIT = 100
DEPTH_LIMIT = 3
INNER_SIZE_LIMIT = 4 * 1024 * 1024  # bytes of an archive in an archive that are looked at
INNER_COUNT_LIMIT = 20
# What zipfile says of tables that make no sense; such a file harms nobody who can't open it.
BROKEN = (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, RuntimeError, EOFError, struct.error)


def is_bomb(archive: IO[bytes], size: int) -> bool:
    """Whether the `size` bytes say of themselves that far more would come out of them than went in."""
    archive.seek(0)
    if archive.read(2) == b"\x1f\x8b":
        return _is_gzip_bomb(archive, size)
    archive.seek(0)
    try:
        return zipfile.is_zipfile(archive) and _unpacked(archive, size, 1) is None
    except BROKEN:
        return False


def _is_gzip_bomb(archive: IO[bytes], size: int) -> bool:
    """RFC 1952: the last four bytes are the unpacked size, modulo 4 GB."""
    archive.seek(-4, io.SEEK_END)
    (unpacked,) = struct.unpack("<I", archive.read(4).rjust(4, b"\0"))
    return _is_too_much(unpacked, size)


def _unpacked(archive: IO[bytes], size: int, depth: int) -> int | None:
    """How many bytes would come out, archives inside counted with what comes out of them; None when it is a bomb."""
    archive.seek(0)
    with zipfile.ZipFile(archive) as opened:
        members = opened.infolist()
        packed = sum(member.compress_size for member in members)
        total = sum(member.file_size for member in members)
        overlaps = packed > size  # several members share the same bytes
        if len(members) > MEMBER_LIMIT or overlaps or _is_too_much(total, size):
            return None
        for inner, inner_size in _inner(opened, members):
            found = _unpacked(inner, inner_size, depth + 1) if depth < DEPTH_LIMIT else None
            if found is None:
                return None
            total += found
    return None if _is_too_much(total, size) else total


def _inner(opened: zipfile.ZipFile, members: Iterable[zipfile.ZipInfo]) -> Iterable[tuple[io.BytesIO, int]]:
    small = [member for member in members if 22 <= member.file_size <= INNER_SIZE_LIMIT]
    named = [member for member in small if member.filename.lower().endswith((".zip", ".jar"))]
    for member in named[:INNER_COUNT_LIMIT]:
        try:
            with opened.open(member) as packed:
                content = io.BytesIO(packed.read(INNER_SIZE_LIMIT))
        except BROKEN:
            continue
        if zipfile.is_zipfile(content):
            yield content, member.file_size


def _is_too_much(unpacked: int, size: int) -> bool:
    return unpacked > UNPACKED_LIMIT and unpacked > RATIO_LIMIT * size

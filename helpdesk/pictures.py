"""Pictures without what they tell about the person: place, device, names, comments. The pixels stay as they were.

Segments are left out of the file; nothing is decoded and nothing is compressed anew (JPEG: ITU T.81 annex B; PNG: W3C
PNG 3; GIF89a; WebP: RFC 9649). How the picture is turned is kept, because without it people lie on their side. What
follows after a picture's own end is dropped with the rest.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from typing import IO

BLOCK = 64 * 1024
UPRIGHT = 1
PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)
WEBP_KEPT = frozenset([b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"])
GIF_APPLICATIONS = frozenset(
    [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"]
)  # how often it repeats; its colours
JPEG_KEPT = {0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}  # its colours, and how they are coded
JPEG_END_OF_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")


class NoPicture(Exception):
    """The bytes are no picture of a kind we know, or break off."""


def strip_metadata(source: IO[bytes], target: IO[bytes]) -> None:
    """Copies the picture in `source` to `target` without metadata, piece by piece. Raises NoPicture."""
    source.seek(0)
    start = source.read(12)
    source.seek(0)
    if start.startswith(b"\xff\xd8\xff"):
        _strip_jpeg(source, target)
    elif start.startswith(PNG_START):
        _strip_png(source, target)
    elif start.startswith((b"GIF87a", b"GIF89a")):
        _strip_gif(source, target)
    elif start.startswith(b"RIFF") and start[8:] == b"WEBP":
        _strip_webp(source, target)
    else:
        raise NoPicture


def orientation_in(exif: bytes) -> int:
    """How a picture is turned, 1 to 8, by the Exif block `exif` (a TIFF header first); 1 when it does not say."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None or len(exif) < 8:
        return UPRIGHT
    (place,) = struct.unpack(f"{order}I", exif[4:8])
    if place + 2 > len(exif):
        return UPRIGHT
    (count,) = struct.unpack(f"{order}H", exif[place : place + 2])
    for number in range(min(count, 200)):
        entry = exif[place + 2 + 12 * number : place + 14 + 12 * number]
        if len(entry) == 12 and struct.unpack(f"{order}HH", entry[:4]) == (0x0112, 3):
            (value,) = struct.unpack(f"{order}H", entry[8:10])
            return value if 1 <= value <= 8 else UPRIGHT
    return UPRIGHT


def exif_with(orientation: int) -> bytes:
    """An Exif block that tells how the picture is turned, and nothing else."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def _strip_jpeg(source: IO[bytes], target: IO[bytes]) -> None:
    source.read(2)
    target.write(b"\xff\xd8")
    marker = _jpeg_marker(source)
    while marker != 0xD9:
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            target.write(bytes([0xFF, marker]))
        else:
            (length,) = struct.unpack(">H", _exactly(source, 2))
            segment = _exactly(source, length - 2)
            target.write(_jpeg_segment(marker, segment))
        marker = _copy_scan(source, target) if marker == 0xDA else _jpeg_marker(source)
    target.write(b"\xff\xd9")


def _jpeg_marker(source: IO[bytes]) -> int:
    if _exactly(source, 1) != b"\xff":
        raise NoPicture
    sign = b"\xff"
    while sign == b"\xff":
        sign = _exactly(source, 1)
    return sign[0]


def _jpeg_segment(marker: int, segment: bytes) -> bytes:
    """The segment as it is kept; of Exif only how the picture is turned, of the header not its small picture."""
    if marker == 0xE1 and segment.startswith(b"Exif\0\0"):
        orientation = orientation_in(segment[6:])
        if orientation == UPRIGHT:
            return b""
        segment = b"Exif\0\0" + exif_with(orientation)
    elif marker == 0xE0 and segment.startswith(b"JFIF\0") and len(segment) >= 14:
        segment = segment[:12] + b"\0\0"
    elif 0xE0 <= marker <= 0xEF or marker == 0xFE:
        kept = JPEG_KEPT.get(marker)
        if kept is None or not segment.startswith(kept):
            return b""
    return bytes([0xFF, marker]) + struct.pack(">H", len(segment) + 2) + segment


def _copy_scan(source: IO[bytes], target: IO[bytes]) -> int:
    """Copies coded pixels up to the next marker, and returns that."""
    held = b""
    while block := source.read(BLOCK):
        block = held + block
        found = JPEG_END_OF_SCAN.search(block)
        if found:
            target.write(block[: found.start()])
            source.seek(found.end() - len(block), 1)
            return block[found.end() - 1]
        cut = len(block.rstrip(b"\xff"))
        target.write(block[:cut])
        held = block[cut:]
    return 0xD9  # it breaks off, as downloads do; what is there can be shown


def _strip_png(source: IO[bytes], target: IO[bytes]) -> None:
    target.write(_exactly(source, 8))
    kind = b""
    while kind != b"IEND":
        head = _exactly(source, 8)
        length, kind = struct.unpack(">I", head[:4])[0], head[4:]
        if kind in PNG_KEPT:
            target.write(head)
            _copy(source, target, length + 4)
        elif kind == b"eXIf" and length <= BLOCK:
            target.write(_png_exif(_exactly(source, length)))
            source.seek(4, 1)
        else:
            source.seek(length + 4, 1)


def _png_exif(exif: bytes) -> bytes:
    orientation = orientation_in(exif)
    if orientation == UPRIGHT:
        return b""
    chunk = b"eXIf" + exif_with(orientation)
    return struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))


def _strip_gif(source: IO[bytes], target: IO[bytes]) -> None:
    head = _exactly(source, 13)
    target.write(head)
    _copy(source, target, _colours(head[10]))
    while (kind := source.read(1)) == b"\x2c" or kind == b"\x21":
        if kind == b"\x2c":
            place = _exactly(source, 9)
            target.write(kind + place)
            _copy(source, target, _colours(place[8]) + 1)
            target.write(b"".join(_sub_blocks(source)))
        else:
            label = _exactly(source, 1)
            blocks = list(_sub_blocks(source))
            is_known = label == b"\xff" and blocks[0][1:] in GIF_APPLICATIONS
            if label == b"\xf9" or is_known:
                target.write(kind + label + b"".join(blocks))
    target.write(b"\x3b")


def _colours(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _sub_blocks(source: IO[bytes]) -> Iterator[bytes]:
    """Each with its length in front; the empty one that ends them is the last."""
    while True:
        length = _exactly(source, 1)
        yield length + _exactly(source, length[0])
        if length == b"\0":
            return


def _strip_webp(source: IO[bytes], target: IO[bytes]) -> None:
    head = _exactly(source, 12)
    (said,) = struct.unpack("<I", head[4:8])
    target.write(head)
    left, turned, flags_at = said - 4, UPRIGHT, None
    while left >= 8:
        start = _exactly(source, 8)
        kind, (length,) = start[:4], struct.unpack("<I", start[4:])
        padded = length + length % 2
        if kind == b"EXIF" and length <= BLOCK:
            turned = orientation_in(_exactly(source, padded).removeprefix(b"Exif\0\0"))
        elif kind in WEBP_KEPT:
            flags_at = target.tell() + 8 if kind == b"VP8X" else flags_at
            target.write(start)
            _copy(source, target, padded)
        else:
            source.seek(padded, 1)
        left -= 8 + padded
    _finish_webp(target, turned, flags_at)


def _finish_webp(target: IO[bytes], turned: int, flags_at: int | None) -> None:
    """Says how the picture is turned, and what is in the file now."""
    if turned != UPRIGHT and flags_at is not None:
        exif = exif_with(turned)
        target.write(b"EXIF" + struct.pack("<I", len(exif)) + exif)
    end = target.tell()
    target.seek(4)
    target.write(struct.pack("<I", end - 8))
    if flags_at is not None:
        target.seek(flags_at)
        flags = target.read(1)[0] & ~0x0C
        target.seek(flags_at)
        target.write(bytes([flags | (0x08 if turned != UPRIGHT else 0)]))
    target.seek(end)


def _exactly(source: IO[bytes], length: int) -> bytes:
    found = source.read(length) if length >= 0 else b""
    if length < 0 or len(found) < length:
        raise NoPicture
    return found


def _copy(source: IO[bytes], target: IO[bytes], length: int) -> None:
    while length > 0:
        block = _exactly(source, min(BLOCK, length))
        target.write(block)
        length -= len(block)

"""What is stored of a file, what it is taken for, and what is refused with its name, the reason and the limit."""

from __future__ import annotations

import gzip
import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from helpdesk.archives import is_bomb
from helpdesk.errors import Refused
from helpdesk.files import Inspected, prepared
from tests.pictures import gif, jpeg, picture, png, png_of

PROGRAM = "can't be attached, because it is a program. Use PNG, JPG, PDF, MP4, TXT or ZIP up to 25.0\xa0MB."
PIXELS = "has too many pixels. Send a smaller picture, 50 megapixels at most."
UNPACKS = "unpacks to far more than its size. Send the files in it one by one."


def found_in(name: str, content: bytes) -> Inspected:
    """What the file is taken for."""
    with prepared(SimpleUploadedFile(name, content)) as (_content, found):
        return found


def refusal_of(name: str, content: bytes) -> str:
    """The sentence that refuses it."""
    with pytest.raises(Refused) as refusal:
        found_in(name, content)
    assert refusal.value.field == "files"
    return str(refusal.value)


def zip_of(**members: bytes) -> bytes:
    """An archive; `_` in a name stands for its dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return out.getvalue()


def boasting(archive: bytes, size: int) -> bytes:
    """The archive, whose table says that each member unpacks to `size` bytes."""
    changed, at = bytearray(archive), 0
    while (at := changed.find(b"PK\x01\x02", at)) >= 0:
        changed[at + 24 : at + 28] = struct.pack("<I", size)
        at += 4
    return bytes(changed)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.jpg", jpeg(), "image/jpeg"),
        ("a.png", png(), "image/png"),
        ("a.gif", gif(), "image/gif"),
        ("page.png", b"<html><script>alert(1)</script></html>", "text/plain"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "text/plain"),
        ("half.png", png()[:-200], "application/octet-stream"),
        ("broken.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01nonsense\0\0", "application/octet-stream"),
        ("a.gz", gzip.compress(b"line" * 99, mtime=0), "application/x-gzip"),
        ("ends.in.the.middle.txt", ("é" * 40_000).encode()[:-1], "text/plain"),
    ],
)
def test_type_comes_from_content(name: str, content: bytes, media_type: str) -> None:
    found = found_in(name, content).media_type

    assert found == media_type


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.exe", b"line"),
        ("Report.EXE", b"line"),
        ("invoice.pdf.scr", b"line"),
        ("x.TXT　.exe", b"line"),
        ("photo\u202egnp.exe", b"line"),
        ("report.exe. . ", b"line"),
        ("start.bat", b"@echo off"),
        ("link.url", b"[InternetShortcut]"),
        ("invoice.pdf", b"MZ" + bytes(200)),
        ("picture.png", b"\x7fELF" + bytes(200)),
        ("tool", b"\xcf\xfa\xed\xfe" + bytes(200)),
        ("a.txt", b"L\0\0\0\x01\x14\x02\0" + bytes(60)),
    ],
)
def test_programs_are_refused(name: str, content: bytes) -> None:
    assert PROGRAM in refusal_of(name, content)


@pytest.mark.parametrize(
    "name", ["notes.txt", "MZ.txt", "exe", "my.exe.txt", "x.py", "x.php", "x.html", "x.log"]
)
def test_words_about_programs_are_no_program(name: str) -> None:
    assert found_in(name, b"MZ is how a program begins").media_type == "text/plain"


def test_pictures_that_are_too_large_are_refused_unread() -> None:
    tracemalloc.start()
    assert PIXELS in refusal_of("a.png", png_of(60_000, 60_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 5_000_000


def test_a_moving_picture_of_a_thousand_megapixels_is_refused() -> None:
    out = io.BytesIO()
    Image.new("P", (6000, 6000)).save(out, "GIF")
    whole = out.getvalue()
    head = 13 + 3 * 2 ** ((whole[10] & 7) + 1)  # the size of the table of colours stands in three bits
    moving = whole[:head] + whole[head:-1] * 30 + b";"

    assert PIXELS in refusal_of("a.gif", moving)


def test_text_that_unpacks_to_much_is_left_out_of_a_picture() -> None:
    bomb = b"zTXtComment\0\0" + zlib.compress(bytes(200_000_000), 9)

    with prepared(SimpleUploadedFile("a.png", png_of(8, 8, bomb))) as (content, found):
        assert (found.media_type, b"zTXt" in content.read()) == ("image/png", False)


def test_a_picture_loses_what_hangs_behind_it() -> None:
    content = jpeg() + zip_of(a_txt=b"hidden")

    with prepared(SimpleUploadedFile("a.jpg", content)) as (kept, found):
        assert found.size == len(kept.read()) < len(content)
        assert not zipfile.is_zipfile(kept)


def test_archives_with_honest_contents_are_kept() -> None:
    assert found_in("logs.zip", zip_of(a_log=b"line\n" * 2_000_000, inner_zip=zip_of(b_txt=b"b"))).size > 0


@pytest.mark.parametrize(
    "content",
    [
        boasting(zip_of(a_txt=b"0" * 10_000), 2**31),
        zip_of(inner_zip=boasting(zip_of(a_txt=b"0" * 10_000), 2**31)),
        zip_of(a_zip=zip_of(b_zip=zip_of(c_zip=zip_of(d_zip=zip_of(e_txt=b"deep"))))),
        gzip.compress(b"0" * 50_000, mtime=0)[:-4] + struct.pack("<I", 2**31),
    ],
    ids=["boasting", "nested", "deep", "gzip"],
)
def test_archives_that_unpack_to_far_more_are_refused(content: bytes) -> None:
    assert UNPACKS in refusal_of("a.zip", content)


def test_members_that_share_their_bytes_are_a_bomb() -> None:
    archive = zip_of(a_txt=b"unlike " * 500)
    start = archive.index(b"PK\x01\x02")
    end = archive.index(b"PK\x05\x06")
    table = archive[start:end] * 40
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 40, 40, len(table), start, 0)
    content = archive[:start] + table + tail

    assert is_bomb(io.BytesIO(content), 100)
    assert not is_bomb(io.BytesIO(archive), len(archive))


def test_an_archive_with_a_broken_table_is_kept() -> None:
    archive = zip_of(a_txt=b"line")
    for at in range(0, len(archive), 3):
        broken = archive[:at] + b"\xff\xff\xff" + archive[at + 3 :]

        assert is_bomb(io.BytesIO(broken), len(broken)) in {True, False}


def test_a_large_picture_is_read_in_pieces() -> None:
    out = io.BytesIO()
    Image.effect_noise((3000, 2000), 90).save(out, "PNG", compress_level=0)
    upload = SimpleUploadedFile("noise.png", out.getvalue())
    tracemalloc.start()

    with prepared(upload) as (_content, found):
        peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found.size > 5_000_000
    assert peak < 2_000_000


def test_a_picture_in_another_dress_is_still_one() -> None:
    out = io.BytesIO()
    picture().save(out, "BMP")

    assert found_in("a.bmp", out.getvalue()).media_type not in {"image/png", "text/plain"}

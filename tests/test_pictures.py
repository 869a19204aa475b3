"""Pictures lose what they tell about the person, and not one pixel."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image

from helpdesk.pictures import NoPicture, exif_with, orientation_in, strip_metadata
from tests.pictures import SECRET, gif, jpeg, pixels, png, webp

KINDS: dict[str, Callable[[], bytes]] = {
    "jpeg": jpeg,
    "turned jpeg": lambda: jpeg(6),
    "progressive jpeg": lambda: jpeg(is_progressive=True),
    "png": png,
    "turned png": lambda: png(8),
    "gif": gif,
    "webp": webp,
    "turned webp": lambda: webp(3),
}
each_kind = pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)


def stripped(content: bytes) -> bytes:
    """The picture as it would be stored."""
    target = io.BytesIO()
    strip_metadata(io.BytesIO(content), target)
    return target.getvalue()


@each_kind
def test_nothing_of_the_person_is_left(make: Callable[[], bytes]) -> None:
    content = make()

    kept = stripped(content)

    assert SECRET in content
    assert SECRET not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert dict(image.getexif()).keys() <= {0x0112}
        assert not image.getexif().get_ifd(0x8825)
        assert {"comment", "xmp", "photoshop", "Author", "Comment"} & image.info.keys() == set()


@each_kind
def test_no_pixel_changes(make: Callable[[], bytes]) -> None:
    content = make()

    assert pixels(stripped(content)) == pixels(content)


@each_kind
def test_doing_it_twice_changes_nothing(make: Callable[[], bytes]) -> None:
    once = stripped(make())

    assert stripped(once) == once


@pytest.mark.parametrize(("make", "turned"), [(jpeg, 6), (png, 8), (webp, 3)])
def test_how_it_is_turned_stays(make: Callable[[int], bytes], turned: int) -> None:
    with Image.open(io.BytesIO(stripped(make(turned)))) as image:
        assert image.getexif()[0x0112] == turned


def test_colours_stay() -> None:
    with Image.open(io.BytesIO(stripped(jpeg()))) as image:
        assert image.info["icc_profile"] == b"profile" * 40


def test_a_moving_picture_still_repeats() -> None:
    with Image.open(io.BytesIO(stripped(gif()))) as image:
        assert (getattr(image, "n_frames", 1), image.info["loop"], image.info["duration"]) == (2, 0, 100)


@each_kind
def test_a_picture_that_breaks_off_is_named_or_shown(make: Callable[[], bytes]) -> None:
    content = make()
    outcomes: set[bool | None] = set()
    for cut in range(0, len(content), max(1, len(content) // 200)):
        try:
            outcomes.add(SECRET in stripped(content[:cut]))
        except NoPicture:
            outcomes.add(None)

    assert True not in outcomes
    assert None in outcomes


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe1\0\0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF1234WEBP"]
)
def test_what_is_hardly_begun_is_no_picture(content: bytes) -> None:
    target = io.BytesIO()
    try:
        strip_metadata(io.BytesIO(content), target)
    except NoPicture:
        return
    with pytest.raises(OSError, match="cannot identify"):
        Image.open(target)


@pytest.mark.parametrize("order", [b"II*\0", b"MM\0*"])
def test_orientation_survives_nonsense(order: bytes) -> None:
    for length in range(40):
        assert orientation_in((order + bytes([255] * 40))[:length]) == 1
    assert [orientation_in(exif_with(value)) for value in (1, 3, 6, 8, 9)] == [1, 3, 6, 8, 1]

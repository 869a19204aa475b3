"""Files as people attach them: a screenshot that compresses badly, a recording just under the limit."""

import io
import random
from dataclasses import dataclass
from functools import cache

from PIL import Image

RECORDING_BYTES = 25 * 1024 * 1024 - 1024
_BEGINNING_OF_MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


@dataclass(frozen=True)
class File:
    """A name and its bytes."""

    name: str
    content: bytes


@cache
def picture() -> File:
    """A PNG of about 200 KB: noise, the same at every run."""
    noise = random.Random(1).randbytes(256 * 260 * 3)
    written = io.BytesIO()
    Image.frombytes("RGB", (256, 260), noise).save(written, "PNG")
    return File("screenshot.png", written.getvalue())


@cache
def recording() -> File:
    """An MP4 by its beginning, 25 MB long."""
    return File("recording.mp4", _BEGINNING_OF_MP4 + random.Random(2).randbytes(RECORDING_BYTES))

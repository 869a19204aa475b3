"""Small pictures of pictures, drawn anew: nothing of the original's bytes is in them."""

import io
import struct
import warnings
from typing import IO

from PIL import Image, ImageOps

from helpdesk.kinds import PICTURES

EDGE = 320  # pixels
# What is decoded at once for a small picture, in pixels; of a JPEG only what its own small scales need.
DECODED_LIMIT = 24_000_000
# Whatever Pillow raises over a picture that is not what it says.
BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    struct.error,
    MemoryError,
)


def thumbnail_of(content: IO[bytes]) -> bytes | None:
    """A WebP of EDGE pixels at most on its longer side, upright, of the first frame; None when it can't be drawn."""
    content.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _drawn(content)
    except BROKEN:
        return None


def _drawn(content: IO[bytes]) -> bytes | None:
    with Image.open(content, formats=list(PICTURES)) as image:
        image.draft("RGB", (EDGE, EDGE))
        if image.width * image.height > DECODED_LIMIT:
            return None
        turned = ImageOps.exif_transpose(image)
        small = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
        small.thumbnail((EDGE, EDGE))
        out = io.BytesIO()
        small.save(out, "WEBP", quality=72, method=4)
        return out.getvalue()

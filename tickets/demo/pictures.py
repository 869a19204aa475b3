"""Small files that demo people send: screens drawn here, and logs."""

import hashlib
import io
import random
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

SIZE = (640, 400)


def demo_file(name: str, rng: random.Random) -> dict[str, Any]:
    """The fields of one stored file called `name`: a drawn screen for `.png`, lines of a log for anything else."""
    is_picture = name.endswith(".png")
    content = _screen(rng) if is_picture else _log(rng)
    return {
        "content": ContentFile(content, name=name),
        "name": name,
        "size": len(content),
        "media_type": "image/png" if is_picture else "text/plain",
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _screen(rng: random.Random) -> bytes:
    ground = (rng.randint(20, 60), rng.randint(30, 80), rng.randint(90, 160))
    image = Image.new("RGB", SIZE, (244, 246, 250))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, SIZE[0], 44), fill=ground)
    draw.rounded_rectangle((16, 12, 150, 32), 8, fill=(255, 255, 255))
    for row in range(6):
        top = 70 + row * 48
        draw.rounded_rectangle((24, top, 72, top + 34), 6, fill=(208, 216, 228))
        draw.rectangle((88, top + 4, 88 + rng.randint(160, 460), top + 14), fill=(150, 160, 178))
        draw.rectangle((88, top + 20, 88 + rng.randint(80, 300), top + 28), fill=(206, 212, 222))
    left = rng.randint(120, 200)
    draw.rounded_rectangle(
        (left, 150, left + 320, 260), 10, fill=(255, 255, 255), outline=(176, 38, 30), width=3
    )
    draw.rectangle((left + 24, 180, left + 240, 192), fill=(176, 38, 30))
    draw.rectangle((left + 24, 208, left + 280, 216), fill=(150, 160, 178))
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _log(rng: random.Random) -> bytes:
    codes = ["upload.part.retry", "net.timeout", "session.resume", "upload.part.ok", "codec.unknown"]
    lines = [
        f"{minute:02d}:{rng.randint(0, 59):02d} {rng.choice(codes)} part={rng.randint(1, 64)}"
        for minute in range(24)
    ]
    return "\n".join(lines).encode() + b"\n"

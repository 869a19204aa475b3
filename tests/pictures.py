"""Pictures as telephones and programs make them, with everything about their owner inside."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, PngImagePlugin

SECRET = b"Secret-Garden-51.5N"


def exif(orientation: int = 1) -> bytes:
    """An Exif block with a place, a device and, when it is turned, how."""
    block = Image.Exif()
    block[0x010F] = SECRET.decode()
    block[0x0112] = orientation
    block.get_ifd(0x8825)[1] = "N"
    block.get_ifd(0x8825)[2] = (51.0, 30.0, 7.0)
    return block.tobytes()


def picture(size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Something with many colours, so that a change of any pixel shows."""
    return Image.radial_gradient("L").resize(size).convert("RGB")


def jpeg(orientation: int = 1, *, is_progressive: bool = False) -> bytes:
    """With Exif, XMP, IPTC, a comment, a small picture, a colour profile and something behind its end."""
    out = io.BytesIO()
    picture().save(
        out,
        "JPEG",
        exif=exif(orientation),
        comment=SECRET,
        icc_profile=b"profile" * 40,
        xmp=b"<x:xmpmeta>" + SECRET,
        progressive=is_progressive,
        restart_marker_blocks=2,
    )
    content = out.getvalue()
    iptc = b"Photoshop 3.0\x008BIM\x04\x04" + SECRET
    return (
        content[:2] + b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc + content[2:] + b"behind" + SECRET
    )


def png(orientation: int = 1) -> bytes:
    """With text of three kinds, Exif and a time."""
    facts = PngImagePlugin.PngInfo()
    facts.add_text("Author", SECRET.decode())
    facts.add_text("Comment", SECRET.decode() * 50, zip=True)
    facts.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    facts.add(b"tIME", SECRET[:7])
    out = io.BytesIO()
    picture().save(out, "PNG", pnginfo=facts, exif=exif(orientation))
    return out.getvalue() + b"PK" + SECRET


def gif() -> bytes:
    """Two frames that repeat, with a comment and XMP."""
    out = io.BytesIO()
    first, second = picture().convert("P"), picture().rotate(90).convert("P")
    first.save(out, "GIF", save_all=True, append_images=[second], loop=0, duration=100, comment=SECRET)
    content = out.getvalue()
    xmp = b"\x21\xff\x0bXMP DataXMP" + bytes([len(SECRET)]) + SECRET + b"\0"
    return content[:-1] + xmp + b"\x3b" + SECRET


def webp(orientation: int = 1) -> bytes:
    """With Exif and XMP."""
    out = io.BytesIO()
    picture().save(out, "WEBP", exif=exif(orientation), xmp=b"<x:xmpmeta>" + SECRET, lossless=True)
    return out.getvalue() + SECRET


def png_of(width: int, height: int, *chunks: bytes) -> bytes:
    """A tiny PNG that says it is `width` × `height`, with more chunks (type and content) before its pixels."""
    head = struct.pack(">4sIIBBBBB", b"IHDR", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in (head, *chunks, b"IDAT" + zlib.compress(b"\0" * 5), b"IEND")
    )


def pixels(content: bytes) -> list[bytes]:
    """Every frame as it is shown, before it is turned."""
    with Image.open(io.BytesIO(content)) as image:
        frames = []
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            frames.append(image.convert("RGBA").tobytes())
        return frames

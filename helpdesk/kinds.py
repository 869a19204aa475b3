"""What kind of file something is: told by its content, and by its name only where a system would run it for its name."""

import io

import puremagic
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import Image

from helpdesk.errors import Refused

HEAD = 64 * 1024
UNKNOWN = "application/octet-stream"
PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
# What a double click would run, whatever it says: programs, installers, scripts of the system, and links to them.
PROGRAM_ENDINGS = frozenset(
    {
        "ade", "adp", "apk", "app", "appimage", "appx", "appxbundle", "bat", "chm", "cmd",
        "com", "cpl", "deb", "desktop", "dll", "dmg", "drv", "exe", "gadget", "hta",
        "inf", "ins", "ipa", "isp", "iso", "jar", "jnlp", "js", "jse", "library-ms",
        "lnk", "mde", "msc", "msi", "msix", "msp", "mst", "nsh", "ocx", "pif",
        "pkg", "ps1", "ps1xml", "psm1", "reg", "rpm", "scf", "scr", "sct", "settingcontent-ms",
        "shb", "sys", "url", "vb", "vbe", "vbs", "vhd", "vhdx", "vxd", "website",
        "workflow", "wsc", "wsf", "wsh", "xll",
    }
)  # fmt: skip
PROGRAM_STARTS = (
    b"MZ",  # Windows
    b"\x7fELF",  # Linux
    b"\xfe\xed\xfa\xce",  # macOS, four ways
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",  # macOS for two processors, and Java
    b"dex\n",  # Android
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a shortcut of Windows
)


def sniff(upload: File) -> str:
    """Media type by content. Text of any kind is `text/plain`: markup that we store is never served as markup.

    Only what Pillow can open is one of PICTURES.
    """
    upload.seek(0)
    head = upload.read(HEAD)
    picture = picture_type(upload)
    if picture:
        return picture
    if _is_text(head):
        return "text/plain"
    try:
        found = puremagic.from_string(head, mime=True) or UNKNOWN
    except (puremagic.PureError, ValueError, IndexError):
        return UNKNOWN
    return UNKNOWN if found in PICTURES.values() else found


def picture_type(upload: File) -> str | None:
    """The media type when it is a picture whose head can be read; reads no pixel."""
    upload.seek(0)
    try:
        with Image.open(upload, formats=list(PICTURES)) as image:
            return PICTURES[str(image.format)]
    except (OSError, ValueError, SyntaxError):
        return None
    finally:
        upload.seek(0)


def refuse_program(name: str, head: bytes, *, limit: int) -> None:
    """Raises Refused when a system would run the file, by its name or by the first bytes in `head`.

    `limit` is the size in bytes that the person is told.
    """
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    is_program = ending in PROGRAM_ENDINGS or (head.startswith(PROGRAM_STARTS) and not _is_text(head[:HEAD]))
    if is_program:
        facts = {"name": name, "limit": filesizeformat(limit)}
        raise Refused(
            _(
                "“%(name)s” can't be attached, because it is a program."
                " Use PNG, JPG, PDF, MP4, TXT or ZIP up to %(limit)s."
            )
            % facts,
            "files",
        )


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        io.TextIOWrapper(io.BytesIO(head), encoding="utf-8").read()
    except UnicodeDecodeError as error:
        return len(head) == HEAD and error.start > HEAD - 4  # the cut went through the last character
    return True

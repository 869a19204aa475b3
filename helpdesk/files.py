"""Files people send: the abstract row, what a file really is, and the limits."""

import hashlib
import io
import unicodedata
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import puremagic
from django.conf import settings
from django.core.files.base import File
from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import Image

from helpdesk.errors import Refused
from helpdesk.tenancy import TenantModel, current_tenant_id

PIXEL_LIMIT = 50_000_000
Image.MAX_IMAGE_PIXELS = None  # pictures are measured by their header here, before anything decodes them
ARCHIVE_RATIO_LIMIT = 100
ARCHIVE_MEMBER_LIMIT = 10_000
# Shown in the page when asked for; everything else is only ever downloaded.
INLINE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
IMAGE_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}


def random_key(instance: models.Model, filename: str) -> str:
    """Storage key with the tenant in front and nothing of the sender's file name in it."""
    return f"tenants/{current_tenant_id()}/{uuid.uuid4().hex}"


class StoredFile(TenantModel):
    """A file that is safe on disk (or in the object store) before anything points at it."""

    class State(models.TextChoices):
        CHECKING = "checking", _("Checking")
        READY = "ready", _("Ready")
        QUARANTINED = "quarantined", _("Held back")

    content = models.FileField(upload_to=random_key, max_length=120)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State, default=State.READY)
    verdict = models.CharField(max_length=100, blank=True)  # what the scanner calls it, when it is held back
    thumbnail = models.CharField(max_length=120, blank=True)  # its key in the store
    treat_after = models.DateTimeField(null=True, blank=True)  # when the worker looks at it next; None: done
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_inline(self) -> bool:
        """Whether a browser may show it in place."""
        return self.media_type in INLINE_TYPES


@dataclass(frozen=True)
class Inspected:
    """What we found out about a file by reading it, never by believing its name or header."""

    name: str
    size: int
    media_type: str
    sha256: str


def inspect(upload: File) -> Inspected:
    """Reads `upload` once in pieces and says what it is.

    Raises Refused (field "files"), naming the file, the reason and the limit, when it is empty, too large, or made to
    exhaust whoever opens it. The upload is left at its start.
    """
    name = clean_name(upload.name or "")
    size = upload.size or 0
    if size == 0:
        raise Refused(_("“%(name)s” is empty. Choose another file.") % {"name": name}, field="files")
    if size > settings.FILE_SIZE_LIMIT:
        limit = filesizeformat(settings.FILE_SIZE_LIMIT)
        raise Refused(
            _("“%(name)s” is larger than %(limit)s. Choose a smaller file.") % {"name": name, "limit": limit},
            field="files",
        )
    digest = hashlib.sha256()
    for piece in upload.chunks():
        digest.update(piece)
    upload.seek(0)
    media_type = sniff(upload)
    _refuse_bomb(upload, name, media_type)
    upload.seek(0)
    return Inspected(name=name, size=size, media_type=media_type, sha256=digest.hexdigest())


@contextmanager
def prepared(upload: File) -> Iterator[tuple[File, Inspected]]:
    """What is to be stored of `upload`, and what it is. Raises Refused as `inspect` does."""
    yield upload, inspect(upload)


def clean_name(name: str) -> str:
    """A file name for people's eyes: no path, control or direction-changing characters, 200 characters at most."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(sign for sign in name if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    name = " ".join(name.split()).strip(". ")
    if len(name) > 200:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: 199 - len(ending)]}.{ending}" if dot and len(ending) < 20 else name[:200]
    return name or str(_("file"))


def sniff(upload: File) -> str:
    """Media type by content. Text of any kind is `text/plain`: markup that we store is never served as markup."""
    upload.seek(0)
    head = upload.read(64 * 1024)
    image = _image_type(head, upload)
    if image:
        return image
    if _is_text(head):
        return "text/plain"
    try:
        return puremagic.from_string(head, mime=True) or "application/octet-stream"
    except (puremagic.PureError, ValueError, IndexError):
        return "application/octet-stream"


def _image_type(head: bytes, upload: File) -> str | None:
    upload.seek(0)
    try:
        with Image.open(upload, formats=list(IMAGE_FORMATS)) as image:
            return IMAGE_FORMATS[str(image.format)]
    except (OSError, ValueError, SyntaxError):
        return None
    finally:
        upload.seek(0)


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        io.TextIOWrapper(io.BytesIO(head), encoding="utf-8").read()
    except UnicodeDecodeError as error:
        return (
            len(head) == 64 * 1024 and error.start > len(head) - 4
        )  # the cut went through the last character
    return True


def _refuse_bomb(upload: File, name: str, media_type: str) -> None:
    upload.seek(0)
    if media_type in INLINE_TYPES and _pixels(upload) > PIXEL_LIMIT:
        raise Refused(
            _("“%(name)s” has too many pixels. Send a smaller picture, 50 megapixels at most.")
            % {"name": name},
            field="files",
        )
    upload.seek(0)
    if zipfile.is_zipfile(upload) and _is_archive_bomb(upload):
        raise Refused(
            _("“%(name)s” unpacks to far more than its size. Send the files in it one by one.")
            % {"name": name},
            field="files",
        )


def _pixels(upload: File) -> int:
    try:
        with Image.open(upload, formats=list(IMAGE_FORMATS)) as image:
            return image.width * image.height * getattr(image, "n_frames", 1)
    except (OSError, ValueError, SyntaxError):
        return 0


def _is_archive_bomb(upload: File) -> bool:
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    unpacked = sum(member.file_size for member in members)
    return len(members) > ARCHIVE_MEMBER_LIMIT or unpacked > ARCHIVE_RATIO_LIMIT * max(
        upload.size or 1, 10_000
    )

"""Files people send: the abstract row, what is stored of one, and the limits."""

import hashlib
import tempfile
import unicodedata
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import File
from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image

from helpdesk.archives import is_bomb
from helpdesk.errors import Refused
from helpdesk.kinds import HEAD, PICTURES, UNKNOWN, refuse_program, sniff
from helpdesk.pictures import NoPicture, strip_metadata
from helpdesk.tenancy import TenantModel, current_tenant_id

PIXEL_LIMIT = 50_000_000
ANIMATION_PIXEL_LIMIT = 1_000_000_000  # all frames of a moving picture together
Image.MAX_IMAGE_PIXELS = None  # pictures are measured by their header here, before anything decodes them
# Shown in the page when asked for; everything else is only ever downloaded.
INLINE_TYPES = frozenset(PICTURES.values())


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
    created_at = models.DateTimeField(default=timezone.now)

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


@contextmanager
def prepared(upload: File) -> Iterator[tuple[File, Inspected]]:
    """What is to be stored of `upload`, and what that is; a picture comes without its metadata.

    Raises Refused (field "files"), naming the file, the reason and the limit, when it is empty, too large, a program,
    or made to exhaust whoever opens it. A picture that breaks off too early is kept as it came, as bytes.
    """
    name = clean_name(upload.name or "")
    refuse_size(name, upload.size or 0, limit=settings.FILE_SIZE_LIMIT)
    upload.seek(0)
    refuse_program(name, upload.read(HEAD), limit=settings.FILE_SIZE_LIMIT)
    with tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE) as stripped:
        try:
            strip_metadata(upload, stripped)
        except NoPicture:
            yield upload, inspect(upload, name, is_picture=False)
        else:
            content = File(stripped, name=name)
            content.size = stripped.tell()
            yield content, inspect(content, name, is_picture=True)


def inspect_recording(content: File, name: str) -> Inspected:
    """What a large file in the store is, read in place by pieces. Raises Refused as `prepared` does, and for a picture:
    that would keep what it tells about its owner."""
    refuse_size(name, content.size, limit=settings.LARGE_FILE_SIZE_LIMIT)
    content.seek(0)
    refuse_program(name, content.read(HEAD), limit=settings.LARGE_FILE_SIZE_LIMIT)
    found = inspect(content, name, is_picture=True)
    if found.media_type in INLINE_TYPES:
        refuse_size(name, content.size, limit=settings.FILE_SIZE_LIMIT)
    return found


def inspect(content: File, name: str, *, is_picture: bool) -> Inspected:
    """Reads `content` once in pieces and says what it is; `is_picture` when its whole structure was read.

    Raises Refused when it would exhaust whoever opens it.
    """
    digest = hashlib.sha256()
    content.seek(0)
    for piece in content.chunks():
        digest.update(piece)
    media_type = sniff(content)
    if media_type in INLINE_TYPES:
        _refuse_pixels(content, name)
        media_type = media_type if is_picture else UNKNOWN
    content.seek(0)
    if is_bomb(content, content.size):
        raise Refused(
            _("“%(name)s” unpacks to far more than its size. Send the files in it one by one.")
            % {"name": name},
            field="files",
        )
    content.seek(0)
    return Inspected(name=name, size=content.size, media_type=media_type, sha256=digest.hexdigest())


def refuse_size(name: str, size: int, *, limit: int) -> None:
    """Raises Refused when a file of `size` bytes is empty, or larger than `limit`."""
    if size == 0:
        raise Refused(_("“%(name)s” is empty. Choose another file.") % {"name": name}, field="files")
    if size > limit:
        facts = {"name": name, "limit": filesizeformat(limit)}
        raise Refused(_("“%(name)s” is larger than %(limit)s. Choose a smaller file.") % facts, field="files")


def clean_name(name: str) -> str:
    """A file name for people's eyes: no path, control or direction-changing characters, 200 characters at most."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(sign for sign in name if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    name = " ".join(name.split()).strip(". ")
    if len(name) > 200:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: 199 - len(ending)]}.{ending}" if dot and len(ending) < 20 else name[:200]
    return name or str(_("file"))


def _refuse_pixels(content: File, name: str) -> None:
    size, frames = _measured(content)
    if size > PIXEL_LIMIT or size * frames > ANIMATION_PIXEL_LIMIT:
        raise Refused(
            _("“%(name)s” has too many pixels. Send a smaller picture, 50 megapixels at most.")
            % {"name": name},
            field="files",
        )


def _measured(content: File) -> tuple[int, int]:
    """Pixels of one frame, and how many frames there are, without decoding any."""
    content.seek(0)
    try:
        with Image.open(content, formats=list(PICTURES)) as image:
            size = image.width * image.height
            return size, 1 if size > PIXEL_LIMIT else getattr(image, "n_frames", 1)
    except (OSError, ValueError, SyntaxError):
        return 0, 1

"""What the worker does to a file after it was kept: has it scanned, and draws a small picture of it.

A file that waits has `treat_after`; whoever takes it moves that on by a lease, so that one worker at a time has it and
a worker that dies delays it only.
"""

import datetime as dt
import tempfile

import structlog
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.utils import timezone

from helpdesk.clamd import Clamd, ScannerAway
from helpdesk.files import INLINE_TYPES
from helpdesk.store import StoreAway, put, read, remove
from helpdesk.tenancy import tenant_scope
from helpdesk.thumbnails import thumbnail_of
from tickets.models import Attachment

LEASE = dt.timedelta(minutes=6)
PAUSE = dt.timedelta(seconds=30)
# A picture that took its worker with it each time is left without a small one.
DRAWN_WITHIN = dt.timedelta(hours=1)
log = structlog.get_logger(__name__)


def treat_file(attachment_id: int, *, tenant_id: int) -> bool:
    """Does what the file still needs; whether it was ours to do. Outside of any transaction; safe to run twice.

    While the scanner or the store is away the file stays as it is, and is taken up again after PAUSE.
    """
    with tenant_scope(tenant_id):
        file = _take(attachment_id)
    if file is None:
        return False
    try:
        if file.state == Attachment.State.CHECKING:
            file.verdict = _scan(file)
            file.state = Attachment.State.QUARANTINED if file.verdict else Attachment.State.READY
        thumbnail = _draw(file, tenant_id)
    except (ScannerAway, StoreAway, FileNotFoundError) as away:
        log.warning("files.untreated", file=attachment_id, reason=str(away))
        changed = {"state": file.state, "verdict": file.verdict, "treat_after": timezone.now() + PAUSE}
        _note(file, tenant_id, **changed)
        return True
    kept = _note(
        file, tenant_id, state=file.state, verdict=file.verdict, thumbnail=thumbnail, treat_after=None
    )
    if thumbnail and not kept:  # removed meanwhile
        remove([thumbnail])
    return True


def _take(attachment_id: int) -> Attachment | None:
    now = timezone.now()
    waiting = Attachment.objects.filter(pk=attachment_id, treat_after__lte=now)
    if not waiting.update(treat_after=now + LEASE):
        return None
    return Attachment.objects.filter(pk=attachment_id).first()


def _scan(file: Attachment) -> str:
    if settings.SCANNER is None:  # it was switched off while the file waited
        return ""
    host, port = settings.SCANNER
    verdict = Clamd(host, port).scan(read(str(file.content.name)))
    if verdict:
        log.warning("files.held_back", file=file.pk, verdict=verdict)
    return verdict


def _draw(file: Attachment, tenant_id: int) -> str:
    """The key of the small picture; empty when there is none to be."""
    is_picture = file.state == Attachment.State.READY and file.media_type in INLINE_TYPES
    if not is_picture or file.thumbnail or file.created_at < timezone.now() - DRAWN_WITHIN:
        return file.thumbnail
    with tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE) as whole:
        for block in read(str(file.content.name)):
            whole.write(block)
        small = thumbnail_of(File(whole))
    return put(ContentFile(small, name="small"), tenant_id=tenant_id) if small else ""


def _note(file: Attachment, tenant_id: int, **changed: object) -> int:
    with tenant_scope(tenant_id):
        return Attachment.objects.filter(pk=file.pk).update(**changed)

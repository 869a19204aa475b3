"""Uploads that arrive piece by piece: begun, added to, joined to one file of a form, or given up.

The pieces lie in the store, so that any web process goes on with what another one took. What writes to the store runs
outside of every transaction; each function says which kind it is.
"""

import datetime as dt
import tempfile
import uuid
from functools import partial
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.files import Inspected, clean_name, refuse_size
from helpdesk.kinds import refuse_program
from helpdesk.store import StoreAway, read, remove
from helpdesk.tenancy import tenant_scope
from tickets.actions.files import NotKept, drop_file, lock_form, record_file, refuse_full_form, store_file
from tickets.models import Attachment, Upload

LIFETIME = dt.timedelta(hours=24)
# One that has not moved for so long counts no more among the files of its form, or is joined by somebody else.
STALLED = dt.timedelta(minutes=15)
PIECES_LIMIT = 1000


class OffsetMoved(Exception):
    """Something else arrived meanwhile; `offset` is how much is there now, in bytes."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def begin_upload(*, draft_key: uuid.UUID, uploaded_by: Member | None, name: str, size: int) -> Upload:
    """Makes room for a file of `size` bytes. Raises Refused naming the file, the reason and the limit."""
    name = clean_name(name)
    refuse_size(name, size, limit=settings.FILE_SIZE_LIMIT)
    refuse_program(name, b"", limit=settings.FILE_SIZE_LIMIT)
    now = timezone.now()
    with transaction.atomic():
        lock_form(draft_key)
        others = Upload.objects.filter(draft_key=draft_key, uploaded_by=uploaded_by)
        arriving = others.filter(state__in=[Upload.State.ARRIVING, Upload.State.JOINING])
        refuse_full_form(draft_key, uploaded_by, arriving=arriving.filter(moved_at__gt=now - STALLED).count())
        return Upload.objects.create(
            draft_key=draft_key,
            uploaded_by=uploaded_by,
            name=name,
            size=size,
            moved_at=now,
            expires_at=now + LIFETIME,
        )


def add_piece(upload: Upload, *, at: int, key: str, size: int) -> Upload:
    """Adds what lies in the store under `key`, `size` bytes that begin at the offset `at`. Locks the upload.

    Raises OffsetMoved when that is not where it goes on, Refused when there is no end to its pieces.
    """
    with transaction.atomic():
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        if locked.state != Upload.State.ARRIVING or locked.offset != at or at + size > locked.size:
            raise OffsetMoved(locked.offset)
        if len(locked.pieces) >= PIECES_LIMIT:
            raise Refused(_("“%(name)s” came in too many pieces. Send it again.") % {"name": locked.name})
        locked.pieces.append(key)
        locked.offset += size
        locked.moved_at = timezone.now()
        locked.expires_at = locked.moved_at + LIFETIME
        locked.save(update_fields=["pieces", "offset", "moved_at", "expires_at"])
    return locked


def join_pieces(upload: Upload, *, tenant_id: int) -> Attachment | None:
    """Makes one file of the form out of what arrived; None while somebody else does so. Outside of any transaction.

    Idempotent. Raises Refused when it can't be attached (its pieces are then gone), NotKept when the store is away
    (nothing is lost: call it again).
    """
    with tenant_scope(tenant_id):
        claimed = _claim(upload)
        if claimed is None:
            return _joined_before(upload)
    try:
        with tempfile.TemporaryFile() as whole:
            _copy(claimed, whole)
            file = File(whole, name=claimed.name)
            file.size = claimed.size
            key, found = store_file(file, tenant_id=tenant_id)
        with tenant_scope(tenant_id):
            attachment = _settle(claimed, key, found)
    except NotKept:
        _reopen(claimed, tenant_id)
        raise
    except (StoreAway, OSError) as away:  # the store, or the disk for the whole
        _reopen(claimed, tenant_id)
        raise NotKept(claimed.name) from away
    except Refused as refusal:
        with tenant_scope(tenant_id):
            _refuse(claimed, str(refusal))
        remove(claimed.pieces)
        raise
    remove(claimed.pieces)
    return attachment


def drop_upload(upload: Upload) -> None:
    """Removes it with its pieces, and the file that became of it as long as that waits in a form.

    Raises Refused once the file belongs to a message.
    """
    with transaction.atomic():
        locked = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if locked is None:
            return
        if locked.attachment:
            drop_file(locked.attachment)
        locked.delete()
    transaction.on_commit(partial(remove, keys_of(locked)), robust=True)


def forget_uploads(*, now: dt.datetime, limit: int) -> int:
    """Removes `limit` uploads at most whose time is over; returns how many. What became of them stays."""
    over = list(Upload.objects.filter(expires_at__lt=now)[:limit])
    Upload.objects.filter(pk__in=[upload.pk for upload in over]).delete()
    transaction.on_commit(partial(remove, [key for upload in over for key in keys_of(upload)]), robust=True)
    return len(over)


def keys_of(upload: Upload) -> list[str]:
    """What of it lies in the store and is not a file of a form."""
    direct = [upload.direct_key] if upload.direct_key and not upload.attachment_id else []
    return [*upload.pieces, *direct]


def _claim(upload: Upload) -> Upload | None:
    """The upload for whoever may join it now, under a lease that ends after STALLED."""
    now = timezone.now()
    locked = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if locked is None or locked.offset != locked.size:
        return None
    is_free = locked.state == Upload.State.ARRIVING
    is_left = locked.state == Upload.State.JOINING and locked.moved_at < now - STALLED
    if not (is_free or is_left):
        return None
    locked.state, locked.moved_at = Upload.State.JOINING, now
    locked.save(update_fields=["state", "moved_at"])
    return locked


def _joined_before(upload: Upload) -> Attachment | None:
    found = Upload.objects.select_related("attachment").filter(pk=upload.pk).first()
    if found and found.state == Upload.State.REFUSED:
        raise Refused(found.reason, "files")
    return found.attachment if found else None


def _copy(upload: Upload, whole: IO[bytes]) -> None:
    for key in upload.pieces:
        for block in read(key):
            whole.write(block)
    whole.seek(0)


def _settle(upload: Upload, key: str, found: Inspected) -> Attachment:
    attachment = record_file(key, found, draft_key=upload.draft_key, uploaded_by=upload.uploaded_by)
    changed = {"state": Upload.State.DONE, "attachment": attachment, "pieces": []}
    Upload.objects.filter(pk=upload.pk).update(**changed)
    return attachment


def _refuse(upload: Upload, reason: str) -> None:
    changed = {"state": Upload.State.REFUSED, "reason": reason[:500], "pieces": []}
    Upload.objects.filter(pk=upload.pk).update(**changed)


def _reopen(upload: Upload, tenant_id: int) -> None:
    with tenant_scope(tenant_id):
        Upload.objects.filter(pk=upload.pk, state=Upload.State.JOINING).update(state=Upload.State.ARRIVING)

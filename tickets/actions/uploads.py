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
from helpdesk.direct import settle
from helpdesk.errors import Refused
from helpdesk.files import Inspected, clean_name, inspect_recording, refuse_size
from helpdesk.kinds import refuse_program
from helpdesk.store import StoreAway, read, remove
from helpdesk.tenancy import tenant_scope
from tickets.actions.files import NotKept, drop_file, lock_form, record_file, refuse_full_form, store_file
from tickets.models import Attachment, Upload
from tickets.queries import stopped_uploads

LIFETIME = dt.timedelta(hours=24)
# One that has not moved for so long counts no more among the files of its form, or is joined by somebody else.
STALLED = dt.timedelta(minutes=15)
PIECES_LIMIT = 1000


class OffsetMoved(Exception):
    """Something else arrived meanwhile; `offset` is how much is there now, in bytes."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def begin_upload(
    *,
    draft_key: uuid.UUID,
    uploaded_by: Member | None,
    name: str,
    size: int,
    mark: str = "",
    direct_key: str = "",
) -> Upload:
    """Makes room for a file of `size` bytes, which comes to us or goes straight to `direct_key` of the store.

    By name, size and `mark` the browser knows the file again when somebody comes back to an upload that stopped.

    Raises Refused naming the file, the reason and the limit.
    """
    name = clean_name(name)
    limit = settings.LARGE_FILE_SIZE_LIMIT if direct_key else settings.FILE_SIZE_LIMIT
    refuse_size(name, size, limit=limit)
    refuse_program(name, b"", limit=limit)
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
            mark=mark[:40],
            direct_key=direct_key,
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
    """Makes one file of the form out of what arrived, here or in the store; None while somebody else does so.

    Outside of any transaction.

    Idempotent. Raises Refused when it can't be attached (its pieces are then gone), NotKept when the store is away
    (nothing is lost: call it again).
    """
    with tenant_scope(tenant_id):
        claimed = _claim(upload)
        if claimed is None:
            return _joined_before(upload)
    try:
        key, found = (_settled if claimed.direct_key else _joined)(claimed, tenant_id)
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
        remove(keys_of(claimed))
        raise
    remove(keys_of(claimed))
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


def drop_stopped(draft_key: uuid.UUID, member: Member | None, *, name: str, size: int) -> None:
    """Gives up the stopped uploads of a file that came to the form by another way."""
    for upload in stopped_uploads(draft_key, member).filter(name=name, size=size):
        drop_upload(upload)


def forget_uploads(*, now: dt.datetime, limit: int) -> int:
    """Removes `limit` uploads at most whose time is over; returns how many. What became of them stays."""
    over = list(Upload.objects.filter(expires_at__lt=now)[:limit])
    Upload.objects.filter(pk__in=[upload.pk for upload in over]).delete()
    transaction.on_commit(partial(remove, [key for upload in over for key in keys_of(upload)]), robust=True)
    return len(over)


def keys_of(upload: Upload) -> list[str]:
    """What of it lies in the store and is not a file of a form."""
    return [*upload.pieces, *([upload.direct_key] if upload.direct_key else [])]


def _claim(upload: Upload) -> Upload | None:
    """The upload for whoever may join it now, under a lease that ends after STALLED."""
    now = timezone.now()
    locked = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if locked is None or (locked.offset != locked.size and not locked.direct_key):
        return None
    is_free = locked.state == Upload.State.ARRIVING
    is_left = locked.state == Upload.State.JOINING and locked.moved_at < now - STALLED
    if not (is_free or is_left):
        return None
    locked.state, locked.moved_at, locked.offset = Upload.State.JOINING, now, locked.size
    locked.save(update_fields=["state", "moved_at", "offset"])
    return locked


def _joined_before(upload: Upload) -> Attachment | None:
    found = Upload.objects.select_related("attachment").filter(pk=upload.pk).first()
    if found and found.state == Upload.State.REFUSED:
        raise Refused(found.reason, "files")
    return found.attachment if found else None


def _joined(upload: Upload, tenant_id: int) -> tuple[str, Inspected]:
    with tempfile.TemporaryFile() as whole:
        _copy(upload, whole)
        file = File(whole, name=upload.name)
        file.size = upload.size
        return store_file(file, tenant_id=tenant_id)


def _settled(upload: Upload, tenant_id: int) -> tuple[str, Inspected]:
    """The recording that a browser wrote to the store by itself, copied out of its reach and looked at there."""
    try:
        content = settle(upload.direct_key, tenant_id=tenant_id)
    except FileNotFoundError as missing:
        raise Refused(
            _("“%(name)s” didn't arrive. Send it again.") % {"name": upload.name}, "files"
        ) from missing
    try:
        if content.size != upload.size:
            raise Refused(
                _("“%(name)s” arrived with another size. Send it again.") % {"name": upload.name}, "files"
            )
        return str(content.name), inspect_recording(content, upload.name)
    except BaseException:
        remove([str(content.name)])
        raise


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

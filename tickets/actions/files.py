"""Files on their way into a ticket: stored first, attached when the form is sent."""

import datetime as dt
import uuid
from contextlib import suppress
from functools import partial

import structlog
from django.conf import settings
from django.core.files.base import File
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.files import INLINE_TYPES, Inspected, prepared
from helpdesk.outbox.nudge import nudge
from helpdesk.store import StoreAway, put, remove
from helpdesk.tenancy import current_tenant_id
from tickets.models import Attachment, Upload
from tickets.queries import waiting_files

TREAT = "tickets.treat_files"
log = structlog.get_logger(__name__)


class NotKept(Refused):
    """The store of files is away: trying again may help. Nothing of the file was kept."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("“%(name)s” couldn't be kept: our file store is away. Try again in a few minutes.")
            % {"name": name},
            "files",
        )


def keep_file(
    upload: File,
    *,
    draft_key: uuid.UUID,
    uploaded_by: Member | None,
    at: dt.datetime | None = None,
    stored: tuple[str, Inspected] | None = None,
) -> Attachment:
    """Stores `upload` under the form's key; `stored` is what `store_file` gave for it before.

    What came together, with one press, has one time: `at` (now).

    Raises Refused (field "files") naming the file, the reason and the limit; NotKept when the store is away.
    """
    if stored is None:
        refuse_full_form(draft_key, uploaded_by)
        stored = store_file(upload, tenant_id=current_tenant_id())
    return record_file(*stored, draft_key=draft_key, uploaded_by=uploaded_by, at=at)


def store_file(upload: File, *, tenant_id: int) -> tuple[str, Inspected]:
    """Looks at `upload` and writes it to the store; returns its key and what it is. Touches no table.

    Raises Refused, or NotKept when the store is away.
    """
    with prepared(upload) as (content, found):
        try:
            return put(content, tenant_id=tenant_id), found
        except StoreAway as away:
            log.warning("files.not_kept", reason=str(away))
            raise NotKept(found.name) from away


def record_file(
    key: str,
    found: Inspected,
    *,
    draft_key: uuid.UUID,
    uploaded_by: Member | None,
    at: dt.datetime | None = None,
) -> Attachment:
    """Makes the stored file, which came `at` that time (now), one of the form's. Raises Refused when the form is full; the content is then gone too."""
    at = at or timezone.now()
    try:
        with transaction.atomic():
            lock_form(draft_key)
            refuse_full_form(draft_key, uploaded_by)
            waits = settings.SCANNER is not None
            attachment = Attachment.objects.create(
                content=key,
                name=found.name,
                size=found.size,
                media_type=found.media_type,
                sha256=found.sha256,
                draft_key=draft_key,
                uploaded_by=uploaded_by,
                created_at=at,
                state=Attachment.State.CHECKING if waits else Attachment.State.READY,
                treat_after=at if waits or found.media_type in INLINE_TYPES else None,
            )
    except BaseException:
        remove([key])
        raise
    if attachment.treat_after:
        transaction.on_commit(partial(nudge, TREAT), robust=True)
    return attachment


def refuse_full_form(draft_key: uuid.UUID, uploaded_by: Member | None, *, arriving: int = 0) -> None:
    """Raises Refused when the form has as many files as a message takes, those still `arriving` counted."""
    if waiting_files(draft_key, uploaded_by).count() + arriving >= settings.FILES_PER_MESSAGE:
        limit = settings.FILES_PER_MESSAGE
        raise Refused(
            _("You can attach up to %(limit)d files. Remove one to add another.") % {"limit": limit}, "files"
        )


def lock_form(draft_key: uuid.UUID) -> None:
    """Until the transaction ends, nobody else counts the files of this form."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [draft_key.int & (2**63 - 1)])


def drop_chosen_file(draft_key: uuid.UUID, member: Member | None, chosen: str) -> None:
    """Removes the file with the number in `chosen` among those waiting in this person's form, if it is there.

    A file that was sent in this moment stays with its message.
    """
    file = next((file for file in waiting_files(draft_key, member) if str(file.pk) == chosen), None)
    if file:
        with suppress(Refused):
            drop_file(file)


def drop_file(attachment: Attachment) -> None:
    """Removes a file that waits in a form. Raises Refused once it belongs to a message."""
    # Asked and deleted under one lock: a form that is sent meanwhile keeps its file.
    with transaction.atomic():
        waiting = Attachment.objects.select_for_update().filter(pk=attachment.pk, message=None).first()
        if waiting is None:
            raise Refused(_("This file was sent already."), "files")
        Upload.objects.filter(attachment=waiting).delete()
        waiting.delete()
    keys = [key for key in (str(waiting.content.name), waiting.thumbnail) if key]
    transaction.on_commit(partial(remove, keys), robust=True)

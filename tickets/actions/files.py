"""Files on their way into a ticket: stored first, attached when the form is sent."""

import uuid
from contextlib import suppress
from functools import partial

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.files import inspect
from tickets.models import Attachment
from tickets.queries import waiting_files


def keep_file(upload: File, *, draft_key: uuid.UUID, uploaded_by: Member | None) -> Attachment:
    """Stores `upload` under the form's key. Raises Refused (field "files") naming the file, the reason and the limit."""
    waiting = waiting_files(draft_key, uploaded_by).count()
    if waiting >= settings.FILES_PER_MESSAGE:
        limit = settings.FILES_PER_MESSAGE
        raise Refused(
            _("You can attach up to %(limit)d files. Remove one to add another.") % {"limit": limit}, "files"
        )
    found = inspect(upload)
    return Attachment.objects.create(
        content=upload,
        name=found.name,
        size=found.size,
        media_type=found.media_type,
        sha256=found.sha256,
        draft_key=draft_key,
        uploaded_by=uploaded_by,
    )


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
    storage, key = attachment.content.storage, str(attachment.content.name)
    # One statement asks and deletes: a form that is sent meanwhile keeps its file.
    removed, _by_model = Attachment.objects.filter(pk=attachment.pk, message=None).delete()
    if not removed:
        raise Refused(_("This file was sent already."), "files")
    transaction.on_commit(partial(storage.delete, key), robust=True)

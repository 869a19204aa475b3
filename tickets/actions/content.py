"""What a person sent: recognisable when it comes twice, and with the files that came with it."""

import hashlib
import json
import uuid

from tickets.form_reads import locked_files
from tickets.models import Attachment, Message


def digest_of(*parts: object) -> str:
    """SHA-256 of what was sent, in hexadecimal: the same content sent twice under one key is one thing."""
    return hashlib.sha256(json.dumps(parts, default=str, ensure_ascii=True).encode()).hexdigest()


def attach_waiting_files(message: Message, draft_key: uuid.UUID) -> list[Attachment]:
    """Gives the files that wait in the form with this key to the message; only the message's author's, or a guest's."""
    mine = [message.author_id, None] if message.author_id else [None]
    files = [file for file in locked_files(draft_key) if file.uploaded_by_id in mine]
    if files:
        Attachment.objects.filter(pk__in=[file.pk for file in files]).update(message=message)
    return files

"""What an agent is writing is kept on the server, one draft a ticket and kind, until it is sent."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.models import Member
from helpdesk.typed_text import clean_text
from tickets.actions.drafts import DRAFT_LIMIT
from tickets.models import Attachment, DeskDraft, Macro, Message, Ticket
from tickets.queries import was_message_sent_with

FORGOTTEN_AFTER = dt.timedelta(days=90)  # without a change


@transaction.atomic
def save_desk_draft(
    ticket: Ticket,
    *,
    author: Member,
    kind: Message.Kind,
    body: str,
    key: uuid.UUID,
    macro: Macro | None = None,
) -> DeskDraft | None:
    """Keeps `body`, and the macro whose changes go with it, under the form's key; the last one who saves wins. An empty one without files is forgotten.

    None when there is nothing to keep: the form was sent, or is just leaving. Writes no event.
    """
    body = clean_text(body)[:DRAFT_LIMIT]
    if was_message_sent_with(key) or DeskDraft.objects.filter(key=key).exclude(leaves_at=None).exists():
        return None
    own = DeskDraft.objects.filter(ticket=ticket, author=author, kind=kind, leaves_at=None)
    if not body and not Attachment.objects.filter(draft_key=key, message=None).exists():
        own.delete()
        return None
    draft, _is_new = DeskDraft.objects.update_or_create(
        ticket=ticket,
        author=author,
        kind=kind,
        leaves_at=None,
        defaults={"body": body, "key": key, "macro": macro, "saved_at": timezone.now(), "problem": ""},
    )
    return draft


def forget_desk_draft(message: Message) -> None:
    """Removes the draft that became `message`; one that was begun in another tab stays."""
    DeskDraft.objects.filter(key=message.submission_key, author=message.author).delete()


def back_to_draft(held: DeskDraft, *, problem: str = "") -> None:
    """Makes a reply that was held back a draft again; what was begun meanwhile stands below it, with its files.

    The caller has locked the ticket.
    """
    begun = DeskDraft.objects.filter(
        ticket=held.ticket_id, author=held.author_id, kind=held.kind, leaves_at=None
    ).first()
    if begun:
        held.body = "\n\n".join(part for part in (held.body, begun.body) if part)
        files = Attachment.objects.filter(draft_key=begun.key, message=None, uploaded_by=held.author_id)
        files.update(draft_key=held.key)
        begun.delete()
    held.leaves_at, held.saved_at, held.problem = None, timezone.now(), problem[:200]
    held.save()

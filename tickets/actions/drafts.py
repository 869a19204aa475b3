"""What a participant is writing is kept on the server until they send it."""

import uuid

from django.utils import timezone

from helpdesk.typed_text import clean_text
from tickets.models import Participant, ReplyDraft
from tickets.queries import was_message_sent_with

DRAFT_LIMIT = 100_000  # characters; more than can be sent, so that nothing is lost when a text is too long


def save_reply_draft(participant: Participant, *, body: str, key: uuid.UUID) -> bool:
    """Keeps `body` as the participant's draft, under the form's key; the last one who saves wins.

    Returns whether it was kept: the draft of a form that was sent meanwhile is not. Writes no event.
    """
    if was_message_sent_with(key):
        return False
    ReplyDraft.objects.update_or_create(
        participant=participant,
        defaults={"body": clean_text(body)[:DRAFT_LIMIT], "key": key, "saved_at": timezone.now()},
    )
    return True


def forget_reply_draft(participant: Participant, *, key: uuid.UUID) -> None:
    """Removes the draft of the form with this key; one that was begun in another tab stays."""
    ReplyDraft.objects.filter(participant=participant, key=key).delete()

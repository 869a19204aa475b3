"""A customer corrects what they just wrote."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from helpdesk.errors import Refused
from helpdesk.typed_text import clean_text
from tickets.actions.lock import lock_ticket
from tickets.actions.record import record_event
from tickets.actions.words import renew_words
from tickets.models import Attachment, Message, Participant
from tickets.models.event import Verb
from tickets.rules import EDIT_TIME, may_edit_message


class TooLate(Refused):
    """The time in which an own message can be changed is over."""

    def __init__(self) -> None:
        minutes = int(EDIT_TIME.total_seconds() // 60)
        text = _(
            "You can change a message for %(count)d minutes after sending it. Send the new text as a reply."
        )
        super().__init__(text % {"count": minutes}, "body")


@transaction.atomic
def edit_own_message(participant: Participant, message_id: int, *, body: str) -> Message:
    """Replaces the text of a message the participant wrote at most EDIT_TIME ago. Mail about it keeps its words.

    Locks the ticket. The same text again changes nothing. Raises TooLate after that time or when the ticket was closed,
    Refused for an empty text without files; Message.DoesNotExist when it is not theirs.
    """
    ticket, now = lock_ticket(participant.ticket)
    message = Message.objects.get(
        pk=message_id, ticket=ticket, author=participant.member_id, kind=Message.Kind.PUBLIC
    )
    body = clean_text(body)
    if body == message.body:
        return message
    if not may_edit_message(message, ticket, participant.member, now=now):
        raise TooLate
    if not body and not Attachment.objects.filter(message=message).exists():
        raise Refused(_("Write a message, or leave it as it was."), "body")
    _store(participant, message, body, now)
    return message


def _store(participant: Participant, message: Message, body: str, now: dt.datetime) -> None:
    message.body, message.edited_at = body, now
    message.save(update_fields=["body", "edited_at"])
    ticket = message.ticket
    record_event(ticket, Verb.EDITED, actor=participant.member, message=message, now=now)
    ticket.updated_at = now
    ticket.save(update_fields=["updated_at"])
    renew_words(ticket)

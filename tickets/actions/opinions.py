"""What customers say of single steps: how easy it was to send a request, and whether a reply helped. Events alone keep it."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from helpdesk.errors import Refused
from tickets.actions.lock import lock_ticket
from tickets.actions.record import record_event
from tickets.models import Message, Participant, Ticket
from tickets.models.event import Verb
from tickets.opinions import ease_told, verdict_on
from tickets.queries import requester_of
from tickets.rules import may_judge, may_tell_ease


@transaction.atomic
def tell_ease(ticket: Ticket, *, score: int) -> None:
    """Keeps how easy its requester found it to send the ticket (a value of `Ease`), in place of what they said before.

    Locks the ticket. Idempotent. Raises Refused when the time for it is over. The desk sees it; nobody is mailed.
    """
    locked, now = lock_ticket(ticket)
    if not may_tell_ease(locked, now=now):
        raise Refused(_("This can't be told any more."))
    before = ease_told(locked)
    if before != score:
        changes = {"ease": [before, score]}
        record_event(locked, Verb.EASE_TOLD, actor=requester_of(locked), changes=changes, now=now)


@transaction.atomic
def judge_reply(participant: Participant, message: Message, *, is_helpful: bool) -> None:
    """Keeps whether the participant found this reply of the desk helpful, in place of what they said of it before.

    Locks the ticket. Idempotent. Raises Refused for what is no reply of a person, and once the ticket is closed.
    """
    ticket, now = lock_ticket(participant.ticket)
    if not may_judge(message, ticket):
        raise Refused(_("This can't be judged any more."))
    before = verdict_on(message, participant)
    if before != is_helpful:
        record_event(
            ticket,
            Verb.REPLY_JUDGED,
            actor=participant.member,
            message=message,
            changes={"helpful": [before, is_helpful]},
            now=now,
        )

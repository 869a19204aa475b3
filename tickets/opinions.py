"""What customers said: how they rated the help, how easy sending was, which replies helped."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from accounts.models import Member
from helpdesk.prepared import AnyOf, prepared
from tickets.models import Message, Participant, Rating, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.ticket import OPEN_STATUSES


def scores_given(member: Member, tickets: Iterable[Ticket]) -> dict[int, int]:
    """How the member rated the help in those of `tickets` that are solved, their last word on each, by the ticket's id.

    One statement, none without a solved one.
    """
    solved = [ticket.pk for ticket in tickets if ticket.status not in OPEN_STATUSES]
    given = _scores(member=member.pk, tickets=solved) if solved else []
    return {ticket: score for ticket, score in given if score}


def ease_told(ticket: Ticket) -> int | None:
    """How easy its requester found it to send the ticket, a value of `Ease`; None before they said."""
    told = TicketEvent.objects.filter(ticket=ticket, verb=Verb.EASE_TOLD).order_by("-id").first()
    return told.changes["ease"][1] if told else None


def verdict_on(message: Message, participant: Participant) -> bool | None:
    """Whether the participant found the message helpful; None before they said."""
    judged = TicketEvent.objects.filter(ticket=participant.ticket, verb=Verb.REPLY_JUDGED, message=message)
    last = judged.filter(actor=participant.member_id).order_by("-id").first()
    return last.changes["helpful"][1] if last else None


@prepared
def _scores(member: Any, tickets: Any) -> QuerySet[Rating, tuple[int, int | None]]:
    given = Rating.objects.filter(AnyOf("ticket", tickets), member=member, score__isnull=False)
    return given.order_by("solved_at").values_list("ticket", "score")

"""Customers are asked what they thought of the help, and say it."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.errors import Refused
from tickets.actions.lock import lock_ticket
from tickets.actions.record import record_event
from tickets.models import Participant, Rating, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.ticket import Status
from tickets.notify import ask_for_rating
from tickets.queries import rating_of, was_solved_by_silence
from tickets.rules import may_rate

ASKED_AFTER = dt.timedelta(hours=1)  # whoever has more to say has said it by then
ASKED_WITHIN = dt.timedelta(days=3)


@transaction.atomic
def rate(participant: Participant, *, score: int, comment: str) -> Rating:
    """Stores what the participant thought of this solving of the ticket, in place of what they said of it before.

    Locks the ticket. Idempotent: the same words again change nothing. Raises Refused when the ticket is not solved,
    nobody of the desk or of the customer's side solved it, or the time for it is over. The desk sees it; nobody is mailed.
    """
    ticket, now = lock_ticket(participant.ticket)
    participant.ticket = ticket
    rating = rating_of(participant)
    if not ticket.solved_at or not may_rate(ticket, rating, now=now) or was_solved_by_silence(ticket):
        raise Refused(_("This can't be rated any more."))
    before = rating.score if rating else None
    if rating and (before, rating.comment) == (score, comment):
        return rating
    rating = rating or Rating(ticket=ticket, member=participant.member, solved_at=ticket.solved_at)
    rating.score, rating.comment, rating.rated_at = score, comment, rating.rated_at or now
    rating.save()
    record_event(
        ticket, Verb.RATED, actor=participant.member, changes={"rating": [before, int(score)]}, now=now
    )
    return rating


def ask_for_ratings(*, now: dt.datetime, limit: int) -> int:
    """Asks who sent the current tenant's tickets that were solved between ASKED_WITHIN and ASKED_AFTER ago, once a solving.

    Nobody is asked whose address is not proven, or about spam or a ticket that was solved because they were silent.
    `limit` at most; returns how many mails were written. Idempotent: each is looked at again under its lock.
    """
    return sum(_ask(ticket, now=now) for ticket in _unasked(now).order_by("solved_at")[:limit])


def _unasked(now: dt.datetime) -> QuerySet[Ticket]:
    """Walks the index `ticket_solved`."""
    solved = Ticket.objects.filter(
        status=Status.SOLVED,
        solved_at__gt=now - ASKED_WITHIN,
        solved_at__lte=now - ASKED_AFTER,
        is_spam=False,
        merged_into=None,
    )
    asker = Participant.objects.filter(
        ticket=OuterRef("pk"), role=Participant.Role.REQUESTER, proven_at__isnull=False
    )
    rated = Rating.objects.filter(ticket=OuterRef("pk"), solved_at=OuterRef("solved_at"))
    silent = TicketEvent.objects.filter(
        ticket=OuterRef("pk"),
        at=OuterRef("solved_at"),
        verb=Verb.STATUS_CHANGED,
        actor_kind=TicketEvent.Actor.SYSTEM,
    )
    return solved.filter(Exists(asker), ~Exists(rated), ~Exists(silent))


@transaction.atomic
def _ask(ticket: Ticket, *, now: dt.datetime) -> bool:
    locked, _now = lock_ticket(ticket)
    if not locked.solved_at or not _unasked(now).filter(pk=locked.pk).exists():
        return False
    asker = Participant.objects.select_related("member").get(ticket=locked, role=Participant.Role.REQUESTER)
    asker.ticket = locked
    rating = Rating.objects.create(
        ticket=locked, member=asker.member, solved_at=locked.solved_at, asked_at=now
    )
    ask_for_rating(asker, rating)
    return True

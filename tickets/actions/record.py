"""The one way an event is written."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from accounts.models import Member
from helpdesk.inserts import insert_together, insert_with
from tickets.models import Clock, FiguresDue, Message, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.figures import COUNTED
from tickets.models.ticket import Channel

PUBLIC_VERBS = frozenset(
    {
        *(Verb.SUBMITTED, Verb.REPLIED, Verb.STATUS_CHANGED, Verb.REOPENED, Verb.FOLLOWED_UP),
        Verb.ANSWERED_AT_ONCE,
    }
)


def write_event(
    ticket: Ticket,
    verb: Verb,
    *,
    actor: Member | None,
    now: dt.datetime,
    message: Message | None = None,
    changes: dict[str, list[Any]] | None = None,
    channel: Channel = Channel.WEB,
    is_public: bool | None = None,
) -> TicketEvent:
    """One event, for the caller to store in this transaction; without an actor it was the system, or the rule that
    `changes` names under "rule".

    Customers see it when its verb is one they are told of, unless `is_public` says otherwise; then it sets the
    ticket's `told_at`, and the caller stores the ticket.
    """
    is_public = verb in PUBLIC_VERBS if is_public is None else is_public
    if is_public:
        ticket.told_at = now
    return TicketEvent(
        ticket=ticket,
        verb=verb,
        actor=actor,
        actor_kind=TicketEvent.Actor.RULE if changes and "rule" in changes else actor_kind(actor),
        message=message,
        changes=changes or {},
        is_public=is_public,
        channel=channel,
        at=now,
    )


def record_event(ticket: Ticket, verb: Verb, *, actor: Member | None, **wishes: Any) -> TicketEvent:
    """As `write_event`, stored at once, with what tells the worker that the figures change."""
    event = write_event(ticket, verb, actor=actor, **wishes)
    insert_with(event, figures_due([event]))
    return event


def figures_due(events: Iterable[TicketEvent]) -> list[FiguresDue]:
    """What tells the worker to count again the tickets of these events, to be stored with them."""
    return [FiguresDue(ticket=event.ticket, since=event.at) for event in events if event.verb in COUNTED]


def record_missed_promises(ticket: Ticket, clocks: Iterable[Clock], *, now: dt.datetime) -> None:
    """Appends what `write_missed_promises` wrote."""
    events = write_missed_promises(ticket, clocks, now=now)
    insert_together([*events, *figures_due(events)])


def write_missed_promises(ticket: Ticket, clocks: Iterable[Clock], *, now: dt.datetime) -> list[TicketEvent]:
    """One event for each of the ticket's clocks that was just found broken, to be stored; the system saw it."""
    return [
        write_event(
            ticket,
            Verb.PROMISE_BREACHED,
            actor=None,
            changes={"clock": [clock.kind, clock.breached_at and clock.breached_at.isoformat()]},
            channel=Channel.DESK,
            now=now,
        )
        for clock in clocks
    ]


def actor_kind(actor: Member | None) -> TicketEvent.Actor:
    """Who acted, in one word."""
    if actor is None:
        return TicketEvent.Actor.SYSTEM
    return TicketEvent.Actor.GUEST if actor.is_guest else TicketEvent.Actor.MEMBER

"""A ticket moves up to the next tier of its team, and back, each time with a note for those who get it.

What was promised to the customer runs on: time at the wrong place is the desk's, not the specialist's. The tier that gets
the ticket has a clock of its own from then on, where a promise names one.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.models.team import Tier
from helpdesk.errors import Refused
from helpdesk.typed_text import clean_text
from tickets.actions.give import ask_for_agent
from tickets.actions.lock import lock_ticket
from tickets.actions.record import record_event
from tickets.actions.reply import add_note
from tickets.actions.tier_clock import begin_tier
from tickets.models import Message, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.ticket import Channel
from tickets.notify import announce_change, announce_handed
from tickets.rules import may_be_handed_over
from tickets.tiers import last_hand_over, people_at, tier_above, tier_below, works_at


@dataclass(frozen=True)
class Said:
    """The note of a hand-over: who wrote it (None: the `rule` did), its words, and the key of its form."""

    actor: Member | None
    note: str
    key: uuid.UUID
    rule: list[Any] | None = None


@transaction.atomic
def hand_over(
    ticket: Ticket, *, actor: Member, note: str, seen_tier: int, submission_key: uuid.UUID
) -> Ticket:
    """Hands the ticket to the next tier of its team where anybody works; who had it keeps it only when they work there.

    `note` becomes an internal note, which the people there read first; they are told by mail. Locks the ticket;
    idempotent by `submission_key`. Raises Refused without a note (field "body"), when it is not at `seen_tier` any more,
    when nobody works above, and for a ticket that is not open.
    """
    locked, now = lock_ticket(ticket)
    if _was_sent(submission_key):
        return locked
    _refuse(locked, note, seen_tier)
    tier = tier_above(locked)
    if tier is None:
        raise Refused(nobody_above(locked))
    keeps = locked.assignee and works_at(locked.assignee, locked.team_id, tier)
    place = {"tier": tier, "assignee": locked.assignee if keeps else None}
    return _hand(locked, Verb.HANDED_OVER, place, Said(actor, note, submission_key), now=now)


@transaction.atomic
def hand_back(
    ticket: Ticket, *, actor: Member, note: str, seen_tier: int, submission_key: uuid.UUID
) -> Ticket:
    """Hands the ticket back to the tier it came from, and to who had it there; else to the tier below.

    As `hand_over` in all else. Raises Refused when there is none to go back to.
    """
    locked, now = lock_ticket(ticket)
    if _was_sent(submission_key):
        return locked
    _refuse(locked, note, seen_tier)
    came = last_hand_over(locked)
    tier = came.changes["tier"][0] if came else tier_below(locked)
    if tier is None:
        raise Refused(nobody_below(locked))
    place = {"tier": Tier(tier), "assignee": _who_had(locked, came)}
    return _hand(locked, Verb.HANDED_BACK, place, Said(actor, note, submission_key), now=now)


def hand_over_by_rule(ticket: Ticket, *, note: str, rule: list[Any], now: dt.datetime) -> bool:
    """As `hand_over`, because a step of the escalation wants it; whether anybody works above.

    The caller holds the ticket's lock. `rule` is the kind of the promise and how much of its time is used, in percent.
    """
    tier = tier_above(ticket)
    if tier is None:
        return False
    keeps = ticket.assignee and works_at(ticket.assignee, ticket.team_id, tier)
    place = {"tier": tier, "assignee": ticket.assignee if keeps else None}
    said = Said(None, note, uuid.uuid4(), rule)
    _hand(ticket, Verb.HANDED_OVER, place, said, now=now)
    return True


def nobody_above(ticket: Ticket) -> str:
    """Why the ticket can't go up."""
    facts = {"team": ticket.team.name, "tier": ticket.get_tier_display()}
    return _("Nobody in %(team)s works above %(tier)s. An admin can add people to a tier.") % facts


def nobody_below(ticket: Ticket) -> str:
    """Why the ticket can't go back."""
    facts = {"team": ticket.team.name, "tier": ticket.get_tier_display()}
    return _("Nobody in %(team)s works below %(tier)s. An admin can add people to a tier.") % facts


def _was_sent(submission_key: uuid.UUID) -> bool:
    return Message.objects.filter(submission_key=submission_key).exists()


def _refuse(ticket: Ticket, note: str, seen_tier: int) -> None:
    if not may_be_handed_over(ticket):
        raise Refused(_("Only an open ticket can be handed over."))
    if ticket.tier != seen_tier:
        moved = _("Somebody handed it on meanwhile: it is at %(tier)s now. Nothing was changed.")
        raise Refused(moved % {"tier": ticket.get_tier_display()})
    if not clean_text(note):
        raise Refused(_("Write what they need to know before they go on."), "body")


def _who_had(ticket: Ticket, came: TicketEvent | None) -> Member | None:
    """Who had the ticket before it came to this tier, while they can still have it."""
    before = (came.changes.get("assignee") or [None])[0] if came else None
    member = Member.objects.filter(pk=before[0], is_active=True).first() if before else None
    return member if member and works_at(member, ticket.team_id) else None


def _hand(ticket: Ticket, verb: Verb, place: dict[str, Any], said: Said, *, now: dt.datetime) -> Ticket:
    before = {name: getattr(ticket, name) for name in place}
    ticket.tier, ticket.assignee = place["tier"], place["assignee"]
    begin_tier(ticket, now=now)
    ask_for_agent(ticket)
    ticket.updated_at = now
    ticket.save()
    note = add_note(ticket, author=said.actor, body=said.note, submission_key=said.key)
    event = record_event(
        ticket,
        verb,
        actor=said.actor,
        message=note,
        changes=_changes(before, place) | ({"rule": said.rule} if said.rule else {}),
        channel=Channel.DESK,
        now=now,
    )
    _announce(ticket, event)
    return ticket


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """What a hand-over changed, as its event keeps it."""
    changes: dict[str, list[Any]] = {"tier": [before["tier"], int(after["tier"])]}
    if before["assignee"] != after["assignee"]:
        changes["assignee"] = [_named(before["assignee"]), _named(after["assignee"])]
    return changes


def _announce(ticket: Ticket, event: TicketEvent) -> None:
    """Tells those who get the ticket, and those who watch it."""
    told = [ticket.assignee] if ticket.assignee else people_at(ticket)
    announce_handed(ticket, event, [member for member in told if member.pk != event.actor_id])
    announce_change(ticket, event)


def _named(member: Member | None) -> list[Any] | None:
    return [member.pk, str(member)] if member else None

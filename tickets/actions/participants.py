"""Who else takes part in a ticket."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions.people import find_or_add_guest
from accounts.models import Member
from accounts.rules import may_use_desk
from helpdesk.errors import Refused
from tickets.actions.lock import lock_ticket
from tickets.actions.record import record_event
from tickets.joined import is_blocked
from tickets.models import Participant, Ticket
from tickets.models.event import Verb
from tickets.models.ticket import Channel
from tickets.notify import announce_added
from tickets.rules import may_add_participants, may_remove_participant, may_reply_as_customer

PARTICIPANTS = 10  # in one ticket, its requester included


@transaction.atomic
def add_participant(by: Participant, *, email: str) -> Participant:
    """Lets the person behind `email` take part, who learns of it by a mail with a private link and nothing else.

    Until they open that link no mail to them carries a word of the ticket. Locks the ticket. Idempotent: who takes part
    already gets no second mail. Raises Refused when `by` may not, the ticket is closed, or PARTICIPANTS take part.
    """
    ticket, now = lock_ticket(by.ticket)
    if not may_add_participants(by, ticket):
        raise Refused(
            _("Only the person who asked can add somebody, while the ticket is not closed."), "email"
        )
    return _seat(ticket, find_or_add_guest(email, locale=ticket.locale), by.member, now)


@transaction.atomic
def copy_in(ticket: Ticket, *, email: str, actor: Member) -> Participant:
    """The desk lets the person behind `email` read along: as `add_participant`, and everybody who takes part sees them.

    Locks the ticket. Idempotent. Raises Refused when the ticket is closed, for a colleague, for a blocked sender, and when
    PARTICIPANTS take part.
    """
    locked, now = lock_ticket(ticket)
    if not may_reply_as_customer(locked):
        raise Refused(_("This ticket is closed. Nobody can be added any more."), "email")
    if is_blocked(email.lower(), now=now):
        raise Refused(_("This sender is blocked. Lift the block first."), "email")
    member = find_or_add_guest(email, locale=locked.locale)
    if may_use_desk(member):
        raise Refused(_("This is a colleague. Mention them in an internal note instead."), "email")
    return _seat(locked, member, actor, now, channel=Channel.DESK)


@transaction.atomic
def take_out(ticket: Ticket, participant_id: int, *, actor: Member) -> None:
    """The desk ends somebody's part in the ticket, their private links with it. What they said stays.

    Locks the ticket. Idempotent. Raises Refused for who asked.
    """
    locked, now = lock_ticket(ticket)
    found = Participant.objects.select_related("member").filter(ticket=locked, pk=participant_id).first()
    if found is None:
        return
    if found.role == Participant.Role.REQUESTER:
        raise Refused(_("The one who asked stays in the ticket."))
    found.delete()
    _record(locked, Verb.PARTICIPANT_REMOVED, actor, [found.member_id, None], now, channel=Channel.DESK)


def _seat(
    ticket: Ticket, member: Member, actor: Member, now: dt.datetime, *, channel: Channel = Channel.WEB
) -> Participant:
    there = Participant.objects.filter(ticket=ticket)
    before = there.select_related("member").filter(member=member).first()
    if before:
        return before
    if there.count() >= PARTICIPANTS:
        text = _("%(count)d people can take part in a ticket. Remove one to add another.")
        raise Refused(text % {"count": PARTICIPANTS}, "email")
    added = Participant.objects.create(ticket=ticket, member=member, joined_at=now)
    _record(ticket, Verb.PARTICIPANT_ADDED, actor, [None, member.pk], now, channel=channel)
    if member.is_active:
        announce_added(added)
    return added


@transaction.atomic
def remove_participant(by: Participant, participant_id: int) -> None:
    """Ends somebody's part in the ticket, their private links with it. What they said stays.

    Locks the ticket. The requester removes anybody else, anybody else themself. Idempotent. Raises Refused otherwise.
    """
    ticket, now = lock_ticket(by.ticket)
    found = Participant.objects.select_related("member").filter(ticket=ticket, pk=participant_id).first()
    if found is None:
        return
    if not may_remove_participant(by, found):
        raise Refused(_("Only the person who asked can remove somebody."))
    found.delete()
    _record(ticket, Verb.PARTICIPANT_REMOVED, by.member, [found.member_id, None], now)


def _record(
    ticket: Ticket,
    verb: Verb,
    actor: Member,
    change: list[int | None],
    now: dt.datetime,
    *,
    channel: Channel = Channel.WEB,
) -> None:
    changes = {"participant": change}
    record_event(ticket, verb, actor=actor, changes=changes, is_public=True, channel=channel, now=now)
    ticket.updated_at = now
    ticket.save(update_fields=["updated_at", "told_at"])

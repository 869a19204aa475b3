"""Two tickets become one, and two again.

Nothing is copied. Messages change their ticket and keep where they were said (`Message.origin`), the earlier promise
changes its ticket too, and the old number leads on. Everybody keeps their seat in the joined ticket, which is what its
links and reply addresses name, and gets one in the other.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from helpdesk.errors import Refused
from tickets.actions.lock import lock_two
from tickets.actions.merge_clocks import give_back_clocks, has_later_promise, join_clocks
from tickets.actions.record import record_event
from tickets.actions.status import enter_status
from tickets.actions.watch import call_instead, call_no_more, stop_watching, watch_instead
from tickets.actions.words import write_words_anew
from tickets.joined import people_in_one_only
from tickets.models import Merge, Message, Participant, ReplyDraft, SideConversation, Ticket, TicketAlias
from tickets.models.event import Verb
from tickets.models.ticket import NEVER, Channel, Status
from tickets.rules import may_be_joined


class PeopleDiffer(Refused):
    """Somebody would read what they could not read before; `people` are those the caller did not name."""

    def __init__(self, people: list[Member]) -> None:
        super().__init__(_("Different people take part in these tickets. Choose who reads what."), "sharing")
        self.people = people


@transaction.atomic
def merge_tickets(
    source: Ticket, *, into: Ticket, actor: Member, agreed: frozenset[int] = frozenset(), told: str = ""
) -> Merge:
    """Joins `source` into `into`: one conversation, which everybody who took part in either reads.

    `agreed` are the ids of the members in one of the two only, as the actor was shown them; `told` is what is said of it
    there, in one line, instead of the sentence that everybody reads in their own language. Locks both tickets, in the
    order of their ids. Raises PeopleDiffer when there is another one, Refused when the two cannot be joined.
    """
    source, target, now = lock_two(source, into)
    if refusal := why_merge_cannot_be(source, target):
        raise refusal
    others = [person for person in people_in_one_only(source, target) if person.pk not in agreed]
    if others:
        raise PeopleDiffer(others)
    merge = _begin(source, target, actor, now, is_shared=True)
    merge.before |= _move_messages(source, target) | _seat_everybody(source, target, now)
    merge.before |= _lead_on(source, target)
    source.has_moved = True
    _finish(merge, source, target, now, told=told)
    write_words_anew(source)
    write_words_anew(target)
    return merge


@transaction.atomic
def merge_for_the_desk(source: Ticket, *, into: Ticket, actor: Member) -> Merge:
    """Joins `source` into `into` for the desk only, which reads both in one; nobody else reads a word more.

    The people of `source` keep their number and their page, closed, and are not told of the other. Locks and raises as `merge_tickets`.
    """
    source, target, now = lock_two(source, into)
    if refusal := why_merge_cannot_be(source, target):
        raise refusal
    merge = _begin(source, target, actor, now, is_shared=False)
    _finish(merge, source, target, now)
    return merge


@transaction.atomic
def undo_merge(merge: Merge, *, actor: Member) -> Merge:
    """Takes the two apart: each entry goes back to where it came from; what was written since stays in the target.

    Locks both tickets. Idempotent. Raises Refused once it cannot be undone (see `why_merge_stays`).
    """
    source, target, now = lock_two(merge.source, merge.target)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at:
        return merge
    merge.source, merge.target = source, target
    if reason := why_merge_stays(merge):
        raise reason
    _put_back(merge, source, target, now)
    if merge.is_shared:
        _put_messages_back(merge, source)
        _take_seats(merge, source, target)
        write_words_anew(source)
        write_words_anew(target)
    merge.undone_by, merge.undone_at = actor, now
    merge.save()
    _tell(Verb.UNMERGED, merge, actor, now)
    return merge


def why_merge_cannot_be(source: Ticket, target: Ticket) -> Refused | None:
    """Why `source` cannot be joined into `target`, in words; None when it can."""
    numbers = {"source": source.number, "target": target.number}
    if source.pk == target.pk:
        return Refused(_("A ticket can't be joined with itself. Choose another one."), "into")
    if source.merged_into_id:
        return Refused(_("%(source)s was joined with another ticket already.") % numbers, "into")
    if target.merged_into_id:
        return Refused(
            _("%(target)s was joined with another ticket itself. Choose that one.") % numbers, "into"
        )
    if Ticket.objects.filter(merged_into=source).exists():
        text = _(
            "Another ticket was joined into %(source)s. Join %(target)s into it, or take them apart first."
        )
        return Refused(text % numbers, "into")
    if source.status == Status.CLOSED:
        return Refused(_("%(source)s is closed, which is final.") % numbers, "into")
    if not may_be_joined(target):
        text = _("%(target)s is solved, closed or spam. Open it first, or choose another one.")
        return Refused(text % numbers, "into")
    if source.is_spam:
        return Refused(_("%(source)s is marked as spam. Take the mark off first.") % numbers, "into")
    return None


def why_merge_stays(merge: Merge) -> Refused | None:
    """Why the merge cannot be undone any more; None while it can."""
    if merge.target.status == Status.CLOSED:
        return Refused(_("The ticket is closed, which is final."))
    moved = merge.before.get("messages", [])
    if Message.objects.filter(pk__in=moved, ticket=merge.target).count() != len(moved):
        return Refused(_("A message that came along stands in a third ticket by now."))
    for later in Merge.objects.filter(target=merge.target, undone_at=None, pk__gt=merge.pk).order_by("-pk"):
        if has_later_promise(merge.before, later.before):
            text = _("%(number)s was joined later and its promise counts now. Take that one apart first.")
            return Refused(text % {"number": later.source.number})
    return None


def _begin(source: Ticket, target: Ticket, actor: Member, now: dt.datetime, *, is_shared: bool) -> Merge:
    before: dict[str, Any] = {
        "status": source.status,
        "solved_at": source.solved_at and source.solved_at.isoformat(),
        "reminded_at": source.reminded_at and source.reminded_at.isoformat(),
        "updated_at": source.updated_at.isoformat(),
        "target_status": target.status,
    }
    return Merge(
        source=source, target=target, is_shared=is_shared, merged_by=actor, merged_at=now, before=before
    )


def _finish(merge: Merge, source: Ticket, target: Ticket, now: dt.datetime, *, told: str = "") -> None:
    """What both ways of joining share: status, promises, number, events."""
    actor = merge.merged_by
    if source.status in {Status.NEW, Status.OPEN} and target.status == Status.PENDING:
        enter_status(target, Status.OPEN, actor=actor, now=now)  # its customer waits for us
    merge.before |= join_clocks(source, target)
    asked = SideConversation.objects.filter(ticket=source)
    merge.before["side"] = list(asked.values_list("pk", flat=True))
    asked.update(ticket=target)
    merge.before["watchers"] = watch_instead(source, target)
    merge.before["called"] = call_instead(source, target)
    source.merged_into, source.status = target, Status.CLOSED
    source.attention_at, source.awaits_answer = NEVER, False
    source.closed_at, source.solved_at = now, source.solved_at or now
    merge.save(force_insert=True)
    _tell(Verb.MERGED, merge, actor, now, told=told)


def _move_messages(source: Ticket, target: Ticket) -> dict[str, Any]:
    messages = Message.objects.filter(ticket=source)
    origins = messages.filter(origin__isnull=False).values_list("pk", "origin_id")
    before = {
        "origins": dict(origins),
        "messages": list(messages.order_by("pk").values_list("pk", flat=True)),
    }
    messages.update(ticket=target, origin=source)
    return before


def _lead_on(source: Ticket, target: Ticket) -> dict[str, Any]:
    """The old number finds the target."""
    aliases = TicketAlias.objects.filter(ticket=source)
    before = {"aliases": list(aliases.values_list("pk", flat=True))}
    aliases.update(ticket=target)
    return before


def _seat_everybody(source: Ticket, target: Ticket, now: dt.datetime) -> dict[str, Any]:
    """A seat in the target for everybody who has none; what they were writing comes along."""
    there = {one.member_id: one for one in Participant.objects.filter(ticket=target)}
    drafts = {draft.participant_id: draft for draft in ReplyDraft.objects.filter(participant__ticket=source)}
    taken = set(
        ReplyDraft.objects.filter(participant__ticket=target).values_list("participant_id", flat=True)
    )
    seats, moved = [], []
    for one in Participant.objects.filter(ticket=source).order_by("pk"):
        seat = there.get(one.member_id)
        if seat is None:
            seat = Participant.objects.create(
                ticket=target,
                member_id=one.member_id,
                proven_at=one.proven_at,
                last_read_at=one.last_read_at,
                joined_at=now,
            )
            seats.append(seat.pk)
        draft = drafts.get(one.pk)
        if draft and seat.pk not in taken:
            ReplyDraft.objects.filter(pk=draft.pk).update(participant=seat)
            moved.append([draft.pk, one.pk])
    return {"seats": seats, "drafts": moved}


def _put_back(merge: Merge, source: Ticket, target: Ticket, now: dt.datetime) -> None:
    before = merge.before
    source.merged_into, source.has_moved, source.status = None, False, before["status"]
    source.solved_at = before["solved_at"] and dt.datetime.fromisoformat(before["solved_at"])
    source.reminded_at = before["reminded_at"] and dt.datetime.fromisoformat(before["reminded_at"])
    source.closed_at = None
    TicketAlias.objects.filter(pk__in=before.get("aliases", [])).update(ticket=source)
    SideConversation.objects.filter(pk__in=before["side"]).update(ticket=source)
    stop_watching(target, before.get("watchers", []))
    call_no_more(target, before.get("called", []))
    give_back_clocks(source, target, before, now=now)
    waited = before["target_status"] == Status.PENDING and target.status == Status.OPEN
    since = Message.objects.filter(ticket=target, created_at__gt=merge.merged_at)
    if waited and not since.filter(kind=Message.Kind.PUBLIC).exists():
        enter_status(target, Status.PENDING, actor=None, now=now)


def _put_messages_back(merge: Merge, source: Ticket) -> None:
    moved = Message.objects.filter(pk__in=merge.before["messages"])
    moved.update(ticket=source, origin=None)
    for message_id, origin_id in merge.before["origins"].items():
        Message.objects.filter(pk=message_id).update(origin=origin_id)


def _take_seats(merge: Merge, source: Ticket, target: Ticket) -> None:
    """Whoever got a seat by the merge loses it, unless they wrote there since; drafts go back to the old seat."""
    own = {one.member_id: one.pk for one in Participant.objects.filter(ticket=source)}
    for draft_id, participant_id in merge.before["drafts"]:
        ReplyDraft.objects.filter(pk=draft_id).update(participant=participant_id)
    for seat in Participant.objects.filter(pk__in=merge.before["seats"]):
        if Message.objects.filter(ticket=target, author=seat.member_id).exists():
            continue
        begun = ReplyDraft.objects.filter(participant=seat)
        if not ReplyDraft.objects.filter(participant=own[seat.member_id]).exists():
            begun.update(participant=own[seat.member_id])
        seat.delete()


def _tell(verb: Verb, merge: Merge, actor: Member | None, now: dt.datetime, *, told: str = "") -> None:
    """An event in both; the target's customer learns of a ticket that they may read only."""
    source, target = merge.source, merge.target
    changes = {"merged": [source.number, target.number]} | ({"told": [told]} if told else {})
    for ticket, is_public in ((source, True), (target, merge.is_shared)):
        record_event(
            ticket,
            verb,
            actor=actor,
            changes=changes,
            is_public=is_public,
            channel=Channel.DESK,
            now=now,
        )
        ticket.updated_at = now
        ticket.save()

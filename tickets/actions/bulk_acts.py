"""What a run does to one ticket: each act calls the action of a single ticket, and may know the way back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Member
from helpdesk.errors import Refused
from tickets.actions.assign import assign, change_priority, return_to, route
from tickets.actions.bulk_merge import lock_pair, merge_one, take_one_apart
from tickets.actions.lock import lock_ticket
from tickets.actions.macros import apply_macro
from tickets.actions.repromise import pins_of, promise_anew, return_promises
from tickets.actions.spam import mark_spam, unmark_spam
from tickets.actions.status import change_status
from tickets.actions.tags import add_tag, folded, remove_tag
from tickets.models import BulkItem, BulkRun, Category, Macro, Message, Tag, Ticket, TicketEvent, TicketTag
from tickets.models.event import Verb
from tickets.models.ticket import Status

# What happens by itself, or unseen by the desk, is no reason to keep an undo from a ticket.
UNNOTICED = (Verb.PROMISE_BREACHED, Verb.LINK_OPENED, Verb.REMINDED)


def _lock_one(ticket: Ticket, _run: BulkRun) -> Ticket:
    return lock_ticket(ticket)[0]


@dataclass(frozen=True)
class Deed:
    """`act` does it to the ticket that `lock` locked, and raises Refused; `back`, where there is one, puts `before` back.

    One that locks a second ticket (`is_paired`) has a transaction for each, so that locks are taken in order.
    """

    act: Callable[[Ticket, BulkRun, BulkItem], object]
    before: Callable[[Ticket], dict[str, Any]] = lambda _ticket: {}
    back: Callable[[Ticket, dict[str, Any], Member], object] | None = None
    lock: Callable[[Ticket, BulkRun], Ticket] = _lock_one
    is_paired: bool = False


def deed_of(run: BulkRun) -> Deed:
    """What this run does; an undo locks what the undone run locked."""
    deed = DEEDS[run.act]
    if run.undoes is None:
        return deed
    undone = DEEDS[run.undoes.act]
    return replace(deed, lock=undone.lock, is_paired=undone.is_paired)


def newest_event(ticket: Ticket) -> int:
    """The last thing that somebody did to the ticket; 0 before anything happened."""
    events = TicketEvent.objects.filter(ticket=ticket).exclude(verb__in=UNNOTICED)
    return events.order_by("-pk").values_list("pk", flat=True).first() or 0


def _assign(ticket: Ticket, run: BulkRun, _item: BulkItem) -> object:
    return assign(ticket, assignee=_member(run.wishes["assignee"]), actor=run.actor)


def _assign_back(ticket: Ticket, before: dict[str, Any], actor: Member) -> object:
    return assign(ticket, assignee=_member(before["assignee"]), actor=actor)


def _set_status(ticket: Ticket, run: BulkRun, _item: BulkItem) -> object:
    return change_status(ticket, status=Status(run.wishes["status"]), actor=run.actor)


def _set_priority(ticket: Ticket, run: BulkRun, _item: BulkItem) -> object:
    return change_priority(ticket, priority=run.wishes["priority"], actor=run.actor)


def _route(ticket: Ticket, run: BulkRun, _item: BulkItem) -> object:
    category = Category.objects.select_related("team").filter(pk=run.wishes["category"]).first()
    if category is None or not category.is_active:
        raise Refused(_("The category is no longer offered."))
    return route(ticket, category=category, actor=run.actor)


def _route_back(ticket: Ticket, before: dict[str, Any], actor: Member) -> object:
    return return_to(ticket, **before, actor=actor)


def _tag(ticket: Ticket, run: BulkRun, _item: BulkItem) -> None:
    for name in run.wishes["remove"]:
        tag = Tag.objects.filter(folded=folded(name)).first()
        if tag:
            remove_tag(ticket, tag=tag, actor=run.actor)
    for name in run.wishes["add"]:
        add_tag(ticket, name=name, actor=run.actor)


def _tags_of(ticket: Ticket) -> dict[str, Any]:
    return {"tags": list(TicketTag.objects.filter(ticket=ticket).values_list("tag", flat=True))}


def _tag_back(ticket: Ticket, before: dict[str, Any], actor: Member) -> None:
    now = set(_tags_of(ticket)["tags"])
    for tag in Tag.objects.filter(pk__in=now ^ set(before["tags"])):
        if tag.pk in now:
            remove_tag(ticket, tag=tag, actor=actor)
        else:
            add_tag(ticket, name=tag.name, actor=actor)


def _use_macro(ticket: Ticket, run: BulkRun, item: BulkItem) -> object:
    macro = Macro.objects.prefetch_related("texts").filter(pk=run.wishes["macro"]).first()
    if macro is None:
        raise Refused(_("This macro is no longer offered."))
    # Whoever wrote after the tickets were chosen is not answered unread.
    said = Message.objects.filter(ticket=ticket, created_at__lte=run.created_at).order_by("-pk")
    seen = said.values_list("pk", flat=True).first() or 0
    key = uuid.uuid5(run.key, str(item.ticket_id))
    return apply_macro(ticket, macro=macro, actor=run.actor, seen_message_id=seen, submission_key=key)


def _set_spam(ticket: Ticket, run: BulkRun, _item: BulkItem) -> object:
    return _spam_back(ticket, run.wishes, run.actor)


def _spam_back(ticket: Ticket, before: dict[str, Any], actor: Member) -> object:
    return mark_spam(ticket, actor=actor) if before["is_spam"] else unmark_spam(ticket, actor=actor)


def _undo(ticket: Ticket, run: BulkRun, item: BulkItem) -> None:
    """Puts back what the undone run changed, unless somebody did something to the ticket since."""
    assert run.undoes is not None
    first = BulkItem.objects.get(run=run.undoes, ticket=ticket)
    if newest_event(ticket) != first.mark:
        latest = TicketEvent.objects.filter(ticket=ticket).exclude(verb__in=UNNOTICED).order_by("-pk")[0]
        who = str(latest.actor) if latest.actor else _("The system")
        raise Refused(_("%(who)s changed it since. It was left as it is.") % {"who": who})
    back = deed_of(run.undoes).back
    assert back is not None
    back(ticket, first.before, run.actor)


def _member(member_id: int | None) -> Member | None:
    if member_id is None:
        return None
    member = Member.objects.filter(pk=member_id, is_active=True).first()
    if member is None:
        raise Refused(_("This person is no longer in the team."))
    return member


Act = BulkRun.Act
DEEDS: dict[str, Deed] = {
    Act.ASSIGN: Deed(_assign, lambda ticket: {"assignee": ticket.assignee_id}, _assign_back),
    Act.STATUS: Deed(
        _set_status,
        lambda ticket: {"status": ticket.status},
        lambda ticket, before, actor: change_status(ticket, status=Status(before["status"]), actor=actor),
    ),
    Act.PRIORITY: Deed(
        _set_priority,
        lambda ticket: {"priority": ticket.priority},
        lambda ticket, before, actor: change_priority(ticket, priority=before["priority"], actor=actor),
    ),
    Act.ROUTE: Deed(
        _route,
        lambda ticket: {
            "category_id": ticket.category_id,
            "team_id": ticket.team_id,
            "tier": ticket.tier,
            "assignee_id": ticket.assignee_id,
        },
        _route_back,
    ),
    Act.TAG: Deed(_tag, _tags_of, _tag_back),
    Act.MACRO: Deed(_use_macro),
    Act.SPAM: Deed(_set_spam, lambda ticket: {"is_spam": ticket.is_spam}, _spam_back),
    Act.REPROMISE: Deed(
        lambda ticket, run, _item: promise_anew(ticket, wording=run.wishes, actor=run.actor),
        pins_of,
        lambda ticket, before, actor: return_promises(ticket, pins=before, actor=actor),
    ),
    Act.MERGE: Deed(merge_one, lambda _ticket: {}, take_one_apart, lock=lock_pair, is_paired=True),
    Act.UNDO: Deed(_undo),
}
UNDOABLE = frozenset(act for act, deed in DEEDS.items() if deed.back)

"""What a run does to one ticket: each act calls the action of a single ticket, and may know the way back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Member
from helpdesk.errors import Refused
from tickets.actions.assign import assign, change_priority, return_to, route
from tickets.actions.macros import apply_macro
from tickets.actions.status import change_status
from tickets.actions.tags import add_tag, folded, remove_tag
from tickets.models import BulkItem, BulkRun, Category, Macro, Message, Tag, Ticket, TicketEvent, TicketTag
from tickets.models.event import Verb
from tickets.models.ticket import Status

# What happens by itself, or unseen by the desk, is no reason to keep an undo from a ticket.
UNNOTICED = (Verb.PROMISE_BREACHED, Verb.LINK_OPENED, Verb.REMINDED)


@dataclass(frozen=True)
class Deed:
    """`act` does it to the locked ticket and raises Refused; `before` is what `back`, where there is one, puts back."""

    act: Callable[[Ticket, BulkRun, BulkItem], object]
    before: Callable[[Ticket], dict[str, Any]] = lambda _ticket: {}
    back: Callable[[Ticket, dict[str, Any], Member], object] | None = None


def deed_of(run: BulkRun) -> Deed:
    """What this run does."""
    return DEEDS[run.act]


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
    Act.UNDO: Deed(_undo),
}
UNDOABLE = frozenset(act for act, deed in DEEDS.items() if deed.back)

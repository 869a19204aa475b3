"""Joining many tickets into one, and taking them apart again: what a run does to each of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Member
from helpdesk.errors import Refused
from tickets.actions.lock import lock_two
from tickets.actions.merge import merge_for_the_desk, merge_tickets, undo_merge
from tickets.models import BulkItem, BulkRun, Merge, Ticket
from tickets.queries import tickets_visible_to


def lock_pair(ticket: Ticket, run: BulkRun) -> Ticket:
    """Locks the ticket and the one that the run, or the run it undoes, joins it into; also when they are joined already."""
    into = (run.undoes or run).wishes["into"]
    return lock_two(ticket, Ticket(pk=into))[0]


def merge_one(ticket: Ticket, run: BulkRun, _item: BulkItem) -> Merge:
    """Joins the locked ticket into the run's. Raises Refused as a single joining, and when the actor lost sight of the other.

    Somebody whom the page did not name reads nothing more: with them the ticket is left as it is.
    """
    target = tickets_visible_to(run.actor).filter(pk=run.wishes["into"]).first()
    if target is None:
        raise Refused(_("You may not see the ticket any more that this one was to be joined into."))
    if not run.wishes["is_shared"]:
        return merge_for_the_desk(ticket, into=target, actor=run.actor)
    return merge_tickets(ticket, into=target, actor=run.actor, agreed=frozenset(run.wishes["agreed"]))


def take_one_apart(ticket: Ticket, _before: dict[str, Any], actor: Member) -> object:
    """Undoes the joining of the locked ticket."""
    merge = Merge.objects.select_related("source", "target").filter(source=ticket, undone_at=None).first()
    return undo_merge(merge, actor=actor) if merge else None

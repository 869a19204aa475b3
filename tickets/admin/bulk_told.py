"""What an act on many tickets does, in a few words: what was chosen, and to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Member
from tickets.models import BulkRun, Category, Macro, Ticket
from tickets.models.ticket import Priority, Status

Act = BulkRun.Act


def told(run: BulkRun) -> str:
    """The run in words; of one whose choice is gone by now, what kind of act it was."""
    if run.act == Act.UNDO and run.undoes:
        return _("Undo: %(what)s") % {"what": told(run.undoes)}
    return told_of(run.act, run.wishes) or str(run.get_act_display())


def told_of(act: str, wishes: Mapping[str, Any]) -> str:
    """An act with what it needs in words; nothing when what was chosen is gone by now."""
    words = WORDS.get(act)
    return words(wishes) if words else ""


def _assign(wishes: Mapping[str, Any]) -> str:
    member = Member.objects.filter(pk=wishes["assignee"]).first() if wishes["assignee"] else None
    return _("Assign to %(name)s") % {"name": member} if member else _("Assign to nobody")


def _status(wishes: Mapping[str, Any]) -> str:
    return _("Status: %(status)s") % {"status": Status(wishes["status"]).label}


def _priority(wishes: Mapping[str, Any]) -> str:
    return _("Priority: %(priority)s") % {"priority": Priority(wishes["priority"]).label}


def _route(wishes: Mapping[str, Any]) -> str:
    category = Category.objects.prefetch_related("translations").filter(pk=wishes["category"]).first()
    return _("Move to %(category)s") % {"category": category.name} if category else ""


def _tags(wishes: Mapping[str, Any]) -> str:
    put_on, taken_off = (", ".join(f"#{name}" for name in wishes[key]) for key in ("add", "remove"))
    if put_on and taken_off:
        return _("Tags: put on %(added)s, take off %(removed)s") % {"added": put_on, "removed": taken_off}
    words = _("Tags: put on %(names)s") if put_on else _("Tags: take off %(names)s")
    return words % {"names": put_on or taken_off}


def _macro(wishes: Mapping[str, Any]) -> str:
    macro = Macro.objects.filter(pk=wishes["macro"]).first()
    return _("Macro: %(name)s") % {"name": macro} if macro else ""


def _spam(wishes: Mapping[str, Any]) -> str:
    return _("Mark as spam") if wishes["is_spam"] else _("Not spam")


def _merge(wishes: Mapping[str, Any]) -> str:
    into = Ticket.objects.filter(pk=wishes["into"]).first()
    return _("Join into %(number)s") % {"number": into.number} if into else ""


WORDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    Act.ASSIGN: _assign,
    Act.STATUS: _status,
    Act.PRIORITY: _priority,
    Act.ROUTE: _route,
    Act.TAG: _tags,
    Act.MACRO: _macro,
    Act.SPAM: _spam,
    Act.MERGE: _merge,
}

"""Macros in the workspace: chosen beside the composer, put into it to be changed, and sent with what goes with them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import Member
from tickets.actions.macros import apply_changes, reply_of
from tickets.macro_words import changes_beside_status, changes_of
from tickets.models import Macro, Ticket
from tickets.queries import macros_for

T = TypeVar("T")
LISTED = 200


@dataclass(frozen=True)
class Chosen:
    """A macro as it would be used on one ticket: its reply, what is missing in it, and what goes with it.

    `with_status` is the status that goes with the reply, `key` the form's, so that once pressed is once.
    """

    macro: Macro
    text: str
    problems: list[str]
    changes: list[str]
    with_status: str
    key: uuid.UUID


def macro_box(request: HttpRequest, ticket: Ticket, member: Member) -> dict[str, Any]:
    """What the composer shows of macros: the list once it is asked for, and the one that was chosen. Asks nothing else."""
    chosen = chosen_macro(request, ticket, member)
    wants_list = "macros" in request.GET or ("macro" in request.GET and chosen is None)
    return {"macro": chosen, "macros": list(macros_for(member)[:LISTED]) if wants_list else None}


def chosen_macro(request: HttpRequest, ticket: Ticket, member: Member) -> Chosen | None:
    """The macro that the address names, when it is offered to the member."""
    macro = _named(request.GET.get("macro", ""), member)
    if macro is None:
        return None
    reply = reply_of(macro, ticket, agent=member)
    changes = changes_beside_status(macro) if reply.text else changes_of(macro)
    if macro.note:
        changes.append(_("Internal note"))
    problems = [_("Fill in {%(name)s} or remove it.") % {"name": name} for name in reply.missing]
    return Chosen(
        macro, reply.text, problems, changes, with_status=macro.status if reply.text else "", key=uuid.uuid4()
    )


def with_text(body: str, text: str) -> str:
    """What stands in the box once `text` is put in: after what was written, and not a second time."""
    if not body.strip() or text in body:
        return body if body.strip() else text
    return f"{body.rstrip()}\n\n{text}"


def send_with_macro(
    request: HttpRequest, ticket: Ticket, member: Member, key: uuid.UUID, send: Callable[[], T]
) -> T:
    """Sends, and does what goes with the ticked macro, in one transaction: raises what either refuses, and neither is
    done then. Idempotent by `key`.
    """
    with transaction.atomic():
        sent = send()
        macro = _named(request.POST.get("macro", ""), member)
        if macro:
            apply_changes(ticket, macro=macro, actor=member, key=key)
        return sent


def _named(text: str, member: Member) -> Macro | None:
    if not (text.isascii() and text.isdigit()):
        return None
    offered = (
        macros_for(member).select_related("category").prefetch_related("texts", "category__translations")
    )
    return offered.filter(pk=int(text[:18])).first()

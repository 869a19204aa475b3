"""A macro is used on a ticket: its reply, its note and its changes, all of them or none."""

import uuid
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.addresses import current_tenant
from accounts.models import Member
from helpdesk.errors import Refused
from tickets.actions.assign import assign, change_priority, route
from tickets.actions.lock import lock_ticket
from tickets.actions.record import record_event
from tickets.actions.reply import Seen, add_note, reply_to_customer
from tickets.actions.status import change_status
from tickets.actions.tags import add_tag
from tickets.models import Category, Macro, MacroText, MacroUse, Message, Ticket
from tickets.models.event import Verb
from tickets.models.ticket import Channel, Status
from tickets.placeholders import Filled, fill, values_for
from tickets.prompts import shown_answers
from tickets.queries import macros_for, prompts_answered, requester_of


class MacroRefused(Refused):
    """A part of the macro is not allowed on this ticket, so none of it was done; says which part and why."""


def reply_of(macro: Macro, ticket: Ticket, *, agent: Member) -> Filled:
    """The macro's reply for this ticket, in its customer's language where it has one; empty without a reply."""
    text = _text_of(macro, ticket)
    return fill(text.body, _values(ticket, agent)) if text else Filled("")


def foreign_language_of(macro: Macro, ticket: Ticket) -> str:
    """The language that the macro's reply for this ticket is in, where that is another than the ticket's; else empty."""
    text = _text_of(macro, ticket)
    is_foreign = text is not None and text.locale.split("-")[0] != ticket.locale.split("-")[0]
    return text.locale if text and is_foreign else ""


def _text_of(macro: Macro, ticket: Ticket) -> MacroText | None:
    return macro.text_for([ticket.locale, current_tenant().locale])


def apply_macro(
    ticket: Ticket, *, macro: Macro, actor: Member, seen_message_id: int, submission_key: uuid.UUID
) -> Ticket:
    """Sends the macro's reply and does what goes with it, in one transaction. A reply waits for its answer, as ever.

    Locks the ticket. Raises MacroRefused when a part is not allowed or somebody wrote after `seen_message_id`, Refused
    when a placeholder has no value; then nothing is changed. Its messages are idempotent by `submission_key`.
    """
    with transaction.atomic():
        refuse_foreign(macro, actor)  # before anything of it is said
        lock_ticket(ticket)
        reply = reply_of(macro, ticket, agent=actor)
        refuse_missing(reply.missing)
        if reply.text:
            answer = partial(
                reply_to_customer,
                ticket,
                author=actor,
                body=reply.text,
                submission_key=submission_key,
                seen_message_id=seen_message_id,
                status=Status(macro.status or Status.PENDING),
            )
            _do(_("the reply"), answer)
        elif macro.status:
            _do(_("the status"), partial(change_status, ticket, status=Status(macro.status), actor=actor))
        apply_changes(ticket, macro=macro, actor=actor, key=submission_key)
    ticket.refresh_from_db()
    return ticket


def reply_with(
    ticket: Ticket,
    *,
    macro: Macro | None,
    author: Member,
    body: str,
    submission_key: uuid.UUID,
    seen: Seen,
    status: Status,
) -> Message:
    """Sends a reply, whose words the author may have changed, and does what goes with `macro`: both or neither.

    Locks the ticket; idempotent by `submission_key`. Raises what `reply_to_customer` and `apply_changes` raise.
    """
    with transaction.atomic() if macro else nullcontext():
        message = reply_to_customer(
            ticket,
            author=author,
            body=body,
            submission_key=submission_key,
            seen_message_id=seen.message_id,
            seen=seen,
            status=status,
        )
        if macro:
            apply_changes(ticket, macro=macro, actor=author, key=submission_key)
    return message


def apply_changes(ticket: Ticket, *, macro: Macro, actor: Member, key: uuid.UUID) -> None:
    """Does what goes with the macro's reply, and counts the use: category, assignee, priority, tags and note, in the order in
    which each needs the one before. The status goes with the reply.

    Locks the ticket, in the caller's transaction. Idempotent by `key`. Raises MacroRefused with the part that is not
    allowed; the caller then lets the transaction fail.
    """
    refuse_foreign(macro, actor)
    locked, now = lock_ticket(ticket)
    if MacroUse.objects.filter(key=key).exists():
        return
    MacroUse.objects.create(macro=macro, ticket=ticket, member=actor, key=key)
    told = {"macro": [None, macro.name]}
    record_event(locked, Verb.MACRO_USED, actor=actor, changes=told, channel=Channel.DESK, now=now)
    if macro.category_id:
        category = Category.objects.select_related("team").get(pk=macro.category_id)
        _do(_("the category"), partial(route, ticket, category=category, actor=actor))
    if macro.assignment:
        to = actor if macro.assignment == Macro.Assignment.ME else None
        _do(_("the assignee"), partial(assign, ticket, assignee=to, actor=actor))
    if macro.priority:
        _do(_("the priority"), partial(change_priority, ticket, priority=macro.priority, actor=actor))
    for name in macro.tag_names:
        _do(_("the tags"), partial(add_tag, ticket, name=name, actor=actor))
    if macro.note:
        note = fill(macro.note, _values(ticket, actor)).text
        note_key = uuid.uuid5(key, "note")
        _do(_("the note"), partial(add_note, ticket, author=actor, body=note, submission_key=note_key))


def refuse_half(ticket: Ticket, *, macro: Macro, actor: Member, key: uuid.UUID) -> None:
    """Raises what `apply_changes` would raise now, and leaves nothing of it: it is done and taken back at once.

    In the caller's transaction. For a reply that waits: its writer learns at once what will not be possible.
    """
    with suppress(_Tried), transaction.atomic():
        apply_changes(Ticket.objects.get(pk=ticket.pk), macro=macro, actor=actor, key=key)
        raise _Tried


class _Tried(Exception):
    """All of it is possible; takes it back."""


def refuse_missing(names: Iterable[str]) -> None:
    """Raises Refused (field "body") while placeholders stand in a text that is to be sent."""
    names = list(names)
    if names:
        raise Refused(_("Fill in {%(name)s} or remove it.") % {"name": names[0]}, "body")


def refuse_foreign(macro: Macro, member: Member) -> None:
    """Raises Refused unless the macro is offered to the member now."""
    if not macros_for(member).filter(pk=macro.pk).exists():
        raise Refused(_("This macro is no longer offered."))


def _do(name: str, part: Callable[[], object]) -> None:
    try:
        part()
    except Refused as refusal:
        told = _("Nothing was changed. Not possible here: %(part)s. %(why)s")
        raise MacroRefused(told % {"part": name, "why": refusal}, refusal.field) from refusal


def _values(ticket: Ticket, agent: Member) -> dict[str, str]:
    customer = requester_of(ticket)
    shown = shown_answers(ticket.fields, prompts_answered(ticket))
    return values_for(
        ticket,
        customer=customer.name or customer.email,
        agent=str(agent),
        tenant=current_tenant().name,
        answers={answer["short"]: answer["value"] for answer in shown},
    )

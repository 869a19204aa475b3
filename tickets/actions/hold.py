"""A reply that was sent is held back for some seconds, in which its writer can take it back.

Until it leaves nothing has happened: no message, no status, no clock, no mail. So there is nothing to undo but the wish,
and nobody outside the desk can have seen it (docs/decisions/0020-a-held-reply-is-a-draft.md).
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Member
from helpdesk.at_once import asking, at_once
from helpdesk.errors import Refused
from helpdesk.outbox.nudge import nudge
from helpdesk.prepared import prepared
from helpdesk.typed_text import clean_text
from tickets.actions.answers import refuse_unanswered
from tickets.actions.desk_drafts import back_to_draft
from tickets.actions.lock import lock_ticket
from tickets.actions.macros import refuse_half, reply_with
from tickets.actions.reply import Seen, StaleReply, check_reply, public_after, refuse_stale
from tickets.models import Attachment, DeskDraft, Macro, Message, Ticket
from tickets.models.ticket import Status
from tickets.notify import announce_stopped

LEAVE = "tickets.send_held_replies"
CROSSED = gettext_noop("Somebody wrote while your reply waited to leave. Read it, then send again.")
STOPPED = gettext_noop("The ticket changed while your reply waited to leave. Look at it, then send again.")


@transaction.atomic
def hold_reply(
    ticket: Ticket,
    *,
    author: Member,
    body: str,
    submission_key: uuid.UUID,
    seen: Seen,
    status: Status,
    wait: dt.timedelta,
    macro: Macro | None = None,
) -> DeskDraft:
    """Lets the reply leave after `wait`, unless it is taken back, and what `macro` changes with it. Locks the ticket;
    idempotent by `submission_key`.

    Raises StaleReply and Refused as `reply_to_customer` does, MacroRefused as `apply_changes` does.
    """
    locked, now = lock_ticket(ticket)
    body = clean_text(body)
    drafts, leaving, newer = at_once(
        asking(_drafts_with, key=submission_key),
        asking(_leaving, ticket=locked.pk, member=author.pk),
        asking(public_after, ticket=locked.pk, message=seen.message_id),
    )
    before = next(iter(drafts), None)
    if before and before.author_id != author.pk:
        raise Refused(_("This form was sent by somebody else. Copy the text and reload the page."), "body")
    if before and before.leaves_at:
        if before.body != body:
            raise Refused(
                _("You sent this reply before, with other words. Copy the text and reload the page."), "body"
            )
        return before
    check_reply(locked)
    if status == Status.SOLVED and locked.status != Status.SOLVED:
        refuse_unanswered(locked)
    refuse_stale(locked, author, seen, newer=newer, leaving=leaving)
    if not body and not Attachment.objects.filter(draft_key=submission_key, message=None).exists():
        raise Refused(_("Write a message or attach a file."), "body")
    if macro:
        refuse_half(locked, macro=macro, actor=author, key=submission_key)
    held = before or DeskDraft(ticket=locked, author=author, kind=Message.Kind.PUBLIC, key=submission_key)
    held.body, held.status, held.seen = body, status.value, seen.stored()
    held.leaves_at, held.problem, held.macro = now + wait, "", macro
    held.save()
    transaction.on_commit(partial(nudge, LEAVE, after=wait), robust=True)
    return held


@transaction.atomic
def take_back(ticket: Ticket, key: uuid.UUID, *, author: Member) -> DeskDraft:
    """Makes the held reply with this key its writer's draft again, text and files. Locks the ticket; idempotent.

    Raises Refused when it has left.
    """
    lock_ticket(ticket)
    draft = DeskDraft.objects.filter(ticket=ticket, key=key, author=author).first()
    if draft is None:
        raise Refused(_("It has left already. It can't be taken back any more."))
    if draft.leaves_at:
        back_to_draft(draft)
    return draft


@transaction.atomic
def let_leave(draft_id: int) -> bool:
    """Sends a held reply whose time has come; whether it was sent. Safe to run twice.

    Who wrote it, and what they had seen, is looked at again: when somebody wrote in between, when a colleague moved the
    status, or when the ticket was closed, it becomes a draft again and its writer is told by mail.
    """
    held = DeskDraft.objects.select_related("ticket", "author").filter(pk=draft_id).first()
    if held is None:
        return False
    lock_ticket(held.ticket)
    held = DeskDraft.objects.select_related("ticket", "author").filter(pk=draft_id).first()
    if held is None or held.leaves_at is None or held.leaves_at > timezone.now():
        return False
    try:
        _send(held, Seen.of(held.seen))
    except StaleReply:
        return _stop(held, CROSSED)
    except Refused:
        return _stop(held, STOPPED)
    return True


def _send(held: DeskDraft, seen: Seen) -> None:
    reply_with(
        held.ticket,
        macro=held.macro,
        author=held.author,
        body=held.body,
        submission_key=held.key,
        seen=seen,
        status=Status(held.status),
    )


def _stop(held: DeskDraft, problem: str) -> bool:
    back_to_draft(held, problem=problem)
    announce_stopped(held.ticket, held)
    return False


def seen_of(values: Mapping[str, Any]) -> Seen:
    """What the writer of a form had seen, from its clean values."""
    return Seen(
        message_id=values["seen_message_id"],
        held=frozenset(values.get("seen_held") or ()),
        statuses=frozenset(values.get("seen_status") or ()),
    )


@prepared
def _drafts_with(key: Any) -> QuerySet[DeskDraft]:
    return DeskDraft.objects.filter(key=key)


@prepared
def _leaving(ticket: Any, member: Any) -> QuerySet[DeskDraft]:
    """The replies of colleagues that are held back, in the order in which they leave."""
    held = DeskDraft.objects.filter(ticket=ticket, leaves_at__isnull=False).exclude(author=member)
    return held.select_related("author").order_by("leaves_at", "pk")

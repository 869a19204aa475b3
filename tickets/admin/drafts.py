"""What is being written in a ticket, as its page shows it: own drafts, and replies that are just leaving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Member
from tickets.actions.reply import StaleReply
from tickets.admin.events import event_text
from tickets.admin.forms import WritingForm
from tickets.admin.timeline import message_item
from tickets.models import DeskDraft, Message
from tickets.sensitive import masked
from tickets.views.ticket_page import saved_text
from tickets.views.uploads import Draft

FormT = TypeVar("FormT", bound=WritingForm)


@dataclass(frozen=True)
class Drafts:
    """The member's drafts in one ticket by kind, and every reply that is just leaving."""

    member: Member
    own: dict[str, DeskDraft]
    held: Sequence[DeskDraft]

    @classmethod
    def of(cls, found: Sequence[DeskDraft], member: Member) -> Drafts:
        """Those `found` in the ticket: see `tickets.desk_reads.AtHand`."""
        own = {draft.kind: draft for draft in found if draft.leaves_at is None}
        return cls(member, own, [draft for draft in found if draft.leaves_at])

    @property
    def mode(self) -> str:
        """What was written last."""
        latest = max(self.own.values(), key=lambda draft: draft.saved_at, default=None)
        return str(latest.kind) if latest else "public"

    @property
    def held_by_others(self) -> str:
        """The keys of the replies of colleagues that are just leaving, as the form carries them."""
        return " ".join(str(draft.key) for draft in self.held if draft.author_id != self.member.pk)

    @property
    def statuses_led_to(self) -> list[str]:
        """What those replies set the ticket to."""
        return [draft.status for draft in self.held if draft.author_id != self.member.pk]

    @property
    def problem(self) -> str:
        """Why a reply that was sent is a draft again."""
        draft = self.own.get(Message.Kind.PUBLIC)
        return _(draft.problem) if draft and draft.problem else ""

    @property
    def macro_id(self) -> int | None:
        """The macro whose changes go with the reply in writing."""
        draft = self.own.get(Message.Kind.PUBLIC)
        return draft.macro_id if draft else None

    def fill(self, form: type[FormT], kind: str, auto_id: str, **initial: Any) -> FormT:
        """The form of this kind with what was kept of it. One statement more where there is a draft."""
        draft = self.own.get(kind)
        if draft is None:
            return form(initial=initial, auto_id=auto_id)
        filled = form(initial={**initial, "body": draft.body, "submission_key": draft.key}, auto_id=auto_id)
        filled.files_kept = Draft(draft.key, self.member).rows()
        return filled

    def saved(self, kind: str) -> str:
        """When the draft of this kind was kept, in words."""
        draft = self.own.get(kind)
        return saved_text(draft) if draft else ""


def held_item(draft: DeskDraft, member: Member) -> dict[str, Any]:
    """A reply that is just leaving; its writer can take it back."""
    is_own = draft.author_id == member.pk
    return {
        "author": str(draft.author),
        "own": is_own,
        "body": masked(draft.body),
        "leaves_at": draft.leaves_at,
        "undo_url": undo_url(draft) if is_own else "",
    }


def undo_url(draft: DeskDraft) -> str:
    """Where a press takes the reply back."""
    return reverse("admin:tickets_ticket_undo", args=[draft.ticket_id, draft.key])


def stale_facts(stale: StaleReply, member: Member) -> dict[str, Any]:
    """What stopped a reply: what others wrote meanwhile, what they are just sending, and what they changed."""
    return {
        "newer": [message_item(message, member) for message in stale.newer],
        "held": [held_item(draft, member) for draft in stale.held],
        "moved": event_text(stale.moved) if stale.moved else "",
        "moved_at": stale.moved.at if stale.moved else None,
    }

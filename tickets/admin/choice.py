"""One thing that an agent sets on a ticket, and what stood there when they looked."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from helpdesk.typed_text import key_in
from tickets.actions.guard import Moved, as_seen
from tickets.admin.events import event_text
from tickets.models import Ticket
from tickets.models.ticket import Priority, Status
from tickets.sensitive import masked

COLUMNS = {
    "status": "status",
    "priority": "priority",
    "assignee": "assignee_id",
    "category": "category_id",
    "subject": "subject",
}


@dataclass(frozen=True)
class Choice:
    """`wanted` for the box `name`; `was` is what the page showed there, as it was posted (None: it did not say)."""

    name: str
    wanted: Any
    was: str | None

    @classmethod
    def of(cls, request: HttpRequest, name: str, wanted: Any) -> Choice:
        return cls(name, wanted, request.POST.get("was"))

    @property
    def key(self) -> Any:
        """What the ticket's column would hold."""
        return self.wanted.pk if isinstance(self.wanted, Model) else self.wanted

    def guard(self, ticket: Ticket) -> AbstractContextManager[None]:
        """Lets the act through only while nobody else changed the same; raises Moved inside."""
        if self.was is None:
            return nullcontext()
        seen: Any = self.was
        if self.name == "subject" and seen == masked(ticket.subject):
            seen = ticket.subject  # the page does not show what nobody should have typed
        elif self.name not in {"status", "subject"}:
            seen = key_in(self.was) or None
        return as_seen(ticket, COLUMNS[self.name], seen=seen, wanted=self.key)

    def moved_facts(self, moved: Moved, url: str) -> dict[str, Any]:
        """What the page tells: who changed it, and a button that does what was wanted all the same."""
        return {
            "text": event_text(moved.event) if moved.event else "",
            "at": moved.event.at if moved.event else None,
            "url": url,
            "name": self.name,
            "value": "" if self.key is None else self.key,
            "was": self._shown(moved.now),
            "label": self.label,
        }

    def _shown(self, stored: Any) -> Any:
        """What a page shows in the box when this is stored."""
        if stored is None:
            return ""
        return masked(stored) if self.name == "subject" else stored

    @property
    def label(self) -> str:
        """The wish in words."""
        if self.name == "status":
            return str(Status(self.wanted).label)
        if self.name == "priority":
            return str(Priority(self.wanted).label)
        return str(self.wanted) if self.wanted else _("Nobody")

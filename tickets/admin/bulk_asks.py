"""What every question about an act on many tickets shares: who pressed, on what, and what the answer comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import ngettext

from accounts.models import Member, Team
from tickets.models import Ticket


@dataclass(frozen=True)
class Press:
    """Who pressed, on which tickets; `data` fills the form of the act once it was shown."""

    member: Member
    teams: list[Team]
    tickets: QuerySet[Ticket]
    data: Any = None
    words: str = ""  # by which the macros are searched


class AskForm(forms.Form):
    """What one act asks beside the tickets; `wishes` and `among` need a valid form."""

    finds: dict[str, Any] | None = None  # the box that searches what is offered
    first = ""  # the field in which one types or chooses at once; none where there is something to read first

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.first and not self.is_bound:
            self.fields[self.first].widget.attrs["autofocus"] = True

    def wishes(self) -> dict[str, Any]:
        """Ids and codes, as the run keeps them."""
        raise NotImplementedError

    def among(self, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """Those of the chosen `tickets` that the act is done to."""
        return tickets

    @staticmethod
    def title(count: int, told: str) -> str:
        """What the page and its button say; `told` is how many, as the page tells it."""
        return change_title(count, told)


def change_title(count: int, told: str) -> str:
    """What most acts say above their page and on their button."""
    return ngettext("Change %(count)s ticket", "Change %(count)s tickets", count) % {"count": told}

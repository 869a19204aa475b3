"""One participant in front of one ticket: what the member's and the guest's pages share."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tickets.models import Participant, Ticket
from tickets.views.answers import see_other


@dataclass(frozen=True)
class Seat:
    """A participant, and the names and key of the addresses they use."""

    participant: Participant
    names: str  # "ticket" or "guest"
    key: str | uuid.UUID

    @property
    def ticket(self) -> Ticket:
        """The ticket on the table."""
        return self.participant.ticket

    @property
    def is_guest(self) -> bool:
        """Whether the person came by a private link."""
        return self.names == "guest"

    def url(self, act: str = "", *more: Any) -> str:
        """The address of the page, or of an act on it; `more` is what the act is about."""
        page = "guest_ticket" if self.is_guest else "ticket"
        return reverse(f"{self.names}_{act}" if act else page, args=[self.key, *more])


# What is done from a seat; further arguments are those of the address.
Act = Callable[..., HttpResponse]


def act_or_go_back(request: HttpRequest, seat: Seat, act: Act, **about: Any) -> HttpResponse:
    """Does what was posted; whoever comes by GET (a changed language, a reload after an error) gets the ticket."""
    return act(request, seat, **about) if request.method == "POST" else see_other(seat.url())

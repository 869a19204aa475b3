"""One participant in front of one ticket: what the member's and the guest's pages share."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tickets.models import Participant, Ticket
from tickets.views.answers import see_other

KEYS = {"ticket": "KEY", "guest": uuid.UUID(int=0)}  # where a key stands in an address
ABOUT = 987_654_321_987


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
        address = _address(self.names, act, len(more))
        for thing in more:
            address = address.replace(str(ABOUT), str(thing), 1)
        return address.replace(str(KEYS[self.names]), str(self.key), 1)


@cache
def _address(names: str, act: str, things: int) -> str:
    """The address with places for the key and for the `things` it is about: a page has a dozen, each is asked for once."""
    page = "guest_ticket" if names == "guest" else "ticket"
    return reverse(f"{names}_{act}" if act else page, args=[KEYS[names], *[ABOUT] * things])


# What is done from a seat; further arguments are those of the address.
Act = Callable[..., HttpResponse]


def act_or_go_back(request: HttpRequest, seat: Seat, act: Act, **about: Any) -> HttpResponse:
    """Does what was posted; whoever comes by GET (a changed language, a reload after an error) gets the ticket."""
    return act(request, seat, **about) if request.method == "POST" else see_other(seat.url())

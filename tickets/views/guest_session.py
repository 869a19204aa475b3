"""Which tickets this browser opened by private links."""

from django.db.models import QuerySet
from django.http import HttpRequest

from tickets.models import Participant, Ticket
from tickets.queries import guest_participants

SESSION_KEY = "guest"
REMEMBERED = 50


def remember_guest(request: HttpRequest, participant: Participant) -> None:
    """Lets this browser see the participant's ticket, under a new session key."""
    known = [pk for pk in request.session.get(SESSION_KEY, []) if pk != participant.pk]
    request.session[SESSION_KEY] = [*known, participant.pk][-REMEMBERED:]
    request.session.cycle_key()


def guests_here(request: HttpRequest) -> QuerySet[Participant]:
    """The participants this browser speaks for, as long as a private link of theirs is valid."""
    return guest_participants(request.session.get(SESSION_KEY, ()))


def guest_tickets(request: HttpRequest) -> QuerySet[Ticket]:
    """The tickets this browser may see without an account."""
    return Ticket.objects.filter(pk__in=guests_here(request).values("ticket"))

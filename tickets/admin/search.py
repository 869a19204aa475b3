"""Finding a ticket from the queue: by number, by a person's address, or by words near the top of the list."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.addresses import current_tenant
from accounts.models import Member
from helpdesk.errors import Refused
from tickets.admin.asked import Asked
from tickets.models import Participant, Ticket
from tickets.numbers import looks_like_number, parse_number
from tickets.queries import find_ticket, tickets_visible_to

WALKED = 5_000
PEOPLE = 50
LAST_SIGN = "\U0010ffff"


@dataclass(frozen=True)
class Found:
    """What a search came to: one ticket, or a list with a sentence that says what was searched."""

    tickets: QuerySet[Ticket]
    told: str = ""
    ticket: Ticket | None = None
    error: str = ""
    is_newest_first: bool = False


def search(asked: Asked, member: Member) -> Found:
    """Answers `asked.words`. Nothing that row-level security would turn into a walk over all tickets is asked."""
    words = asked.words
    if not words:
        return Found(asked.tickets(member), is_newest_first=asked.is_newest_first)
    if looks_like_number(words, current_tenant().prefix):
        found = _by_number(asked, member)
        if found:
            return found
    if "@" in words:
        return _by_address(asked, member)
    return _by_words(asked, member)


def _by_number(asked: Asked, member: Member) -> Found | None:
    """The ticket of that number; None for another kind of code, such as a device's name."""
    prefix = current_tenant().prefix
    try:
        number = parse_number(asked.words, prefix)
    except Refused as refusal:
        own = asked.words[:1].isdigit() or asked.words.upper().startswith(prefix)
        return Found(Ticket.objects.none(), error=str(refusal)) if own else None
    ticket = find_ticket(tickets_visible_to(member), number, prefix)
    if ticket is None and not number.startswith(f"{prefix}-"):
        return None
    told = _("There is no ticket %(number)s among those you may see.") % {"number": number}
    return Found(Ticket.objects.none(), told=told, ticket=ticket)




def _by_address(asked: Asked, member: Member) -> Found:
    """Tickets in every status, unless one is asked for, of the people whose address begins so, newest first.

    A range on the lower-cased column instead of LIKE: only that may use the index under row-level security.
    """
    start = asked.words.lower()
    people = Member.objects.filter(email__gte=start, email__lt=start + LAST_SIGN).order_by("email")[:PEOPLE]
    theirs = Participant.objects.filter(member__in=[person.pk for person in people]).values("ticket")
    tickets = tickets_visible_to(member).filter(pk__in=theirs)
    if asked.status:
        tickets = tickets.filter(status=asked.status)
    if asked.team:
        tickets = tickets.filter(team=asked.team)
    if asked.priority:
        tickets = tickets.filter(priority=asked.priority)
    told = _("Tickets in every status of people whose email address begins with “%(words)s”, newest first.")
    return Found(tickets.order_by("-id"), told=told % {"words": asked.words}, is_newest_first=True)


def _by_words(asked: Asked, member: Member) -> Found:
    """The tickets near the top of the list whose title, or whose requester's name, has all the words."""
    near = asked.tickets(member)[:WALKED].values("pk")
    tickets = Ticket.objects.filter(pk__in=near)
    for word in asked.words.split()[:8]:
        named = Participant.objects.filter(
            ticket=OuterRef("pk"), role=Participant.Role.REQUESTER, member__name__icontains=word
        )
        tickets = tickets.filter(Q(subject__icontains=word) | Exists(named))
    order = ["-id"] if asked.is_newest_first else ["attention_at", "id"]
    told = _("Searched the titles and customers’ names of the first %(count)s tickets of this list.")
    return Found(tickets.order_by(*order), told=told % {"count": f"{WALKED:,}"}, is_newest_first=asked.is_newest_first)

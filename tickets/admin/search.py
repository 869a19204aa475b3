"""Finding a ticket from the queue: by number, by a person's address, or by its words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.addresses import current_tenant
from accounts.models import Member, Team
from accounts.queries import people_named
from helpdesk.counts import LIMIT, count_text, counted
from helpdesk.errors import Refused
from helpdesk.prepared import AnyOf, Statement
from helpdesk.tokens import hash_of
from tickets.admin.asked import Asked, View
from tickets.admin.orders import PAGE, union_of
from tickets.models import Participant, Ticket
from tickets.numbers import looks_like_number, parse_number
from tickets.queries import find_ticket, tickets_visible_to
from tickets.search import LATEST, ids_with, latest_with
from tickets.sensitive import masked

COMMON = PAGE  # matches among the latest tickets that make the words common ones
PEOPLE = 50
NAMED = 500
LAST_SIGN = "\U0010ffff"
KEPT = 60 * 60  # seconds; who comes back to the list later is searched for anew


@dataclass(frozen=True)
class Found:
    """What a search came to: one ticket, or a list in parts (see `Asked.parts`).

    `told` says what was searched, `nothing` what is shown when the list is empty, `error` what is wrong with the words.
    `looked_at` are the parts through which such a list is looked that no index finds (see `Asked.is_looked_through`).
    `keys` are the ids that the words were found at; not all of them are in the list.
    """

    parts: Sequence[QuerySet[Ticket]] = ()
    told: str = ""
    nothing: str = ""
    ticket: Ticket | None = None
    error: str = ""
    looked_at: Sequence[QuerySet[Ticket]] = ()
    keys: Sequence[int] | None = None

    @property
    def tickets(self) -> QuerySet[Ticket]:
        """The whole list, in no order."""
        if len(self.parts) < 2:
            return self.parts[0] if self.parts else Ticket.objects.none()
        return Ticket.objects.filter(pk__in=union_of(self.parts))

    def count_of(self) -> QuerySet[Ticket, Any]:
        """What a capped count has to look at: no part past what the cap needs, and nothing twice."""
        if len(self.parts) < 2:
            return self.parts[0] if self.parts else Ticket.objects.none()
        first, *others = (part.order_by().values("pk")[: LIMIT + 1] for part in self.parts)
        return first.union(*others)


def search(asked: Asked, member: Member, teams: Sequence[Team]) -> Found:
    """Answers `asked.words`; `teams` are those the member sees.

    Nothing that row-level security would turn into a walk over all tickets is asked.
    """
    words = asked.words
    if not words:
        looked_at = asked.plain.parts(member, teams) if asked.is_looked_through else ()
        return Found(asked.parts(member, teams), looked_at=looked_at)
    if looks_like_number(words, current_tenant().prefix):
        found = _by_number(asked, member)
        if found:
            return found
    if "@" in words:
        return _by_address(asked, member)
    return _latest_by_words(asked, member) or _by_words(asked, member)


def keep_found(asked: Asked, member: Member, found: Found) -> None:
    """Remembers for KEPT seconds what the member's search for words came to, for `found_before`."""
    if found.keys is not None:
        cache.set(_key(asked, member), found.keys, KEPT)


def found_before(asked: Asked, member: Member, teams: Sequence[Team]) -> Found:
    """The list as `search` tells it, by what the member was shown for the same words: who opens one ticket after another
    goes through what was found, and nothing is searched. Searched anew where nobody remembers it.
    """
    keys = cache.get(_key(asked, member)) if asked.words else None
    return search(asked, member, teams) if keys is None else Found([_with_keys(asked, member, keys)])


def _key(asked: Asked, member: Member) -> str:
    return f"found:{member.pk}:{hash_of(f'{get_language()} {asked.query()}')}"


def _with_keys(asked: Asked, member: Member, keys: Sequence[int]) -> QuerySet[Ticket]:
    return asked.tickets(member).filter(AnyOf("pk", [*keys]))


def _by_number(asked: Asked, member: Member) -> Found | None:
    """The ticket of that number; None for another kind of code, such as a device's name."""
    prefix = current_tenant().prefix
    try:
        number = parse_number(asked.words, prefix)
    except Refused as refusal:
        own = asked.words[:1].isdigit() or asked.words.upper().startswith(prefix)
        return Found(nothing=str(refusal), error=str(refusal)) if own else None
    ticket = find_ticket(tickets_visible_to(member), number, prefix)
    if ticket is None and not number.startswith(f"{prefix}-"):
        return None
    nothing = _("There is no ticket %(number)s among those you may see.") % {"number": number}
    return Found(nothing=nothing, ticket=ticket)


def _by_address(asked: Asked, member: Member) -> Found:
    """Tickets of the people whose address begins so, spam among all of them, in every status unless one is asked for.

    A range on the lower-cased column instead of LIKE: only that may use the index under row-level security.
    """
    start = asked.words.lower()
    people = Member.objects.filter(email__gte=start, email__lt=start + LAST_SIGN).order_by("email")[:PEOPLE]
    theirs = Participant.objects.filter(member__in=[person.pk for person in people]).values("ticket")
    everything = asked.narrowed(tickets_visible_to(member), member)
    listed = everything if asked.view == View.OPEN else asked.tickets(member)
    tickets = listed.filter(pk__in=theirs)
    told = _("Tickets of people whose email address begins with “%(words)s”.")
    nothing = _("No ticket you may see is from somebody whose email address begins with “%(words)s”.")
    shown = {"words": asked.words}
    return Found([tickets], told=told % shown, nothing=nothing % shown)


def _latest_by_words(asked: Asked, member: Member) -> Found | None:
    """The tickets of the list among the tenant's latest, with all the words in title and talk, or in internal notes.
    None when those are no COMMON words, and all can be searched. One statement.
    """
    seen = latest_with(asked.tickets(member), asked.words, _locales()).order_by().values_list("pk", flat=True)
    latest = list(seen)
    if len(latest) < COMMON:
        return None
    told = _("This is a common word: searched the latest %(count)s tickets. Add a word to search all.")
    told %= {"count": count_text(LATEST)}
    return Found([_with_keys(asked, member, latest)], told=told, keys=latest)


def _by_words(asked: Asked, member: Member) -> Found:
    """The tickets of the list, in every status unless one is asked for, with all the words in title and talk, in
    internal notes, or in title and requester's name. One statement, and that of `_found_by_secrets`.
    """
    words = asked.words.split()[:8]
    found, named = counted(ids_with(asked.words, _locales()), _titles_by_name(words))
    titles = {key: title for key, title in json.loads(named or "[]") if key not in found}
    found = {*found, *titles.keys() - _found_by_secrets(titles, words)}
    nothing = _(
        "Nothing matches “%(words)s” in titles, answers, internal notes and customers’ names. Check the spelling."
    )
    return Found(
        [_with_keys(asked, member, [*found])],
        keys=[*found],
        told=_("Searched the titles, answers, internal notes and customers’ names."),
        nothing=nothing % {"words": asked.words},
    )


def _titles_by_name(words: Sequence[str]) -> Statement:
    """For `counted`: the tickets in whose title or requester's name each of the words stands, one of them at least in the
    name, each with its title as JSON: among the latest NAMED of PEOPLE for each word.

    What is hidden in a title is not searched (see `_found_by_secrets`).
    """
    people = people_named(words, limit=PEOPLE)
    if people is None:
        return "NULL", []
    asked_by = Participant.objects.filter(AnyOf("member", people), role=Participant.Role.REQUESTER)
    theirs = Participant.objects.filter(pk__in=asked_by.order_by("-ticket").values("pk")[:NAMED])
    for word in words:
        theirs = theirs.filter(Q(ticket__subject__icontains=word) | Q(member__name__icontains=word))
    named = theirs.values_list("ticket", "ticket__subject")
    sql, params = named.query.sql_with_params()
    return f"(SELECT json_agg(json_build_array(n.pk, n.title))::text FROM ({sql}) AS n (pk, title))", params


def _locales() -> list[str]:
    """The languages the words may be in."""
    return [get_language() or "", current_tenant().locale]


def _found_by_secrets(titles: dict[int, str], words: Sequence[str]) -> set[int]:
    """Those of the tickets, by id with their titles, that have one of the words only where their title is hidden: who may
    not read a card number may not try it out either.

    One statement, and only if something is hidden in a title.
    """
    hidden = {key: shown for key, title in titles.items() if (shown := masked(title)) != title}
    if not hidden:
        return set()
    named = Participant.objects.filter(ticket__in=hidden, role=Participant.Role.REQUESTER)
    seen = {
        key: f"{hidden[key]}\n{name}".upper() for key, name in named.values_list("ticket", "member__name")
    }
    return {key for key in hidden if not all(word.upper() in seen.get(key, "") for word in words)}

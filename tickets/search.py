"""Tickets by their words: a member's own, or for the desk those of the tenant with its notes."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import Member
from helpdesk.search.sql import asked
from tickets.models import Ticket

FOUND = 1000  # matches that are looked at; who gets as many adds a word


def own_tickets_with(
    tickets: QuerySet[Ticket], member: Member, text: str, locales: Iterable[str]
) -> QuerySet[Ticket]:
    """Those of the member's `tickets` with all the words of `text` in their title or in what was said openly.

    `locales` are the languages the words may be in. None without words. FOUND at most.
    """
    words, prefixes, stemmers = asked(text, locales)
    if not words:
        return tickets.none()
    sql = "SELECT ticket_id FROM door.own_tickets_with(%s::bigint, %s::text[], %s::boolean[], %s::text[], %s)"
    return tickets.filter(pk__in=RawSQL(sql, [member.pk, words, prefixes, stemmers, FOUND]))  # noqa: S611  (the text is an argument)


def desk_tickets_with(tickets: QuerySet[Ticket], text: str, locales: Iterable[str]) -> QuerySet[Ticket]:
    """Those of `tickets` that `has_words` names. For the desk only."""
    return tickets.filter(has_words(text, locales))


def has_words(text: str, locales: Iterable[str]) -> Q:
    """The condition of a ticket with all the words in its title and talk, or all of them in its internal notes.

    For the desk only, and for no more than one sees anyway: it looks at all of the tenant. Of very common words it
    finds FOUND tickets and those among the latest.
    """
    words, prefixes, stemmers = asked(text, locales)
    if not words:
        return Q(pk__in=[])
    sql = "SELECT ticket_id FROM door.tickets_with(%s::text[], %s::boolean[], %s::text[], %s)"
    return Q(pk__in=RawSQL(sql, [words, prefixes, stemmers, FOUND]))  # noqa: S611  (the text is an argument)

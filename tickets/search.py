"""Tickets by their words: a member's own, or for the desk those of the tenant with its notes."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet
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
    """Those of `tickets` with the `ids_with` these words. For the desk only."""
    return tickets.filter(pk__in=ids_with(text, locales))


def ids_with(text: str, locales: Iterable[str]) -> list[int]:
    """The tickets with all the words in their title and talk, or all of them in their internal notes. One statement.

    For the desk only, and to be narrowed to what one may see: it looks at all of the tenant. Of very common words it
    finds FOUND tickets and those among the latest. Asked at once, because as a part of a larger statement the planner
    would walk a list to its end for a word that is rare.
    """
    words, prefixes, stemmers = asked(text, locales)
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ticket_id FROM door.tickets_with(%s::text[], %s::boolean[], %s::text[], %s)",
            [words, prefixes, stemmers, FOUND],
        )
        return [ticket_id for (ticket_id,) in cursor.fetchall()]

"""Tickets by their words: a member's own, or for the desk those of the tenant with its notes."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import Member
from helpdesk.prepared import AnyOf
from helpdesk.search.sql import asked, question
from helpdesk.tenancy import current_tenant_id
from tickets.models import Ticket, TicketWords

FOUND = 1000  # matches that are looked at; who gets as many adds a word
LATEST = 1000  # tickets that are looked through before any index is asked


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
    return tickets.filter(AnyOf("pk", ids_with(text, locales)))


def latest_ids_with(text: str, locales: Iterable[str]) -> list[int]:
    """As `ids_with`, but only of the tenant's LATEST tickets, which are read one by one: enough for a common word, of
    which an index has to find every match before it tells one. One statement, of the same cost at any size.
    """
    words, prefixes, stemmers = asked(text, locales)
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [words, prefixes, stemmers, current_tenant_id(), LATEST])
        return [ticket_id for (ticket_id,) in cursor.fetchall()]


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


_LATEST = f"""
  WITH given AS MATERIALIZED (SELECT %s::text[] AS words, %s::boolean[] AS prefixes, %s::text[] AS stemmers),
    asked AS MATERIALIZED (SELECT {question("words", "prefixes", "stemmers")} AS q FROM given),
    latest AS MATERIALIZED (
      SELECT w.ticket_id, w.public, w.internal FROM {TicketWords._meta.db_table} w
      WHERE w.tenant_id = %s ORDER BY w.ticket_id DESC LIMIT %s
    )
  SELECT l.ticket_id FROM latest l
  WHERE l.public @@ (SELECT q FROM asked) OR l.internal @@ (SELECT q FROM asked)
"""

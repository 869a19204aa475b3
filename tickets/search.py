"""Tickets by their words: a member's own, or for the desk those of the tenant with its notes."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import Member
from helpdesk.counts import counted
from helpdesk.prepared import AnyOf, Statement
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
    return tickets.filter(AnyOf("pk", counted(ids_with(text, locales))[0]))


def latest_with(tickets: QuerySet[Ticket], text: str, locales: Iterable[str]) -> QuerySet[Ticket]:
    """Those of `tickets` with the words of `ids_with` that are among the tenant's LATEST, which are read one by one: enough
    for a common word, of which an index has to find every match before it tells one. The same cost at any size.
    """
    words, prefixes, stemmers = asked(text, locales)
    if not words:
        return tickets.none()
    params = [words, prefixes, stemmers, current_tenant_id(), LATEST]
    return tickets.filter(AnyOf("pk", RawSQL(f"ARRAY({_LATEST})", params)))  # noqa: S611  (the text is an argument)


def ids_with(text: str, locales: Iterable[str]) -> Statement:
    """For `counted`: the tickets with all the words in their title and talk, or all of them in their internal notes.

    For the desk only, and to be narrowed to what one may see: it looks at all of the tenant. Of very common words it
    finds FOUND tickets and those among the latest. Asked by itself, because as a condition of a list the planner would
    walk that list to its end for a word that is rare.
    """
    words, prefixes, stemmers = asked(text, locales)
    if not words:
        return "ARRAY[]::bigint[]", []
    sql = "ARRAY(SELECT ticket_id FROM door.tickets_with(%s::text[], %s::boolean[], %s::text[], %s))"
    return sql, [words, prefixes, stemmers, FOUND]


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

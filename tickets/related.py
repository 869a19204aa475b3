"""Named reads of tickets that belong together: linked by the desk, or alike in words. For the desk only."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from accounts.models import Member
from helpdesk.search.analysis import stemmers_of, words_of
from tickets.models import Ticket, TicketLink
from tickets.queries import tickets_visible_to
from tickets.sensitive import masked

MOST_SIMILAR = 5
ASKED_WORDS = 3  # of the title, the longest: they tell most
SHORTEST = 4  # letters; shorter words tell nothing
MATCHES = 200  # the best, before it is asked which of them one may see
_TOGETHER = """
    SELECT f.ticket_id FROM unnest(%s::text[], %s::text[]) AS pair(one, two),
      LATERAL door.tickets_with(ARRAY[one, two], ARRAY[false, false], %s::text[], %s) f
    WHERE f.ticket_id <> %s GROUP BY f.ticket_id ORDER BY count(*) DESC, f.ticket_id DESC LIMIT %s
"""
FOUND = 1000  # matches of one pair that are looked at


def linked_tickets(ticket: Ticket, member: Member) -> QuerySet[TicketLink]:
    """The links of the ticket to others that the member may see, the latest first, each with its other ticket."""
    seen = TicketLink.objects.filter(ticket=ticket, other__in=tickets_visible_to(member))
    return seen.select_related("other").order_by("-pk")


def with_links(tickets: QuerySet[Ticket], seen: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """`tickets`, each with `links_shown`: a list of `{"id", "number", "reason"}` of those linked with it that are among
    `seen`. No statement of its own."""
    found = TicketLink.objects.filter(ticket=OuterRef("pk"), other__in=seen).order_by("-pk")
    line = JSONObject(id="other_id", number="other__number", reason="reason")
    return tickets.annotate(links_shown=ArraySubquery(found.values(link_json=line)))


def similar_tickets(ticket: Ticket, member: Member, *, besides: Collection[int] = ()) -> list[Ticket]:
    """Other tickets that the member may see and that speak of two of the title's most telling words; of a shorter title,
    of its one word. Best first, MOST_SIMILAR at most. Two statements, whatever the size of the tenant."""
    words = telling_words(masked(ticket.subject))
    if not words:
        return []
    pairs = list(combinations(words, 2)) or [(words[0], words[0])]
    ones, twos = zip(*pairs, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _TOGETHER,
            [list(ones), list(twos), stemmers_of([ticket.locale]), FOUND, ticket.pk, MATCHES],
        )
        order = {ticket_id: place for place, (ticket_id,) in enumerate(cursor.fetchall())}
    seen = tickets_visible_to(member).filter(pk__in=order.keys() - set(besides), is_spam=False)
    found = seen.filter(merged_into=None).defer("fields", "metadata")
    return sorted(found, key=lambda one: order[one.pk])[:MOST_SIMILAR]


def telling_words(title: str) -> list[str]:
    """The longest words of a title, ASKED_WORDS at most: a cheap guess at the rarest. Numbers tell as well as words."""
    words = [word for word in words_of(title) if len(word) >= SHORTEST or word.isdecimal()]
    return sorted(words, key=len, reverse=True)[:ASKED_WORDS]

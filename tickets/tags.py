"""Named reads of tags and of answers, for the desk's pages and filters."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from helpdesk.search.analysis import fold
from tickets.models import Tag, Ticket, TicketAnswer, TicketTag
from tickets.models.answer import FOUND_LENGTH

OFFERED = 10
LAST_SIGN = "\U0010ffff"


def with_tags(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """`tickets`, each with `tags_shown`: a list of `{"id", "name"}` by name. No statement of its own."""
    links = TicketTag.objects.filter(ticket=OuterRef("pk")).order_by("tag__folded")
    return tickets.annotate(
        tags_shown=ArraySubquery(links.values(tag_json=JSONObject(id="tag_id", name="tag__name")))
    )


def tags_of(ticket: Ticket) -> list[Tag]:
    """The tags of one ticket, by name."""
    return list(Tag.objects.filter(ticket_links__ticket=ticket))


def tag_called(name: str) -> Tag | None:
    """The tag of that name, whatever its case and accents."""
    return Tag.objects.filter(folded=fold(" ".join(name.split()))).first()


def tags_beginning(words: str) -> list[Tag]:
    """The first OFFERED of the tenant's tags whose names begin so, whatever case and accents; all of them for nothing."""
    start = fold(" ".join(words.replace("\0", "").split()).lstrip("#"))
    # A range instead of LIKE: only that may use the index under row-level security.
    return list(Tag.objects.filter(folded__gte=start, folded__lt=start + LAST_SIGN)[:OFFERED])


def tagged(tickets: QuerySet[Ticket], tag: Tag) -> QuerySet[Ticket]:
    """Those of `tickets` that have the tag."""
    return tickets.filter(pk__in=TicketTag.objects.filter(tag=tag).values("ticket"))


def answered(tickets: QuerySet[Ticket], key: str, value: str) -> QuerySet[Ticket]:
    """Those of `tickets` whose answer under `key` is `value`, whatever case and accents."""
    found = TicketAnswer.objects.filter(key=key, value=fold(value)[:FOUND_LENGTH])
    return tickets.filter(pk__in=found.values("ticket"))

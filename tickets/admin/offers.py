"""What the composer offers while somebody writes: tickets behind "#", articles behind "[[".

Both put in what its reader may have: the bare number of a ticket, never its title, and in a reply only articles that the
customer may open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language

from accounts.addresses import absolute_url
from accounts.factors import person_of
from accounts.models import Member
from helpcenter.addresses import article_url
from helpcenter.models import Translation
from helpcenter.queries import help_settings, reading_order
from helpcenter.rules import reach_of
from helpcenter.search import CLOSE_TO_BEST, search_articles
from helpdesk.prepared import AnyOf
from helpdesk.typed_text import clean_line
from tickets.admin.articles import asker_of, language_of, reach_of_asker, words_of
from tickets.admin.asked import Asked
from tickets.admin.panel import teams_of_desk
from tickets.admin.search import search
from tickets.models import Message, Participant, Ticket
from tickets.queries import tickets_visible_to
from tickets.related import linked_tickets
from tickets.sensitive import masked

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

OFFERED = 6
NEAR = 20  # tickets of the same customer, and linked ones, that are looked at
LENGTH = 80
DIGITS = 3  # of the beginning of a number: a shorter one may be any
MARKS = re.compile(r"([\\`*_\[\]<>])")


def offers_answer(door: TicketAdmin, request: HttpRequest, ticket_id: int) -> JsonResponse:
    """`{"rows": [{"label", "hint", "text"}]}` for `?for=tickets` or `articles`, what was typed (`q`) and the `kind` of
    message that it is for; `text` is what is put in."""
    ticket, member = door.ticket_of(request, ticket_id), person_of(request)
    typed = " ".join(clean_line(request.GET.get("q", "")[:LENGTH]).split())
    if request.GET.get("for") == "articles":
        is_public = request.GET.get("kind") != Message.Kind.INTERNAL
        return JsonResponse({"rows": _articles(ticket, member, typed, is_public=is_public)})
    return JsonResponse({"rows": [_row(one) for one in _tickets(request, ticket, member, typed)]})


def _row(ticket: Ticket) -> dict[str, str]:
    label = f"{ticket.number} {masked(ticket.subject)}"
    return {"label": label, "hint": str(ticket.get_status_display()), "text": ticket.number}


def _tickets(request: HttpRequest, ticket: Ticket, member: Member, typed: str) -> list[Ticket]:
    """Those of `typed` that the member may see, but this one: linked ones and the same customer's first.

    Digits alone are the beginning of a number, and no words: they may as well be the customer's own order.
    """
    near = [one for one in _near(ticket, member) if _fits(one, typed)]
    others: Iterable[Ticket] = ()
    if typed and not (typed.isdecimal() and len(typed) < DIGITS):
        found = search(Asked(words=typed), member, teams_of_desk(request))
        if found.ticket:
            others = [found.ticket]
        elif not typed.isdecimal():
            listed = found.tickets.filter(merged_into=None).defer("fields", "metadata")
            others = listed.order_by("-id")[: OFFERED + 1]
    return list({one.pk: one for one in [*near, *others] if one.pk != ticket.pk}.values())[:OFFERED]


def _near(ticket: Ticket, member: Member) -> list[Ticket]:
    """Two statements."""
    asked_by = Participant.objects.filter(ticket=ticket, role=Participant.Role.REQUESTER).values("member")
    theirs = Participant.objects.filter(member__in=asked_by, role=Participant.Role.REQUESTER)
    latest = ArraySubquery(theirs.order_by("-ticket").values("ticket")[:NEAR])
    same = tickets_visible_to(member).filter(AnyOf("pk", latest), merged_into=None, is_spam=False)
    linked = [link.other for link in linked_tickets(ticket, member)[:NEAR]]
    return [*linked, *same.defer("fields", "metadata").order_by("-id")]


def _fits(ticket: Ticket, typed: str) -> bool:
    """Whether the number or its digits begin so, or each word begins a word of the title."""
    number, words = ticket.number.casefold(), typed.casefold().split()
    if typed.isdecimal():
        return len(typed) >= DIGITS and number.rpartition("-")[2].startswith(typed)
    title = re.findall(r"\w+", masked(ticket.subject).casefold())
    return number.startswith("".join(words)) or all(
        any(one.startswith(word) for one in title) for word in words
    )


def _articles(ticket: Ticket, member: Member, typed: str, *, is_public: bool) -> list[dict[str, str]]:
    """The published articles that answer `typed`, or fit the ticket: for a reply in the language of the customer and such
    as they may read, for a note in the member's own."""
    settings = help_settings()
    if is_public:
        asker = asker_of(ticket)
        language, reach = language_of(asker), reach_of_asker(asker)
    else:
        language, reach = get_language() or settings.default_locale, reach_of(member)
    order = reading_order(language, settings)
    hits = search_articles(typed or words_of(ticket), locales=order, reach=reach, limit=OFFERED)
    if not typed:  # nobody asked for these: only what comes close
        hits = [hit for hit in hits if hit.score >= hits[0].score * CLOSE_TO_BEST]
    return [{"label": hit.translation.title, "hint": "", "text": link_to(hit.translation)} for hit in hits]


def link_to(text: Translation) -> str:
    """The title as a link of Markdown; no sign of it is a mark."""
    title = MARKS.sub(r"\\\1", text.title)
    return f"[{title}]({absolute_url(article_url(text))})"

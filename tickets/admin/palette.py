"""What the palette finds beside what its page knows: tickets by number, person or words, and articles."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language

from accounts.factors import person_of
from accounts.models import Member
from helpcenter.addresses import article_url
from helpcenter.queries import help_settings, reading_order
from helpcenter.rules import reach_of
from helpcenter.search import search_articles
from helpdesk.typed_text import clean_line
from tickets.admin.asked import Asked
from tickets.admin.panel import teams_of_desk
from tickets.admin.search import search
from tickets.admin.workspace import url_of
from tickets.models import Ticket
from tickets.sensitive import masked

TICKETS, ARTICLES = 6, 4
LENGTH = 100


def palette(request: HttpRequest) -> JsonResponse:
    """`{"tickets": […], "articles": […]}`, each `{"label", "hint", "url"}`, for `?q=`; nothing below two characters."""
    words = " ".join(clean_line(request.GET.get("q", "")[:LENGTH]).split())
    if len(words) < 2:
        return JsonResponse({"tickets": [], "articles": []})
    member = person_of(request)
    return JsonResponse({"tickets": _tickets(request, words, member), "articles": _articles(words, member)})


def _tickets(request: HttpRequest, words: str, member: Member) -> list[dict[str, str]]:
    found = search(Asked(words=words), member, teams_of_desk(request))
    listed = found.tickets.defer("fields", "metadata").order_by("-id")
    tickets = [found.ticket] if found.ticket else list(listed[:TICKETS])
    return [_ticket(ticket) for ticket in tickets]


def _ticket(ticket: Ticket) -> dict[str, str]:
    label = f"{ticket.number} {masked(ticket.subject)}"
    return {"label": label, "hint": str(ticket.get_status_display()), "url": url_of(ticket.pk, "")}


def _articles(words: str, member: Member) -> list[dict[str, str]]:
    settings = help_settings()
    order = reading_order(get_language() or settings.default_locale, settings)
    hits = search_articles(words, locales=order, reach=reach_of(member), limit=ARTICLES)
    return [{"label": hit.translation.title, "hint": "", "url": article_url(hit.translation)} for hit in hits]

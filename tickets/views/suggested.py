"""Articles that may answer a request before it is sent: never between a person and the form."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from helpcenter.queries import help_settings, reading_order
from helpcenter.rules import readable_up_to
from helpcenter.search import search_articles
from helpcenter.views.articles import links_to
from helpcenter.views.root import reading_locale
from helpdesk.tokens import hash_of
from helpdesk.typed_text import clean_line
from tickets.queries import active_categories
from tickets.views.answers import personal
from tickets.views.topics import Topic, topic_at

SHOWN = 3
CLOSE_TO_BEST = 0.2  # what answers much worse than the best only takes time to read
LIFETIME = 600  # seconds


@login_not_required
@require_safe
@personal
def suggested_articles(request: HttpRequest) -> HttpResponse:
    """The part of the form that changes while the title (`subject`) is typed; `topic` is the form's address."""
    path = request.GET.get("topic", "").removeprefix(reverse("contact")).strip("/")
    topic = topic_at(active_categories(), path) or Topic((), reverse("contact"))
    found = articles_for(request, topic, clean_line(request.GET.get("subject", "")))
    return render(request, "portal/_suggested.html", {"suggested": found})


def articles_for(request: HttpRequest, topic: Topic, title: str) -> list[dict[str, Any]]:
    """The best articles for a topic and a title, SHOWN at most, as `helpcenter/_links.html` shows them.

    Only what this person may read. Asked once in ten minutes for the same words, and anew when an article changes.
    """
    settings = help_settings()
    asked = " ".join([category.name for category in topic.trail] + [title]).strip()
    if not (settings.version and asked):
        return []
    locale, up_to = reading_locale(request), readable_up_to(request.user)
    key = f"suggested:{settings.version}:{up_to}:{locale}:{get_language()}:{hash_of(asked)}"
    found = cache.get(key)
    if found is None:
        hits = search_articles(asked, locales=reading_order(locale, settings), up_to=up_to, limit=SHOWN)
        near = [hit.translation for hit in hits if hit.score >= hits[0].score * CLOSE_TO_BEST]
        found = links_to(near, locale)
        cache.set(key, found, LIFETIME)
    return found

"""Articles that may answer a request before it is sent: never between a person and the form."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from helpcenter.actions.deflection import RETURN_DAYS, note_return, note_solved
from helpcenter.models import Translation
from helpcenter.queries import help_settings, published_texts, reading_order, texts_in
from helpcenter.rules import reach_of
from helpcenter.search import fitting_articles
from helpcenter.views.articles import links_to
from helpcenter.views.limits import within_limit
from helpcenter.views.root import reading_locale
from helpcenter.views.votes import remember, visitor_of
from helpdesk.tokens import hash_of
from helpdesk.typed_text import clean_line, key_in
from tickets.queries import active_categories
from tickets.views.answers import personal, see_other
from tickets.views.topics import Topic, topic_at
from tickets.views.uploads import member_of

SHOWN = 3
LIFETIME = 600  # seconds
SOLVED = "solved"  # the cookie of a browser that said so
SOLVED_PER_HOUR = 20  # of one network address at one tenant


@login_not_required
@require_safe
@personal
def suggested_articles(request: HttpRequest) -> HttpResponse:
    """The part of the form that changes while the title (`subject`) is typed; `topic` is the form's address."""
    path = request.GET.get("topic", "").removeprefix(reverse("contact")).strip("/")
    topic = topic_at(active_categories(), path) or Topic((), reverse("contact"))
    found = articles_for(request, topic, clean_line(request.GET.get("subject", "")))
    return render(request, "portal/_suggested.html", {"suggested": found, "topic": topic})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@personal
def article_solved(request: HttpRequest) -> HttpResponse:
    """“It did”: the posted `article` made the request needless. Nothing is sent, and the page says so.

    `back` is the form's address, for whom it did not help after all.
    """
    back = request.POST.get("back", "") or request.GET.get("back", "")
    topic = topic_at(active_categories(), back.removeprefix(reverse("contact")).strip("/"))
    back = topic.url if topic else reverse("contact")
    if request.method != "POST":
        return render(request, "portal/solved.html", {"back": back})
    text = _named(request)
    response = see_other(f"{reverse('article_solved')}?{urlencode({'back': back})}")
    if within_limit(request, "solved", an_hour=SOLVED_PER_HOUR):
        visitor, member = visitor_of(request), member_of(request)
        note_solved(text, visitor=visitor, member=member, now=timezone.now())
        remember(response, "voter", visitor)
        remember(response, SOLVED, "1", seconds=RETURN_DAYS * 86_400)
    return response


def tell_return(request: HttpRequest) -> None:
    """After a request was sent: an article did not solve it after all, where this browser said so lately."""
    if SOLVED in request.COOKIES:
        note_return(visitor=visitor_of(request), now=timezone.now())


def _named(request: HttpRequest) -> Translation:
    """The article that was posted, in the reader's language where it has one; 404 when they may not read it."""
    key = request.POST.get("article", "")
    texts = published_texts(reach_of(request.user))
    found = texts_in(texts.filter(article=key_in(key)), _order(request)) if key else []
    if not found:
        raise Http404
    return found[0]


def _order(request: HttpRequest) -> list[str]:
    return reading_order(reading_locale(request), help_settings())


def articles_for(request: HttpRequest, topic: Topic, title: str) -> list[dict[str, Any]]:
    """The best articles for a topic and a title, SHOWN at most, as `helpcenter/_links.html` shows them; none for feedback.

    Only what this person may read. Asked once in ten minutes for the same words, and anew when an article changes.
    """
    asked = _asked(topic, title)
    if not asked:
        return []
    key = _key(request, asked)
    found = cache.get(key)
    if found is None:
        locale = reading_locale(request)
        order, reach = reading_order(locale, help_settings()), reach_of(request.user)
        found = links_to(fitting_articles(asked, locales=order, reach=reach, limit=SHOWN), locale)
        cache.set(key, found, LIFETIME)
    return found


def articles_seen(request: HttpRequest, topic: Topic, title: str) -> dict[str, Any]:
    """The same, where they were looked for while the title was typed (`suggested`); else the address of a search for it
    (`search_url`): whoever typed without script looks for them by a press, and nobody waits for what they saw before.
    """
    asked = _asked(topic, title)
    if not asked:
        return {}
    found = cache.get(_key(request, asked))
    if found is not None:
        return {"suggested": found}
    return {
        "search_url": f"{reverse('help_search', args=[reading_locale(request)])}?{urlencode({'q': title})}"
    }


def _asked(topic: Topic, title: str) -> str:
    """What articles are looked for by; empty where none are, as for feedback."""
    if topic.takes_feedback or not help_settings().version:
        return ""
    return " ".join([category.name for category in topic.trail] + [title]).strip()


def _key(request: HttpRequest, asked: str) -> str:
    locale, reach = reading_locale(request), reach_of(request.user)
    place = f"{help_settings().version}:{reach.up_to}:{reach.audience}:{locale}:{get_language()}"
    return f"suggested:{place}:{hash_of(asked)}"

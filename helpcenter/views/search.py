"""Searching, as a page and as JSON."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from helpcenter.actions.misses import note_miss
from helpcenter.addresses import article_url
from helpcenter.queries import Shelf, help_settings, popular_texts, reading_order
from helpcenter.rules import EVERYBODY
from helpcenter.search import QUERY_LIMIT, Hit, search_articles
from helpcenter.views.articles import links_to
from helpcenter.views.limits import within_limit
from helpcenter.views.reading import Reader, in_language, kept
from helpcenter.views.root import reading_locale
from helpdesk.locales import direction_of, known_locale, told_name_of
from helpdesk.typed_text import clean_line

PAGE_SIZE = 20
FOUND_LIMIT = 80
API_LIMIT = 50
API_DEFAULT = 10
MISSES_PER_HOUR = 60  # of one network address at one tenant


@login_not_required
@require_safe
@in_language
@kept
def search_page(reader: Reader) -> HttpResponse:
    """The articles that answer `q`, 20 a page, narrowed to a section by `section`; what finds nothing is counted."""
    request = reader.request
    typed = clean_line(request.GET.get("q", ""))
    asked = typed[:QUERY_LIMIT]
    hits = (
        search_articles(asked, locales=reader.order, reach=reader.reach, limit=FOUND_LIMIT) if asked else []
    )
    if asked and not hits and within_limit(request, "misses", an_hour=MISSES_PER_HOUR):
        note_miss(asked, locale=reader.locale, now=timezone.now())
    roots = {shelf.section.pk: root for root in reader.shelves for shelf in _all(root)}
    chosen = request.GET.get("section", "")
    shown = [hit for hit in hits if not chosen or _root_id(hit, roots) == chosen]
    number = _page_number(request, len(shown))
    part = shown[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    page: dict[str, Any] = {
        "asked": asked,
        "is_cut": len(typed) > QUERY_LIMIT,
        "total": len(shown),
        "is_full": len(hits) >= FOUND_LIMIT,
        "results": [_result(hit, reader, roots) for hit in part],
        "chips": _chips(hits, roots, chosen, asked),
        "popular": [] if hits else links_to(popular_texts(reader.order, reader.reach), reader.locale),
        "contact_url": f"/contact/?{urlencode({'title': asked})}" if asked else "/contact/",
    }
    page |= _pager(number, len(shown), {"q": asked} | ({"section": chosen} if chosen else {}))
    context = reader.context(base=f"search/?{urlencode({'q': asked})}" if asked else "search/")
    return render(request, "helpcenter/search.html", context | page)


@login_not_required
@require_safe
def search_api(request: HttpRequest) -> HttpResponse:
    """`?q=&locale=&limit=` → `{"results": [{"id", "source_id", "title", "url", "locale", "snippet"}]}`, best first.

    Public: what a visitor without account may read. An unknown language is the tenant's own, a limit stays within 1 and
    50. `snippet` is plain text.
    """
    settings = help_settings()
    locale = known_locale(request.GET.get("locale", "")) or reading_locale(request)
    asked = clean_line(request.GET.get("q", ""))[:QUERY_LIMIT]
    limit = _number(request.GET.get("limit", ""), API_DEFAULT, API_LIMIT)
    order = reading_order(locale, settings)
    hits = search_articles(asked, locales=order, reach=EVERYBODY, limit=limit) if asked else []
    results = [
        {
            "id": hit.translation.article_id,
            "source_id": hit.translation.article.source_id or None,
            "title": hit.translation.title,
            "url": article_url(hit.translation, locale),
            "locale": hit.translation.locale,
            "snippet": "".join(piece.text for piece in hit.snippet),
        }
        for hit in hits
    ]
    response = JsonResponse({"results": results})
    response.headers["Cache-Control"] = "no-cache"
    return response


def _result(hit: Hit, reader: Reader, roots: dict[int, Shelf]) -> dict[str, Any]:
    text = hit.translation
    root = roots.get(text.article.section_id)
    return {
        "url": article_url(text, reader.locale),
        "title": hit.title,
        "snippet": hit.snippet,
        "section": root.name if root else "",
        "lang": "" if text.locale == reader.locale else text.locale,
        "dir": direction_of(text.locale),
        "language": told_name_of(text.locale),
    }


def _all(shelf: Shelf) -> list[Shelf]:
    return [shelf, *(below for child in shelf.below for below in _all(child))]


def _root_id(hit: Hit, roots: dict[int, Shelf]) -> str:
    root = roots.get(hit.translation.article.section_id)
    return str(root.section.pk) if root else ""


def _chips(hits: list[Hit], roots: dict[int, Shelf], chosen: str, asked: str) -> list[dict[str, Any]]:
    """The sections that the hits stand in, as links that narrow them; none where all stand in one."""
    counts: dict[str, int] = {}
    for hit in hits:
        counts[_root_id(hit, roots)] = counts.get(_root_id(hit, roots), 0) + 1
    names = {str(root.section.pk): root.name for root in roots.values()}
    found = [(key, count) for key, count in counts.items() if key in names]
    if len(found) < 2:
        return []
    return [
        {
            "label": names[key],
            "count": count,
            "is_chosen": key == chosen,
            "url": "?" + urlencode({"q": asked} | ({} if key == chosen else {"section": key})),
        }
        for key, count in sorted(found, key=lambda pair: -pair[1])
    ]


def _page_number(request: HttpRequest, total: int) -> int:
    return _number(request.GET.get("page", ""), 1, max(1, -(-total // PAGE_SIZE)))


def _pager(number: int, total: int, asked: dict[str, str]) -> dict[str, Any]:
    """The facts of `partials/pager.html`; nothing for a single page."""
    last_page = -(-total // PAGE_SIZE)
    if last_page < 2:
        return {"has_pages": False}
    link = lambda page: "?" + urlencode(asked | {"page": page})  # noqa: E731
    return {
        "has_pages": True,
        "first": (number - 1) * PAGE_SIZE + 1,
        "last": min(number * PAGE_SIZE, total),
        "newer_url": link(number - 1) if number > 1 else "",
        "older_url": link(number + 1) if number < last_page else "",
    }


def _number(typed: str, default: int, highest: int) -> int:
    """The number that was typed, within 1 and `highest`; anything else is the default."""
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > 6:
        return default
    return max(1, min(int(typed), highest))

"""`/api/v1/articles/`: articles as JSON, for whoever may read them; `helpcenter/api/sending.py` takes them in.

Answers depend on who asks, as the pages do, so no shared cache keeps one; a program may keep its own by its mark.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils import translation
from django.utils.http import urlencode

from accounts.addresses import absolute_url
from accounts.queries import senders
from helpcenter.addresses import article_url
from helpcenter.api.sending import send_article, send_new_article
from helpcenter.exporting import LINK_ID, PICTURE_ID, row_of
from helpcenter.models import Article, SectionTranslation, Translation
from helpcenter.named import articles_named, key_of_picture, name_of_article
from helpcenter.queries import (
    Asked,
    help_settings,
    listed_articles,
    published_texts,
    section_names,
    sections_below,
)
from helpcenter.rules import Reach, reach_of
from helpdesk.errors import Refused
from helpdesk.locales import known_locale
from helpdesk.problems import problem
from helpdesk.typed_text import key_in

PATH = "/api/v1/articles/"
FORM = 1  # of the answers: a change of it makes kept copies old
USUAL, HIGHEST = 50, 100
FILTERS = {"locale", "section", "updated_since", "limit", "after"}
View = Callable[..., HttpResponse]


def in_english(view: View) -> View:
    """Decorates a view for programs: what it says to them is English, whoever is signed in."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override("en"):
            return view(request, *args, **kwargs)

    return answer


@login_not_required
@in_english
def articles(request: HttpRequest) -> HttpResponse:
    """GET: a page of articles, each with where its texts stand; POST: one that is sent in, see `send_new_article`."""
    if request.method == "POST":
        return send_new_article(request)
    if request.method not in {"GET", "HEAD"}:
        return _not_here(request, "GET, HEAD, POST")
    return _kept(request, lambda reach: _page(request, reach))


@login_not_required
@in_english
def article(request: HttpRequest, key: str) -> HttpResponse:
    """GET: the article with this number or source id, all its texts; PUT: its texts as sent, see `send_article`."""
    if request.method == "PUT":
        return send_article(request, key)
    if request.method not in {"GET", "HEAD"}:
        return _not_here(request, "GET, HEAD, PUT")
    return _kept(request, lambda reach: _whole(key, reach))


def _not_here(request: HttpRequest, allowed: str) -> HttpResponse:
    return problem(405, f"{request.method} does nothing here.", headers={"Allow": allowed})


def _kept(request: HttpRequest, make: Callable[[Reach], HttpResponse]) -> HttpResponse:
    """The answer, or 304 for who has it already as they may see it now."""
    reach = reach_of(request.user)
    people = [(one.pk, one.audience) for one in senders()]
    facts = (FORM, request.tenant.pk, help_settings().version, request.get_full_path(), reach, people)  # type: ignore[attr-defined]
    mark = f'W/"{hashlib.sha256(repr(facts).encode()).hexdigest()[:32]}"'
    is_same = request.headers.get("If-None-Match") == mark
    response = HttpResponseNotModified() if is_same else make(reach)
    if response.status_code in {200, 304}:
        response.headers["ETag"] = mark
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def _page(request: HttpRequest, reach: Reach) -> HttpResponse:
    try:
        asked, after, limit = _asked(request)
    except Refused as refusal:
        return problem(422, errors=[{"field": refusal.field, "detail": str(refusal)}])
    found = listed_articles(asked, reach, after=after, limit=limit + 1)
    results = [_listed(one, asked.locale) for one in found[:limit]]
    following = ""
    if len(found) > limit:
        own = {name: str(value) for name, value in request.GET.items() if name != "after"}
        following = absolute_url(f"{PATH}?{urlencode(own | {'after': str(found[limit - 1].pk)})}")
    return JsonResponse({"results": results, "next": following or None})


def _asked(request: HttpRequest) -> tuple[Asked, int, int]:
    """The filters, after which article, and how many. Raises Refused for whatever would be passed over in silence."""
    given = request.GET
    for name in given.keys() - FILTERS:
        raise Refused(f"There is no “{name[:40]}” here; there are {', '.join(sorted(FILTERS))}.", name[:40])
    section = _number(given.get("section"), "section")
    asked = Asked(
        locale=_locale(given.get("locale", "")),
        sections=None if section is None else sections_below(section),
        since=_moment(given.get("updated_since", "")),
    )
    limit = _number(given.get("limit"), "limit")
    if limit is not None and not 1 <= limit <= HIGHEST:
        raise Refused(f"“limit” is a number from 1 to {HIGHEST}.", "limit")
    return asked, _number(given.get("after"), "after") or 0, limit or USUAL


def _number(typed: str | None, name: str) -> int | None:
    if typed is None:
        return None
    if typed != "0" and not key_in(typed):
        raise Refused(f"“{name}” is no number.", name)
    return int(typed)


def _locale(typed: str) -> str:
    known = known_locale(typed) if typed else ""
    if known is None:
        raise Refused("“locale” is not a language we know.", "locale")
    return known


def _moment(typed: str) -> dt.datetime | None:
    """A moment or a day; what names no zone is UTC. A plus in an address is a blank."""
    if not typed:
        return None
    try:
        moment = dt.datetime.fromisoformat(typed.strip().replace(" ", "+"))
        return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError) as error:
        told = "“updated_since” is a moment such as 2026-05-01T12:00:00Z, or a day."
        raise Refused(told, "updated_since") from error


def _listed(found: Article, locale: str) -> dict[str, Any]:
    _section, names = section_names()[found.section_id]
    return {
        "id": found.pk,
        "source_id": name_of_article(found),
        "section_id": found.section_id,
        "section_title": _nearest(names, locale or found.source_locale),
        "texts": [
            {
                "locale": text.locale,
                "title": text.title,
                "summary": text.summary,
                "url": absolute_url(article_url(text)),
                "updated_at": text.updated_at.isoformat(timespec="seconds"),
                "is_stale": bool(text.lag),
            }
            for text in found.translations.all()
        ],
    }


def _nearest(names: Iterable[SectionTranslation], locale: str) -> str:
    by_locale = {name.locale: name.name for name in names}
    return next((by_locale[one] for one in (locale, "en", *by_locale) if one in by_locale), "")


def _whole(key: str, reach: Reach) -> HttpResponse:
    found = article_of(key)
    texts = list(published_texts(reach).filter(article=found.pk).order_by("locale")) if found else []
    if found is None or not texts:
        return problem(404)
    return JsonResponse(_document(found, texts, reach))


def article_of(key: str) -> Article | None:
    """The article with this number or source id, whoever may read it. Three statements."""
    if key.isascii() and key.isdigit():
        return Article.objects.filter(pk=key_in(key)).first()
    return articles_named([key]).get(key)


def _document(found: Article, texts: list[Translation], reach: Reach) -> dict[str, Any]:
    found.section, names = section_names()[found.section_id]
    source = next((text for text in texts if text.locale == found.source_locale), None)
    targets = _targets(texts, reach)
    pictures = dict.fromkeys(key for text in texts for key in PICTURE_ID.findall(text.body))
    return {
        "id": found.pk,
        "source_id": name_of_article(found),
        "section_id": found.section_id,
        "section_title": _nearest(names, found.source_locale),
        "texts": [
            row_of(text, found, source, names=targets) | {"url": absolute_url(article_url(text))}
            for text in texts
        ],
        "pictures": [
            {"picture": key_of_picture(key), "url": absolute_url(f"/articles/pictures/{key}/")}
            for key in pictures
        ],
    }


def _targets(texts: list[Translation], reach: Reach) -> dict[int, str]:
    """The names of the linked articles that the reader may read: a name may tell what an article is about."""
    ids = {int(link[0]) for text in texts for link in LINK_ID.findall(text.body)}
    if not ids:
        return {}
    readable = published_texts(reach).filter(article__in=ids)
    light = readable.defer("body", "html", "headings", "keywords")
    return {text.article_id: name_of_article(text.article) for text in light}

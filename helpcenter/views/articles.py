"""Sections and articles, as readers see them."""

from __future__ import annotations

import math
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from accounts.addresses import absolute_url
from helpcenter.addresses import article_url
from helpcenter.contact import contact_url
from helpcenter.markdown import clean, plain_text
from helpcenter.models import State, Translation
from helpcenter.queries import (
    audience_of,
    help_settings,
    published_texts,
    related_texts,
    texts_in,
    trail_to,
)
from helpcenter.search import search_articles
from helpcenter.views.reading import Reader, alternates, crumbs_of, in_language, kept, section_url
from helpcenter.views.root import reading_locale
from helpcenter.views.votes import said_of
from helpdesk.locales import direction_of, told_name_of
from helpdesk.templatetags.parts import when

WORDS_A_MINUTE = 200
LETTERS_A_MINUTE = 500  # of scripts without blanks between words


@login_not_required
@require_safe
@in_language
@kept
def section(reader: Reader, pk: int) -> HttpResponse:
    """The articles of a section and the sections below it; one without a name in this language still shows."""
    trail = trail_to(reader.shelves, pk)
    if not trail:
        raise Http404
    shelf = trail[-1]
    texts = texts_in(published_texts(reader.reach).filter(article__section=pk), reader.order)
    crumbs = crumbs_of(reader, trail)
    crumbs[-1]["url"] = ""
    page = {
        "shelf": shelf,
        "crumbs": crumbs,
        "articles": links_to(texts, reader.locale),
        "shelves": [{"shelf": below, "url": section_url(reader.locale, below)} for below in shelf.below],
        "contact_url": f"/contact/{shelf.section.contact_path}/"
        if shelf.section.contact_path
        else "/contact/",
    }
    return render(reader.request, "helpcenter/section.html", reader.context(base=f"sections/{pk}/") | page)


@login_not_required
@require_safe
@in_language
@kept
def article(reader: Reader, pk: int, slug: str) -> HttpResponse:
    """One article in the reader's language, else in the next one, openly. The id decides: an old title leads on."""
    texts = _texts_of(pk, reader)
    if not texts:
        return _gone(reader, pk)
    text = _nearest(texts, reader)
    if slug != text.slug:
        return HttpResponsePermanentRedirect(article_url(text, reader.locale))
    response = render(reader.request, "helpcenter/article.html", _page_of(text, texts, reader))
    response.headers["Content-Language"] = text.locale
    return response


@login_not_required
@require_safe
def article_anywhere(request: HttpRequest, pk: int, locale: str = "") -> HttpResponse:
    """Leads from an address without title to the article in the reader's language."""
    chosen = locale or reading_locale(request)
    settings = help_settings()
    reader = Reader(request, chosen, settings)
    texts = _texts_of(pk, reader)
    if not texts:
        raise Http404
    return HttpResponseRedirect(article_url(_nearest(texts, reader), chosen))


def _gone(reader: Reader, pk: int) -> HttpResponse:
    """410 with the closest articles for one that was taken down; for any other Http404."""
    taken_down = Translation.objects.filter(
        reader.reach.within("article__"), article=pk, state=State.ARCHIVED, published__isnull=False
    ).first()
    if taken_down is None:
        raise Http404
    hits = search_articles(taken_down.title, locales=reader.order, reach=reader.reach, limit=3)
    links = links_to([hit.translation for hit in hits], reader.locale)
    page = reader.context(base="") | {"articles": links}
    return render(reader.request, "helpcenter/gone.html", page, status=410)


def links_to(texts: list[Translation], locale: str) -> list[dict[str, Any]]:
    """Links to articles as `helpcenter/_links.html` shows them; texts in another language say which."""
    return [
        {
            "id": text.article_id,
            "url": article_url(text, locale),
            "title": text.title,
            "summary": text.summary,
            "lang": "" if text.locale == locale else text.locale,
            "dir": direction_of(text.locale),
            "language": told_name_of(text.locale),
        }
        for text in texts
    ]


def _texts_of(pk: int, reader: Reader) -> dict[str, Translation]:
    """What this reader may see of the article, by language."""
    texts = published_texts(reader.reach).select_related("article__section").filter(article=pk)
    return {text.locale: text for text in texts}


def _nearest(texts: dict[str, Translation], reader: Reader) -> Translation:
    source = next(iter(texts.values())).article.source_locale
    for locale in (*reader.order, source):
        if locale in texts:
            return texts[locale]
    return next(iter(texts.values()))


def _page_of(text: Translation, texts: dict[str, Translation], reader: Reader) -> dict[str, Any]:
    article = text.article
    trail = trail_to(reader.shelves, article.section_id)
    places = {locale: article_url(other) for locale, other in texts.items()}
    offered = {
        locale: places.get(locale) or article_url(text, locale) for locale in reader.settings.languages
    }
    source = texts.get(article.source_locale)
    html = clean(text.html)
    plain = plain_text(html)
    related = related_texts(article, reader.order, reader.reach)
    return (
        reader.context(offered | places)
        | {
            "article": article,
            "audience": audience_of(article) if article.audience_id else "",
            "text": text,
            "body": mark_safe(html),  # noqa: S308  (cleaned the line before last)
            "updated": when(text.updated_at, "date"),
            "source_changed": when(source.updated_at, "date") if source else "",
            "minutes": _minutes(plain, text.locale),
            "crumbs": crumbs_of(reader, trail),
            "is_fallback": text.locale != reader.locale,
            "language": told_name_of(text.locale),
            "direction_of_text": direction_of(text.locale),
            "contents": [heading for heading in text.headings if heading["level"] == 2],
            "stale_source": source if text.lag and source and source.pk != text.pk else None,
            "source_url": article_url(source) if source else "",
            "source_language": told_name_of(article.source_locale),
            "related": links_to(related, reader.locale),
            "contact_url": contact_url(
                article.contact_path or article.section.contact_path, article.pk, f"/articles/{article.pk}/"
            ),
            "canonical": absolute_url(places[text.locale]),
            "alternates": alternates(places, reader.settings.default_locale),
            "description": text.summary or plain[:160],
            "voted": said_of(reader.request, article.pk),
        }
    )


def _minutes(plain: str, locale: str) -> int:
    """Whole minutes of reading, one at least."""
    if locale.partition("-")[0] in {"ja", "zh", "th"}:
        return max(1, math.ceil(len(plain) / LETTERS_A_MINUTE))
    return max(1, math.ceil(len(plain.split()) / WORDS_A_MINUTE))

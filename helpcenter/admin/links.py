"""Finding the article that a text should lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from helpcenter.models import Translation, Visibility
from helpcenter.queries import help_settings, readers_told, reading_order
from helpcenter.rules import TEAM, may_write_articles
from helpcenter.search import QUERY_LIMIT, search_articles
from helpdesk.locales import direction_of, known_locale, told_name_of
from helpdesk.sending import is_sent_by_page

if TYPE_CHECKING:
    from helpcenter.admin.articles import TranslationAdmin

LIMIT = 10
_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\[]"})


def links_page(pages: TranslationAdmin, request: HttpRequest) -> HttpResponse:
    """The articles for `q` in the language of the text, each with the Markdown that leads to it; to the editor's script
    `{"told", "results": [{"title", "dir", "note", "markdown"}]}`.
    """
    if not may_write_articles(request.user):
        raise PermissionDenied
    asked = request.GET.get("q", "").strip()[:QUERY_LIMIT]
    locale = known_locale(request.GET.get("locale", "")) or help_settings().default_locale
    results = _results(asked, locale) if asked else []
    told = "" if results or not asked else _("Nothing matches “%(asked)s”.") % {"asked": asked}
    if is_sent_by_page(request):
        return JsonResponse({"told": told, "results": results})
    page = {
        **pages.admin_site.each_context(request),
        "title": _("Link to an article"),
        "opts": pages.opts,
        "asked": asked,
        "locale": locale,
        "results": results,
        "told": told,
    }
    return render(request, "admin/helpcenter/translation/links.html", page)


def _results(asked: str, locale: str) -> list[dict[str, Any]]:
    order = reading_order(locale, help_settings())
    hits = search_articles(asked, locales=order, reach=TEAM, limit=LIMIT)
    return [
        {
            "title": hit.translation.title,
            "dir": direction_of(hit.translation.locale),
            "note": _note(hit.translation, locale),
            "markdown": f"[{hit.translation.title.translate(_SPECIAL)}](article:{hit.translation.article_id})",
        }
        for hit in hits
    ]


def _note(text: Translation, locale: str) -> str:
    """What one should know before linking to it: that not everybody may read it, or that it is in another language."""
    if text.article.visibility != Visibility.PUBLIC:
        return readers_told(text.article)
    return "" if text.locale == locale else told_name_of(text.locale)

"""The bare address, and what machines ask for."""

from __future__ import annotations

from django.conf import settings as site
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import trans_real
from django.views.decorators.http import require_safe

from accounts.addresses import absolute_url
from helpcenter.addresses import article_url
from helpcenter.models import Translation
from helpcenter.queries import help_settings, published_texts
from helpcenter.rules import EVERYBODY
from helpdesk.locales import kin_of, known_locale

SITEMAP_LIMIT = 50_000  # https://www.sitemaps.org/protocol.html


@login_not_required
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Sends the person to the home page in their language."""
    return HttpResponseRedirect(f"/{reading_locale(request)}/")


def reading_locale(request: HttpRequest) -> str:
    """The language to read in: the one chosen last, the profile's, the browser's, else the tenant's; one of those the
    help center or the interface has."""
    settings = help_settings()
    offered = [*settings.languages, *dict(site.LANGUAGES)]
    wishes = [request.COOKIES.get(site.LANGUAGE_COOKIE_NAME, ""), getattr(request.user, "locale", "")]
    accepted = trans_real.parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    for wish in [*wishes, *(tag for tag, _weight in accepted)]:
        known = known_locale(wish)
        for locale in [known, *kin_of(known)] if known else []:
            if locale in offered:
                return locale
    return settings.default_locale


@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every text that everybody may read, with the languages its article also stands in."""
    texts = published_texts(EVERYBODY).defer("body", "html", "headings", "summary")
    by_article: dict[int, list[Translation]] = {}
    for text in texts.order_by("article_id", "pk")[:SITEMAP_LIMIT]:
        by_article.setdefault(text.article_id, []).append(text)
    pages = [
        {
            "url": absolute_url(article_url(text)),
            "changed": text.updated_at,
            "others": [(other.locale, absolute_url(article_url(other))) for other in group],
        }
        for group in by_article.values()
        for text in group
    ]
    return render(request, "helpcenter/sitemap.xml", {"pages": pages}, content_type="application/xml")


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read, and where the list of it is."""
    closed = ("/accounts/", "/admin/", "/contact/", "/files/", "/t/", "/tickets/")
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        f"Sitemap: {absolute_url('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

"""Did this solve it?"""

from __future__ import annotations

import secrets

from django.conf import settings as site
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from helpcenter.actions.votes import vote
from helpcenter.addresses import article_url
from helpcenter.queries import published_texts
from helpcenter.rules import reach_of
from helpcenter.views.limits import within_limit
from helpdesk.locales import known_locale
from helpdesk.preferences import ONE_YEAR_SECONDS

ANSWERS = ("yes", "no")
REMEMBERED = 30  # articles whose answer this browser shows again
VOTES_PER_HOUR = 60  # of one network address at one tenant


@login_not_required
@require_POST
def article_vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps `helpful` (yes or no) and, after a no, the `reason`; back on the article it says thanks."""
    texts = {text.locale: text for text in published_texts(reach_of(request.user)).filter(article=pk)}
    text = texts.get(request.POST.get("text", "")) or next(iter(texts.values()), None)
    if text is None:
        raise Http404
    shown = known_locale(request.POST.get("locale", "")) or ""
    response = HttpResponseRedirect(article_url(text, shown) + "#feedback", status=303)
    helpful, reason = request.POST.get("helpful", ""), request.POST.get("reason", "")
    if helpful not in ANSWERS or not within_limit(request, "votes", an_hour=VOTES_PER_HOUR):
        return response
    voter = visitor_of(request)
    vote(text.article, locale=text.locale, voter=voter, is_helpful=helpful == "yes", reason=reason)
    said = "told" if reason.strip() else helpful
    voted = [mark for mark in request.COOKIES.get("voted", "").split(".") if not mark.startswith(f"{pk}:")]
    remember(response, "voter", voter)
    remember(response, "voted", ".".join([f"{pk}:{said}", *voted][:REMEMBERED]))
    return response


def visitor_of(request: HttpRequest) -> str:
    """The random value that counts this browser and names nobody; a new one to `remember` as `voter` on a first visit."""
    return request.COOKIES.get("voter", "")[:64] or secrets.token_urlsafe(16)


def said_of(request: HttpRequest, article_id: int) -> str:
    """What this browser's reader said of the article: `yes`, `no`, `told` (no, with a reason), or nothing."""
    for mark in request.COOKIES.get("voted", "").split("."):
        article, _colon, said = mark.partition(":")
        if article == str(article_id):
            return said
    return ""


def remember(response: HttpResponse, name: str, value: str, *, seconds: int = ONE_YEAR_SECONDS) -> None:
    """Keeps `value` in a cookie that only we read."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        secure=site.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )

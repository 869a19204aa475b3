"""What a visitor chooses about the look of the pages, kept in the browser."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from helpdesk.locales import NAMES
from helpdesk.templatetags.parts import THEMES

ONE_YEAR_SECONDS = 365 * 24 * 3600


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the posted `theme` (light or dark) in a cookie and go back to `next`; anything else follows the system."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target, status=303)
    chosen = request.POST.get("theme")
    if chosen not in THEMES:
        response.delete_cookie("theme", samesite="Lax")
        return response
    response.set_cookie(
        "theme",
        chosen,
        max_age=ONE_YEAR_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the posted `language` in a cookie and go back to `next`, in that language where its address names one."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    chosen = request.POST.get("language", "")
    known = {**dict(settings.LANGUAGES), **NAMES}  # articles stand in more languages than the interface
    if chosen not in known:
        return HttpResponseRedirect(target, status=303)
    first, slash, rest = target.removeprefix("/").partition("/")
    if first in known and slash:
        target = f"/{chosen}/{rest}"
    response = HttpResponseRedirect(target, status=303)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=ONE_YEAR_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response

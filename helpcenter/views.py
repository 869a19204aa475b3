"""Pages of the help center."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Sends the person to the home page in their language."""
    return HttpResponseRedirect(f"/{request.LANGUAGE_CODE}/")  # type: ignore[attr-defined]


@login_not_required
@require_safe
def home(request: HttpRequest, locale: str) -> HttpResponse:
    """The first page, in the language of its address."""
    if locale not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(locale):
        return render(request, "portal/home.html", headers={"Content-Language": locale})

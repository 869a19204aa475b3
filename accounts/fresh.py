"""Pages that change how a person signs in ask them to show once more who they are, unless they just did."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.factors import is_fresh

View = Callable[..., HttpResponse]


def fresh_sign_in_required(view: View) -> View:
    """Leads to the page that asks for a factor or the password, and back, when the sign-in is not of a moment ago."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated or is_fresh(request):
            return view(request, *args, **kwargs)
        target = onward("confirm_person", request.get_full_path())
        return HttpResponseRedirect(target, status=302 if request.method == "GET" else 303)

    return guarded


def next_of(request: HttpRequest, default: str) -> str:
    """Where the person wanted to go, if that is a path of this host."""
    wanted: str = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    return wanted if wanted and get_adapter().is_safe_url(wanted) else default


def onward(name: str, target: str) -> str:
    """The address of the page `name`, which leads on to the path `target`."""
    return (
        f"{reverse(name)}?{urlencode({REDIRECT_FIELD_NAME: target}, safe='/')}" if target else reverse(name)
    )

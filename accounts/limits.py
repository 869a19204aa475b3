"""One limit at the door: how often an address of the network may post to sign-in, over all tenants together.

allauth's own limits count per tenant, because the cache's keys carry the tenant; this one stands outside of the scope.
"""

from collections.abc import Callable

from allauth.core.internal.httpkit import get_client_ip
from allauth.core.internal.ratelimit import truncate_ip
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from helpdesk.limits import count

WINDOW_SECONDS = 60


class SignInDoorMiddleware:
    """Answers 429 when one address posts to /accounts/ more than settings.SIGN_IN_POSTS_PER_MINUTE times a minute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and request.path_info.startswith("/accounts/") and _is_over(request):
            text = _("Too many tries. Wait a minute, then try again.") + "\n"
            headers = {"Retry-After": str(WINDOW_SECONDS)}
            return HttpResponse(text, status=429, content_type="text/plain; charset=utf-8", headers=headers)
        return self.get_response(request)


def _is_over(request: HttpRequest) -> bool:
    key = f"sign-in-door:{truncate_ip(get_client_ip(request) or '')}"
    return count(key, seconds=WINDOW_SECONDS) > settings.SIGN_IN_POSTS_PER_MINUTE

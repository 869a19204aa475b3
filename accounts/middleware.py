"""The doors every request passes: which tenant, its scope, and the person's language and zone."""

import zoneinfo
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware, LoginRequiredMiddleware, get_user
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotFound,
    HttpResponseRedirect,
)
from django.http.request import split_domain_port
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import trans_real

from accounts import interrupted
from accounts.backends import known_by
from accounts.factors import lacks_factor
from accounts.hosts import tenant_of_host
from accounts.memory import one_reading
from accounts.models import Tenant
from helpdesk.later import finished
from helpdesk.problems import is_for_api, problem
from helpdesk.tenancy import tenant_scope

GetResponse = Callable[[HttpRequest], HttpResponse]
OPEN_WITHOUT_FACTOR = ("/accounts/", "/language/", "/theme/")


class TenantMiddleware:
    """Sets `request.tenant` from the host; an unknown host gets a plain 404, a suspended tenant a plain 503."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = split_domain_port(request._get_raw_host().lower())[0].rstrip(".")  # type: ignore[attr-defined]
        tenant = tenant_of_host(host)
        if tenant is None:
            return HttpResponseNotFound("Not found\n", content_type="text/plain; charset=utf-8")
        if tenant.state != Tenant.State.ACTIVE:
            text = _("This help desk is closed for now.") + "\n"
            return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
        request.tenant = tenant  # type: ignore[attr-defined]
        if tenant.is_platform:
            request.urlconf = settings.PLATFORM_URLCONF
        structlog.contextvars.bind_contextvars(tenant=tenant.slug)
        return self.get_response(request)


class ScopeMiddleware:
    """Opens the tenant's scope (and transaction) around everything that reads or writes a tenant's rows.

    A view that answers a LaterResponse has the rest of its work done after the transaction.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # The desk changes the setup and reads what it changed; for everything else one look at the setup does.
        may_change = request.path_info.startswith("/admin/") and request.method not in {"GET", "HEAD"}
        with tenant_scope(request.tenant.pk), nullcontext() if may_change else one_reading():  # type: ignore[attr-defined]
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
        return finished(response)


class PersonMiddleware(AuthenticationMiddleware):
    """Django's, which checks what the session says; the person comes with the statement that reads the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _signed_in(request))  # type: ignore[assignment]


class PersonLocaleMiddleware:
    """Activates the person's language and zone: choice in the cookie, then profile, browser, and the tenant's own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        request.LANGUAGE_CODE = language
        with translation.override(language), timezone.override(zone_of(request)):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


class AskSignInMiddleware(LoginRequiredMiddleware):
    """Asks for a sign-in where a view needs one; what was posted meanwhile is kept, and forgotten once it was sent."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is None and request.method == "POST" and request.user.is_authenticated:
            interrupted.forget(request, sent_to=request.path)
        return answer

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        return interrupted.ask_to_sign_in(request)


class SecondFactorMiddleware:
    """Keeps people of the team out of everything but /accounts/ until they showed the second step their tenant asks for.

    Also with a session from before the tenant asked. The admin sites ask by themselves once more.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Sequence[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.path_info.startswith(OPEN_WITHOUT_FACTOR) or not lacks_factor(request):
            return None
        if is_for_api(request):
            return problem(403, "Show your second step first: sign in with it.")
        return interrupted.ask_to_sign_in(request, "second_factor")


def _signed_in(request: HttpRequest) -> Any:
    with known_by(request.session):  # type: ignore[arg-type]
        return get_user(request)


def language_of(request: HttpRequest) -> str:
    """One of settings.LANGUAGES for this request."""
    offered = dict(settings.LANGUAGES)
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    wishes = [request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")]
    if request.user.is_authenticated:
        wishes.append(request.user.locale)
    for wish in wishes:
        if wish in offered:
            return wish
    for wish, _weight in trans_real.parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if wish.split("-")[0] in offered:
            return wish.split("-")[0]
    return tenant.locale if tenant.locale in offered else settings.LANGUAGE_CODE


def zone_of(request: HttpRequest) -> zoneinfo.ZoneInfo:
    """The signed-in person's zone, else the tenant's."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    name = getattr(request.user, "timezone", "") or tenant.timezone
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")

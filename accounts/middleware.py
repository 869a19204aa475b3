"""The doors every request passes: which tenant, its scope, and the person's language and zone."""

import zoneinfo
from collections.abc import Callable
from contextlib import nullcontext

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound
from django.http.request import split_domain_port
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import trans_real

from accounts.hosts import tenant_of_host
from accounts.memory import one_reading
from accounts.models import Tenant
from helpdesk.later import finished
from helpdesk.tenancy import tenant_scope

GetResponse = Callable[[HttpRequest], HttpResponse]


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
        # The desk changes the setup and reads what it changed; everywhere else one look at the setup does.
        is_desk = request.path_info.startswith("/admin/")
        with tenant_scope(request.tenant.pk), nullcontext() if is_desk else one_reading():  # type: ignore[attr-defined]
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
        return finished(response)


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

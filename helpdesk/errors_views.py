"""The pages for what went wrong; each renders without a database. Programs that ask the API get JSON instead."""

import secrets

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat

from helpdesk.problems import is_for_api, problem

log = structlog.get_logger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request itself could not be read."""
    if is_for_api(request):
        is_large = isinstance(exception, RequestDataTooBig)
        return problem(413, "The body is too large.") if is_large else problem(400)
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The person may not do this, and may know that it exists."""
    if is_for_api(request):
        return problem(403, str(exception or ""))
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing here, or nothing this person may know of: one answer for both, kept by no cache."""
    if is_for_api(request):
        return problem(404)
    response = render(request, "404.html", status=404)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def too_large(request: HttpRequest) -> HttpResponse:
    """The body is larger than a message with all its files may be; nothing of it was read."""
    if is_for_api(request):
        return problem(413, "The body is too large.")
    facts = {"count": settings.FILES_PER_MESSAGE, "size": filesizeformat(settings.FILE_SIZE_LIMIT)}
    return render(request, "413.html", facts, status=413)


def no_room(request: HttpRequest) -> HttpResponse:
    """The disk that takes what people send is full; nothing of it was kept, and their browser still has it."""
    if is_for_api(request):
        return problem(507, headers={"Retry-After": "300"})
    response = render(request, "507.html", status=507)
    response.headers["Retry-After"] = "300"
    return response


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The person (or a machine) asked too often; the limits of sign-in are counted by the minute."""
    if is_for_api(request):
        return problem(429, headers={"Retry-After": "60"})
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours, with a reference that stands in the log."""
    reference = secrets.token_hex(4).upper()
    log.error("request.failed", reference=reference, path=request.path)
    if is_for_api(request):
        return problem(500, f"A fault of ours. It stands in our log as {reference}.")
    return render(request, "500.html", {"reference": reference}, status=500)

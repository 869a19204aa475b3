"""What a request must be before any page is asked: free of NUL, with a body that is no larger than we accept."""

from collections.abc import Callable
from urllib.parse import unquote

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from helpdesk.errors_views import bad_request, no_room, too_large
from helpdesk.problems import is_for_api, problem

GetResponse = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger(__name__)
WORDS_LIMIT = 2 * 1024 * 1024  # beside the files
BODY_LIMIT = settings.FILES_PER_MESSAGE * settings.FILE_SIZE_LIMIT + WORDS_LIMIT


class NulMiddleware:
    """Answers a plain 400 for a NUL in the path, the query or the session: the database takes it in no text."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        typed = (
            request.path_info,
            unquote(request.META.get("QUERY_STRING", "")),
            request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""),
        )
        if any("\0" in text for text in typed):
            if is_for_api(request):
                return problem(400, "There is a NUL in the address.")
            return HttpResponse("Bad request\n", status=400, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class FormMiddleware:
    """Takes a form with files before the transaction of the request begins: on a slow line that is minutes.

    What is wrong with it is kept in `request.form_fault`, and told by BodyMiddleware.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        fault: Exception | None = None
        if _is_too_large(request):
            fault = RequestDataTooBig()
        elif request.content_type == "multipart/form-data":
            try:
                request.POST  # noqa: B018  (Django reads the body when it is asked for)
            except (SuspiciousOperation, MultiPartParserError, OSError) as error:
                fault = error
        request.form_fault = fault  # type: ignore[attr-defined]
        return self.get_response(request)


class BodyMiddleware:
    """Refuses a body: 413 before its first byte is read when it is too large, or when a form has too many files in it;
    411 when it does not say how large it is; 400 when it can't be read; 507 when there is no room for it.

    Stands behind the middleware that knows the tenant and the reader's language, because people see these pages.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length and request.headers.get("Transfer-Encoding"):
            if is_for_api(request):
                return problem(411, "Say how long the body is.")
            return HttpResponse("Length required\n", status=411, content_type="text/plain; charset=utf-8")
        if _is_too_large(request):
            return too_large(request)
        fault = getattr(request, "form_fault", None)
        return _told(request, fault) if fault else self.get_response(request)


def _is_too_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or ""
    return length.isdecimal() and int(length) > BODY_LIMIT


def _told(request: HttpRequest, fault: Exception) -> HttpResponse:
    if isinstance(fault, TooManyFilesSent):
        return too_large(request)
    if isinstance(fault, OSError) and not isinstance(fault, UnreadablePostError):
        log.error("threshold.no_room", reason=str(fault))
        return no_room(request)
    return bad_request(request, fault)

"""What a request must be before any page is asked: free of NUL, with a body that is no larger than we accept."""

from collections.abc import Callable
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from helpdesk.errors_views import too_large

GetResponse = Callable[[HttpRequest], HttpResponse]
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
            return HttpResponse("Bad request\n", status=400, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class BodyMiddleware:
    """Refuses a body before its first byte is read: 413 when it is too large, 411 when it does not say how large it is.

    Stands behind the middleware that knows the tenant and the reader's language, because people see the 413.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length and request.headers.get("Transfer-Encoding"):
            return HttpResponse("Length required\n", status=411, content_type="text/plain; charset=utf-8")
        if length.isdecimal() and int(length) > BODY_LIMIT:
            return too_large(request)
        return self.get_response(request)

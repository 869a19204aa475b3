"""One line in the log for each request."""

from typing import Any

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

from helpdesk.logs import path_without_keys


class RequestLogMiddleware(RequestMiddleware):
    """Binds a request id to everything logged during a request, and tells how the request ended.

    Unlike its base it writes no keys or search words into the log, and it never loads the person: outside the tenant's
    scope nobody can be loaded.
    """

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path, without query and without the keys of guests."""
        return f"{request.method} {path_without_keys(request.path)}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Adds the id of the person when the request has looked that person up already."""
        person: Any = getattr(request, "_cached_user", None)  # where Django keeps the person it has loaded
        if person is not None and person.pk:
            structlog.contextvars.bind_contextvars(member=person.pk)

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """Adds the address of the peer; what a header claims is not believed."""
        structlog.contextvars.bind_contextvars(peer=request.META.get("REMOTE_ADDR", ""))

"""Files that come with a form are written to the store before the transaction of the request begins."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from helpdesk.errors import Refused
from helpdesk.files import Inspected
from helpdesk.store import remove
from tickets.actions.files import NotKept, store_file

GetResponse = Callable[[HttpRequest], HttpResponse]
FORMS = ("/contact/", "/tickets/", "/t/ticket/", "/admin/tickets/ticket/")
BOX = "files"


class FilesFirstMiddleware:
    """Stores the files of a form that waits for no script: a slow store then holds no transaction and no lock.

    What becomes no file of the form (a refused token, a limit, a fault of ours) is removed from the store again. A file
    that is refused for what it is stays with the request: the view refuses it, in the reader's language.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        early = _stored(request) if _may_bring_files(request) else {}
        if not early:
            return self.get_response(request)
        request.early_files = dict(early)  # type: ignore[attr-defined]
        response = self.get_response(request)
        left = early if response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR else request.early_files  # type: ignore[attr-defined]
        remove([file[0] for file in left.values() if file])
        return response


def _may_bring_files(request: HttpRequest) -> bool:
    """Without the cookie of the form's token the post is refused: nothing is worth storing."""
    is_ours = request.method == "POST" and request.path_info.startswith(FORMS)
    is_whole = is_ours and not getattr(request, "form_fault", None)
    return is_whole and request.content_type == "multipart/form-data" and _has_token(request)


def _has_token(request: HttpRequest) -> bool:
    return settings.CSRF_COOKIE_NAME in request.COOKIES


def _stored(request: HttpRequest) -> dict[Any, tuple[str, Inspected] | None]:
    """By upload what `store_file` gave; None where the store is away."""
    stored: dict[Any, tuple[str, Inspected] | None] = {}
    for upload in request.FILES.getlist(BOX)[: settings.FILES_PER_MESSAGE]:
        try:
            stored[upload] = store_file(upload, tenant_id=request.tenant.pk)  # type: ignore[attr-defined]
        except NotKept:
            stored[upload] = None
        except Refused:
            continue
    return stored

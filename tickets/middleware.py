"""Files that come with a form are written to the store before the transaction of the request begins."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from accounts.models import Member
from accounts.rules import may_use_desk
from accounts.sessions import person_of_session
from helpdesk.errors import Refused
from helpdesk.store import remove
from helpdesk.tenancy import tenant_scope
from tickets.actions.files import NotKept, store_file
from tickets.views.request_fixes import text_to_attach
from tickets.views.uploads import EarlyFile, Fate, may_upload

GetResponse = Callable[[HttpRequest], HttpResponse]
DESK, MEMBERS, REQUEST = "/admin/tickets/ticket/", "/tickets/", "/contact/"
FORMS = (REQUEST, "/t/ticket/", MEMBERS, DESK)
BOX = "files"


class FilesFirstMiddleware:
    """Stores the files of a form that waits for no script: a slow store then holds no transaction and no lock.

    Only for somebody who may send the form, and who sent no more files than the limit of a network address: else nothing
    is stored, and the view tells why. What becomes no file of the form (it was refused, or a fault of ours) is removed
    from the store again. A file that is refused for what it is stays with the request: the view refuses it, in the
    reader's language.
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
        remove([file[0] for file in left.values() if not isinstance(file, Fate)])
        return response


def _may_bring_files(request: HttpRequest) -> bool:
    """Whether this is a form of ours with the token of its page: what the view refuses unread is not worth storing."""
    is_ours = request.method == "POST" and request.path_info.startswith(FORMS)
    is_whole = is_ours and not getattr(request, "form_fault", None)
    return is_whole and request.content_type == "multipart/form-data" and _Token.is_right(request)


class _Token(CsrfViewMiddleware):
    """Django's check of a form's token, asked beforehand: it answers nobody, and the real one asks again."""

    @classmethod
    def is_right(cls, request: HttpRequest) -> bool:
        check = cls(_no_view)
        check.process_request(request)
        return check.process_view(request, _no_view, (), {}) is None

    def _accept(self, request: HttpRequest) -> None:
        return None

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason)


def _no_view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _stored(request: HttpRequest) -> dict[File, EarlyFile]:
    """What became of each upload; empty where the person can't send the form."""
    text = text_to_attach(request) if request.path_info.startswith(REQUEST) else None
    uploads = [*request.FILES.getlist(BOX)[: settings.FILES_PER_MESSAGE], *([text] if text else [])]
    tenant_id: int = request.tenant.pk  # type: ignore[attr-defined]
    if not uploads:
        return {}
    with tenant_scope(tenant_id):  # closed again before the store is written
        person = person_of_session(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
        if not _may_send(request.path_info, person):
            return {}
        is_allowed = {upload: may_upload(request, person) for upload in uploads}
    return {upload: _fate(upload, tenant_id) if is_allowed[upload] else Fate.TOO_MANY for upload in uploads}


def _may_send(path: str, person: Member | None) -> bool:
    if path.startswith(DESK):
        return may_use_desk(person)
    return person is not None or not path.startswith(MEMBERS)


def _fate(upload: Any, tenant_id: int) -> EarlyFile:
    try:
        return store_file(upload, tenant_id=tenant_id)
    except NotKept:
        return Fate.STORE_AWAY
    except Refused:
        return Fate.UNFIT

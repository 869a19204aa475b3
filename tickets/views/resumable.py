"""Uploads that go on after a lost connection, by the protocol tus 1.0.0: what the uploader's script talks to."""

import tempfile
import uuid
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.base import File
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk import kinds, tus
from helpdesk.direct import presigned_put
from helpdesk.errors import Refused
from helpdesk.later import LaterResponse
from helpdesk.store import StoreAway, new_key, put, remove
from helpdesk.tenancy import current_tenant_id, tenant_scope
from tickets.actions.files import NotKept
from tickets.actions.uploads import (
    OffsetMoved,
    add_piece,
    begin_upload,
    drop_upload,
    join_pieces,
)
from tickets.models import Upload
from tickets.views.limits import PIECES, UPLOADS
from tickets.views.uploads import address_of, file_row, is_own_form, may_upload, member_of, remember_form

RETRY_SECONDS = 30
BLOCK = 64 * 1024


def marked(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorates a view that speaks tus: every answer says so, and nobody keeps a copy of it."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return tus.marked(view(request, *args, **kwargs))

    return answer


@login_not_required
@marked
def uploads(request: HttpRequest) -> HttpResponseBase:
    """OPTIONS says what is spoken here; POST begins an upload into the form whose key stands in the metadata."""
    method = tus.method_of(request)
    if method == "OPTIONS":
        headers = {
            "Tus-Version": tus.VERSION,
            "Tus-Extension": tus.EXTENSIONS,
            "Tus-Max-Size": str(settings.FILE_SIZE_LIMIT),
        }
        return HttpResponse(status=204, headers=headers)
    if method != "POST":
        return _not_allowed("OPTIONS, POST")
    return _begin(request) if tus.speaks_it(request) else _other_version()


@login_not_required
@marked
def upload(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """One upload, for the person or the browser session that began it; 404 to everybody else."""
    found = _own_upload(request, key)
    doors = {"HEAD": _tell, "PATCH": _take, "DELETE": _drop, "GET": _facts}
    method = tus.method_of(request)
    if method not in doors:
        return _not_allowed(", ".join(doors))
    if method != "GET" and not tus.speaks_it(request):
        return _other_version()
    return doors[method](request, found)


def _begin(request: HttpRequest) -> HttpResponseBase:
    size, metadata = tus.number_in(request, "Upload-Length"), tus.metadata_in(request)
    try:
        draft_key = uuid.UUID(metadata.get("draft", ""))
    except ValueError:
        return tus.refusal(400, _("Upload-Metadata must carry the key of the form as draft."))
    if size is None:
        return tus.refusal(400, _("Upload-Length must say how many bytes will come."))
    if not may_upload(request, member_of(request)):
        return tus.refusal(
            429,
            _("“%(name)s” wasn't kept: too many files in an hour.") % {"name": metadata.get("filename", "")},
            retry_after=UPLOADS.seconds_left(),
        )
    try:
        begun = begin_upload(
            draft_key=draft_key,
            uploaded_by=member_of(request),
            name=metadata.get("filename", ""),
            size=size,
            mark=metadata.get("mark", ""),
            direct_key=new_key(current_tenant_id()) if _goes_direct(request, size) else "",
        )
    except Refused as refusal:
        return tus.refusal(413 if size > settings.FILE_SIZE_LIMIT else 422, str(refusal))
    remember_form(request, draft_key)
    answer = (
        JsonResponse(_way_to_the_store(begun), status=201) if begun.direct_key else HttpResponse(status=201)
    )
    for name, value in {"Location": address_of(begun), **_progress(begun)}.items():
        answer.headers[name] = value
    return answer


def _goes_direct(request: HttpRequest, size: int) -> bool:
    """A recording too large for us, where the store has an address of its own and the browser knows the way."""
    is_known = request.headers.get("Upload-Direct") == "1"
    return is_known and bool(settings.PUBLIC_STORE) and size > settings.FILE_SIZE_LIMIT


def _way_to_the_store(begun: Upload) -> dict[str, Any]:
    """How to send the file, and whom to tell when it is there."""
    way = presigned_put(begun.direct_key, size=begun.size, media_type=kinds.UNKNOWN)
    return {"direct": way, "done": reverse("upload_done", args=[begun.key])}


@login_not_required
@marked
def upload_done(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The browser says that its file is in the store: it is looked at, and answered as the last piece is."""
    found = _own_upload(request, key)
    if not found.direct_key:
        raise Http404
    if request.method != "POST":
        return _not_allowed("POST")
    return _later(partial(_join, found, current_tenant_id()))


def _tell(request: HttpRequest, found: Upload) -> HttpResponseBase:
    if found.state == Upload.State.REFUSED:
        return HttpResponse(status=410)
    return HttpResponse(status=200, headers={"Upload-Length": str(found.size), **_progress(found)})


def _facts(request: HttpRequest, found: Upload) -> HttpResponseBase:
    return JsonResponse(facts_of(found))


def _drop(request: HttpRequest, found: Upload) -> HttpResponseBase:
    try:
        drop_upload(found)
    except Refused as refusal:
        return tus.refusal(409, str(refusal))
    return HttpResponse(status=204)


def _take(request: HttpRequest, found: Upload) -> HttpResponseBase:
    """Looks at everything but the body; the body is taken when the transaction has ended."""
    at = tus.number_in(request, "Upload-Offset")
    if found.direct_key:
        return tus.refusal(409, _("This file goes to the store by itself."))
    if request.content_type != tus.PIECE_TYPE:
        return tus.refusal(415, _("A piece is sent as application/offset+octet-stream."))
    if at is None:
        return tus.refusal(400, _("Upload-Offset must say where the piece begins."))
    if found.state == Upload.State.REFUSED:
        return tus.refusal(422, found.reason)
    if at != found.offset:
        return tus.refusal(409, _("This piece begins somewhere else."), offset=found.offset)
    if int(request.META.get("CONTENT_LENGTH") or 0) > found.size - at:
        return tus.refusal(413, _too_long(found), offset=at)
    if not PIECES.spend(request):
        return tus.refusal(429, _("Too many pieces in an hour."), retry_after=PIECES.seconds_left())
    return _later(partial(_receive, request, found, at, current_tenant_id()))


def _later(work: Callable[[], HttpResponseBase]) -> LaterResponse:
    """The work in the reader's language, after the transaction."""
    language = translation.get_language()

    def finish() -> HttpResponseBase:
        with translation.override(language):
            return tus.marked(work())

    return LaterResponse(finish)


def _receive(request: HttpRequest, found: Upload, at: int, tenant_id: int) -> HttpResponseBase:
    """Takes the body into the store, then notes it, then joins the pieces when it was the last."""
    try:
        if found.offset < found.size:
            found = _add(request, found, at, tenant_id)
    except OffsetMoved as moved:
        return tus.refusal(409, _("This piece begins somewhere else."), offset=moved.offset)
    except (StoreAway, OSError):
        return tus.refusal(503, str(NotKept(found.name)), retry_after=RETRY_SECONDS)
    except Refused as refusal:
        return tus.refusal(422, str(refusal))
    if found.offset < found.size:
        return HttpResponse(status=204, headers=_progress(found))
    return _join(found, tenant_id)


def _join(found: Upload, tenant_id: int) -> HttpResponseBase:
    try:
        attachment = join_pieces(found, tenant_id=tenant_id)
    except NotKept as away:
        return tus.refusal(503, str(away), retry_after=RETRY_SECONDS)
    except Refused as refusal:
        return tus.refusal(422, str(refusal))
    headers = _progress(found) | ({"Upload-Attachment": str(attachment.pk)} if attachment else {})
    return HttpResponse(status=204, headers=headers)


def _add(request: HttpRequest, found: Upload, at: int, tenant_id: int) -> Upload:
    with tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE) as piece:
        size = _spool(request, piece, limit=found.size - at)
        if size == 0:
            return found
        key = put(File(piece, name="piece"), tenant_id=tenant_id)
    try:
        with tenant_scope(tenant_id):
            return add_piece(found, at=at, key=key, size=size)
    except BaseException:
        remove([key])
        raise


def _spool(request: HttpRequest, piece: Any, *, limit: int) -> int:
    """Copies the body, `limit` bytes of it at most; returns how many came before it ended or the connection died."""
    size = 0
    while size < limit:
        try:
            block = request.read(min(BLOCK, limit - size))
        except OSError:  # the connection: what arrived counts
            break
        if not block:
            break
        piece.write(block)
        size += len(block)
    return size


def _own_upload(request: HttpRequest, key: uuid.UUID) -> Upload:
    found = Upload.objects.select_related("attachment").filter(key=key).first()
    if found is None or not is_own_form(request, found.draft_key, found.uploaded_by_id):
        raise Http404
    return found


def facts_of(found: Upload) -> dict[str, Any]:
    """What the uploader shows of it. `state` is uploading, joining, refused, checking, ready or quarantined."""
    file = found.attachment
    row = file_row(file) if file else {}
    state = file.state if file else {"arriving": "uploading"}.get(found.state, found.state)
    return {
        "name": file.name if file else found.name,
        "size": file.size if file else found.size,
        "offset": found.offset,
        "state": state,
        "url": row.get("url", ""),
        "thumbnail": row.get("thumbnail", ""),
        "attachment": file.pk if file else None,
        "detail": found.reason or str(row.get("error", "")),
    }


def _progress(found: Upload) -> dict[str, str]:
    return {"Upload-Offset": str(found.offset), "Upload-Expires": tus.expiry(found.expires_at)}


def _too_long(found: Upload) -> str:
    facts = {"name": found.name, "size": filesizeformat(found.size)}
    return _("“%(name)s” was said to have %(size)s, and more than that came.") % facts


def _other_version() -> HttpResponseBase:
    return tus.refusal(412, _("This address speaks tus 1.0.0."))


def _not_allowed(methods: str) -> HttpResponse:
    return HttpResponse(status=405, headers={"Allow": methods})

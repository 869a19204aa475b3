"""Files, served to those who may read what they belong to, and in a way that no browser runs them."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.rules import may_use_desk
from helpdesk.direct import presigned_get
from helpdesk.ranges import Part, Unsatisfiable, part_asked, read_part
from helpdesk.serving import guarded
from helpdesk.store import StoreAway, opened, read
from tickets.models import Attachment
from tickets.queries import tickets_visible_to
from tickets.sight import own_tickets
from tickets.views.answers import personal
from tickets.views.guest_session import guest_tickets
from tickets.views.uploads import is_own_draft, member_of

# What a download may be called; everything else is told to be bytes.
PLAIN_TYPES = frozenset({"application/pdf", "application/zip"})
PLAIN_KINDS = ("audio/", "video/")


@login_not_required
@require_safe
@personal
def attachment(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """The file or a part of it, for whoever may read its message; one that waits in a form, for who put it there."""
    file = _readable(request, Attachment.objects.filter(pk=pk, name=name))
    if settings.PUBLIC_STORE:
        return HttpResponseRedirect(signed_address(file))
    return guarded(_content(request, file))


@login_not_required
@require_safe
@personal
def thumbnail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The small picture of a file, for whoever may have the file. It is drawn by us: a WebP, whatever the file is."""
    file = _readable(request, Attachment.objects.filter(pk=pk).exclude(thumbnail=""))
    try:
        content = b"".join(read(file.thumbnail))
    except (FileNotFoundError, StoreAway) as missing:
        raise Http404 from missing
    return guarded(HttpResponse(content, content_type="image/webp"))


def _readable(request: HttpRequest, files: QuerySet[Attachment]) -> Attachment:
    file = files.select_related("message").filter(state=Attachment.State.READY).first()
    if file is None or not may_read(request, file):
        raise Http404
    return file


def _content(request: HttpRequest, file: Attachment) -> HttpResponseBase:
    etag = f'"{file.sha256}"'
    headers = {
        "Content-Type": served_type(file),
        "Content-Disposition": disposition_of(file),
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Content-Encoding": "identity",  # packed on the way, the places in it would be others
    }
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    try:
        part = part_asked(request, size=file.size, etag=etag)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    status = 206 if part else 200
    if part:
        headers["Content-Range"] = part.content_range(file.size)
    part = part or Part(0, file.size)
    headers["Content-Length"] = str(part.length)
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    try:
        content = opened(str(file.content.name))
    except (FileNotFoundError, StoreAway) as missing:
        raise Http404 from missing
    return StreamingHttpResponse(read_part(content, part), status=status, headers=headers)


def disposition_of(file: Attachment) -> str:
    """Whether a browser shows it in place, and its name (RFC 6266)."""
    return content_disposition_header(not file.is_inline, file.name) or "attachment"


def signed_address(file: Attachment) -> str:
    """Where the object store hands out the file itself, for five minutes; type and name are part of the signature."""
    fixed = {
        "ResponseContentType": served_type(file),
        "ResponseContentDisposition": disposition_of(file),
        "ResponseCacheControl": "private, no-store",
    }
    return presigned_get(str(file.content.name), fixed)


def may_read(request: HttpRequest, file: Attachment) -> bool:
    """Whether the file's message is open to this person; of an internal note, only to the desk."""
    message, member = file.message, member_of(request)
    if message is None:
        return is_own_draft(request, file)
    if member and may_use_desk(member) and tickets_visible_to(member).filter(pk=message.ticket_id).exists():
        return True
    if message.is_internal:
        return False
    if member and own_tickets(member).filter(pk=message.ticket_id).exists():
        return True
    return guest_tickets(request).filter(pk=message.ticket_id).exists()


def served_type(file: Attachment) -> str:
    """The media type we say: never one that a browser would run."""
    if file.media_type == "text/plain":
        return "text/plain; charset=utf-8"
    if file.is_inline or file.media_type in PLAIN_TYPES or file.media_type.startswith(PLAIN_KINDS):
        return file.media_type
    return "application/octet-stream"

"""Files, served to those who may read what they belong to, and in a way that no browser runs them."""

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.rules import may_use_desk
from tickets.models import Attachment
from tickets.queries import own_tickets, tickets_visible_to
from tickets.views.answers import personal
from tickets.views.guest_session import guest_tickets
from tickets.views.uploads import is_own_draft, member_of

# What a download may be called; everything else is told to be bytes.
PLAIN_TYPES = frozenset({"application/pdf", "application/zip"})
PLAIN_KINDS = ("audio/", "video/")


@login_not_required
@require_safe
@personal
def attachment(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The file, for whoever may read its message; one that waits in a form, for the person who put it there."""
    file = (
        Attachment.objects.select_related("message")
        .filter(pk=pk, name=name, state=Attachment.State.READY)
        .first()
    )
    if file is None or not may_read(request, file):
        raise Http404
    try:
        content = file.content.open("rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(
        content, as_attachment=not file.is_inline, filename=file.name, content_type=served_type(file)
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response  # type: ignore[return-value]


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

"""An agent writes: to the customer, or a note to colleagues. What was typed is never lost."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.factors import person_of
from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.forms import show_refusal
from tickets.actions.reply import StaleReply, add_note, reply_to_customer
from tickets.admin.forms import NoteForm, ReplyForm, WritingForm
from tickets.admin.workspace import Writing
from tickets.models import Message, Ticket
from tickets.queries import was_message_sent_with
from tickets.views.uploads import Draft, keep_uploads, remove_upload, tell_refusals

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin


def write_reply(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Sends what was written to the customer.

    409 with the newer messages above the draft when somebody wrote in between, 422 with the draft when something is
    wrong with it; then the same form sends again.
    """
    member = person_of(request)
    form = ReplyForm(_data_of(request), request.FILES, auto_id="reply_%s")

    def send(values: dict[str, Any]) -> Message:
        return reply_to_customer(
            ticket,
            author=member,
            body=values["body"],
            submission_key=values["submission_key"],
            seen_message_id=values["seen_message_id"],
            status=values["status"],
        )

    try:
        message = _write(request, form, member, send)
    except StaleReply as stale:
        form.data["seen_message_id"] = str(stale.newer[-1].pk)  # type: ignore[index]
        return _again(door, request, ticket, form, status=409, newer=stale.newer)
    if message is None:
        return _again(door, request, ticket, form)
    messages.success(
        request, _("Sent. The ticket is now: %(status)s.") % {"status": ticket.get_status_display()}
    )
    return door.back(request, ticket)


def write_note(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Keeps what was written for colleagues only; 422 with the draft when something is wrong with it."""
    member = person_of(request)
    form = NoteForm(_data_of(request), request.FILES, auto_id="note_%s")

    def send(values: dict[str, Any]) -> Message:
        return add_note(ticket, author=member, body=values["body"], submission_key=values["submission_key"])

    if _write(request, form, member, send) is None:
        return _again(door, request, ticket, form)
    messages.success(request, _("Internal note added."))
    return door.back(request, ticket)


def _write(request: HttpRequest, form: WritingForm, member: Member, send: Any) -> Message | None:
    """Keeps the files, then sends; None when the form has to be shown again. Lets StaleReply through."""
    draft = Draft(uuid.UUID(form.data["submission_key"]), member)
    # A second press, or a form gone back to, leaves no files behind under a key that was used.
    refusals = [] if was_message_sent_with(draft.key) else keep_uploads(request, draft)
    if request.POST.get("remove"):
        remove_upload(request, draft)
        form.is_removal = True
        return None
    form.is_valid()
    tell_refusals(form, refusals)
    if form.errors:
        return None
    try:
        message: Message = send(form.cleaned_data)
    except StaleReply:
        raise
    except Refused as refusal:
        show_refusal(form, refusal)
        return None
    return message


def _data_of(request: HttpRequest) -> Any:
    """What was posted, with a key of its own when none came that can be one, and with nothing seen unless told."""
    data = request.POST.copy()
    if not data.get("seen_message_id", "").isdecimal():
        data["seen_message_id"] = "0"
    try:
        data["submission_key"] = str(uuid.UUID(data.get("submission_key", "")))
    except ValueError:
        data["submission_key"] = str(uuid.uuid4())
    return data


def _again(
    door: TicketAdmin,
    request: HttpRequest,
    ticket: Ticket,
    form: ReplyForm | NoteForm,
    *,
    status: int = 422,
    newer: Sequence[Message] = (),
) -> HttpResponse:
    """The workspace with the draft as it was typed and the files that wait in it."""
    member = person_of(request)
    form.files_kept = Draft(uuid.UUID(form.data["submission_key"]), member).rows()
    if form.is_removal:
        status = 200
    if isinstance(form, ReplyForm):
        writing = Writing("public", reply_form=form, newer=newer)
    else:
        writing = Writing("internal", note_form=form)
    return door.workspace(request, ticket, writing, status=status, errors=[form] if status == 422 else [])

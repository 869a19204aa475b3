"""An agent writes: to the customer, or a note to colleagues. What was typed is never lost."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.factors import person_of
from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.forms import show_refusal
from tickets.actions.desk_drafts import save_desk_draft
from tickets.actions.hold import hold_reply, seen_of, take_back
from tickets.actions.macros import reply_with
from tickets.actions.reply import StaleReply, add_note
from tickets.admin.drafts import undo_url
from tickets.admin.forms import NoteForm, ReplyForm, WritingForm
from tickets.admin.macro_use import list_of_macros, named_macro, remember_button
from tickets.admin.panel import asked_of
from tickets.admin.together import tell_uncalled
from tickets.admin.workspace import Writing
from tickets.leaks import Leak, leak_in
from tickets.models import DeskDraft, Message, Ticket
from tickets.models.ticket import Status
from tickets.queries import was_message_sent_with
from tickets.views.answers import see_other
from tickets.views.ticket_page import saved_text
from tickets.views.uploads import Draft, keep_uploads, remove_upload, tell_refusals

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin


class QuotesNote(Refused):
    """The reply says what an internal note says; `notes` are the ids of such notes, and of those asked about before."""

    def __init__(self, leak: Leak, before: Iterable[int]) -> None:
        super().__init__(told_of_note(leak), "body")
        self.notes = leak.notes.union(before)


def told_of_note(leak: Leak) -> str:
    """What the writer is told, beside the box and when they send."""
    told = _("This stands in an internal note: “%(words)s”. Take it out, or send it all the same.")
    return told % {"words": leak.words}


Sent = Message | DeskDraft
# Buttons that only keep what was typed.
NOT_SENT = frozenset({"save", "keep", "preview", "macros", "people", "upload", "remove"})


def write_reply(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Sends what was written to the customer; after the time in which it can be taken back, if the page asks for that.

    Asks once, with 422, before words of an internal note go out.

    409 with what moved beside the draft when somebody wrote or changed the status in between, 422 with the draft when
    something is wrong with it; then the same form sends again.
    """
    author = person_of(request)
    form, shown = ReplyForm(_data_of(request), request.FILES, auto_id="reply_%s"), copy(ticket)
    if NOT_SENT & request.POST.keys():
        return _keep(door, request, ticket, form)
    try:
        sent = _write(
            request, form, lambda values: _send(ticket, author, values, request.POST.get("macro", ""))
        )
    except QuotesNote as asked:
        show_refusal(form, asked)
        form.data["seen_notes"] = " ".join(map(str, sorted(asked.notes)))  # type: ignore[index]
        return _again(door, request, ticket, form)
    except StaleReply as stale:
        _tell_seen(form, stale)
        return _again(door, request, ticket, form, status=409, stale=stale)
    if sent is None:
        return _again(door, request, ticket, form)
    _say_sent(request, ticket, sent)
    remember_button(request, form.cleaned_data["status"])
    if form.cleaned_data["status"] == Status.SOLVED:
        return door.onward(request, shown)
    is_in_place = (shown.team_id, shown.assignee_id) == (ticket.team_id, ticket.assignee_id)
    return door.stay(request, ticket) if is_in_place else door.back(request, ticket)


def write_note(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Keeps what was written for colleagues only; 422 with the draft when something is wrong with it."""
    form = NoteForm(_data_of(request), request.FILES, auto_id="note_%s")
    if NOT_SENT & request.POST.keys():
        return _keep(door, request, ticket, form)

    def send(values: dict[str, Any]) -> Message:
        return add_note(
            ticket,
            author=person_of(request),
            body=values["body"],
            submission_key=values["submission_key"],
        )

    if _write(request, form, send) is None:
        return _again(door, request, ticket, form)
    messages.success(request, _("Internal note added."))
    tell_uncalled(request, ticket, form.cleaned_data["body"])
    return door.back(request, ticket)


def undo_reply(door: TicketAdmin, request: HttpRequest, ticket: Ticket, key: uuid.UUID) -> HttpResponse:
    """Puts a reply that is just leaving back into the composer."""
    try:
        take_back(ticket, key, author=person_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return door.back(request, ticket)
    messages.success(request, _("Not sent. Your text is in the box again."))
    return door.back(request, ticket, mode="public")


def _send(ticket: Ticket, author: Member, values: dict[str, Any], macro: str) -> Sent:
    """The reply, and what goes with the ticked macro: both or neither, at once or when the time is over."""
    used = named_macro(macro, author)
    if macro and used is None:
        raise Refused(_("This macro is no longer offered."))
    leak = leak_in(values["body"], ticket)
    if leak and not leak.notes <= values["seen_notes"]:
        raise QuotesNote(leak, values["seen_notes"])
    wait = dt.timedelta(seconds=settings.UNDO_SEND_SECONDS)
    is_held = values["hold"] and wait and not was_message_sent_with(values["submission_key"])
    send = partial(hold_reply, wait=wait) if is_held else reply_with
    sent: Sent = send(
        ticket,
        author=author,
        body=values["body"],
        submission_key=values["submission_key"],
        seen=seen_of(values),
        status=values["status"],
        macro=used,
    )
    return sent


def _say_sent(request: HttpRequest, ticket: Ticket, sent: Sent) -> None:
    if isinstance(sent, DeskDraft):
        text = _("Sent. It leaves in %(seconds)d seconds.") % {"seconds": settings.UNDO_SEND_SECONDS}
        query = asked_of(request).query()
        messages.success(request, text, extra_tags=undo_url(sent) + (f"?{query}" if query else ""))
        return
    messages.success(
        request, _("Sent. The ticket is now: %(status)s.") % {"status": ticket.get_status_display()}
    )


def _keep(
    door: TicketAdmin, request: HttpRequest, ticket: Ticket, form: ReplyForm | NoteForm
) -> HttpResponse:
    """Keeps text and files as a draft: asked for by the script while one types, or by a button that sends nothing."""
    draft = Draft(uuid.UUID(form.data["submission_key"]), person_of(request))
    if "save" in request.POST:
        return _saved(ticket, form, draft)
    if was_message_sent_with(draft.key):
        draft = draft.renewed()
        form.data["submission_key"] = str(draft.key)  # type: ignore[index]
    refusals = keep_uploads(request, draft)
    remove_upload(request, draft)
    _save(ticket, form, draft)
    form.is_valid()
    form.errors.clear()
    tell_refusals(form, refusals)
    if "keep" in request.POST and not refusals:
        messages.success(request, _("Draft saved. It stands in the box whenever you come back."))
        return door.back(request, ticket)
    if "macros" in request.POST and not refusals:
        return list_of_macros(request, ticket)
    if "people" in request.POST and not refusals:
        url, query = reverse("admin:tickets_ticket_people", args=[ticket.pk]), request.GET.urlencode()
        return see_other(f"{url}?{query}" if query else url)
    preview = form.data.get("body", "") if "preview" in request.POST else ""
    return _again(door, request, ticket, form, status=422 if refusals else 200, preview=preview)


def _saved(ticket: Ticket, form: WritingForm, draft: Draft) -> JsonResponse:
    """What the script tells beside the box, and whether it stops."""
    if was_message_sent_with(draft.key):
        return JsonResponse({"over": True, "told": _("You sent this already.")})
    kept = _save(ticket, form, draft)
    leak = leak_in(kept.body, ticket) if kept and isinstance(form, ReplyForm) else None
    warned = {"warned": told_of_note(leak)} if leak else {}
    return JsonResponse({"told": saved_text(kept) if kept else "", **warned})


def _save(ticket: Ticket, form: WritingForm, draft: Draft) -> DeskDraft | None:
    assert draft.member is not None
    kind = Message.Kind.PUBLIC if isinstance(form, ReplyForm) else Message.Kind.INTERNAL
    macro = named_macro(form.data.get("macro", ""), draft.member)
    return save_desk_draft(
        ticket, author=draft.member, kind=kind, body=form.data.get("body", ""), key=draft.key, macro=macro
    )


def _write(request: HttpRequest, form: WritingForm, send: Callable[[dict[str, Any]], Sent]) -> Sent | None:
    """Keeps the files, then sends; None when the form has to be shown again. Lets StaleReply and QuotesNote
    through."""
    draft = Draft(uuid.UUID(form.data["submission_key"]), person_of(request))
    # A second press, or a form gone back to, leaves no files behind under a key that was used.
    is_used = bool(request.FILES) and was_message_sent_with(draft.key)
    refusals = [] if is_used else keep_uploads(request, draft)
    form.is_valid()
    tell_refusals(form, refusals)
    if form.errors:
        return None
    try:
        return send(form.cleaned_data)
    except (StaleReply, QuotesNote):
        raise
    except Refused as refusal:
        show_refusal(form, refusal)
        return None


def _tell_seen(form: ReplyForm, stale: StaleReply) -> None:
    """The form that is shown again has seen what stopped it."""
    held = [*form.cleaned_data["seen_held"], *(str(draft.key) for draft in stale.held)]
    form.data["seen_held"] = " ".join(dict.fromkeys(held))  # type: ignore[index]
    if stale.newer:
        form.data["seen_message_id"] = str(stale.newer[-1].pk)  # type: ignore[index]
    moved = (stale.moved.changes.get("status") or [""])[-1:] if stale.moved else []
    statuses = [*form.cleaned_data["seen_status"], *moved, *(draft.status for draft in stale.held)]
    form.data["seen_status"] = " ".join(statuses)  # type: ignore[index]


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
    stale: StaleReply | None = None,
    preview: str = "",
) -> HttpResponse:
    """The workspace with the draft as it was typed and the files that wait in it; the draft is kept as well."""
    draft = Draft(uuid.UUID(form.data["submission_key"]), person_of(request))
    _save(ticket, form, draft)
    form.files_kept = draft.rows()
    if isinstance(form, ReplyForm):
        writing = Writing("public", reply_form=form, stale=stale, preview=preview)
    else:
        writing = Writing("internal", note_form=form, preview=preview)
    return door.workspace(request, ticket, writing, status=status, errors=[form] if status == 422 else [])

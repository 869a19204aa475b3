"""One participant in front of one ticket: what the member's and the guest's pages share."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.queries import reopen_days
from helpdesk.errors import Refused
from helpdesk.typed_text import without_overrides
from tickets.actions.reading import mark_read
from tickets.actions.reply import reply_as_customer
from tickets.actions.status import mark_solved, reopen
from tickets.forms import ReopenForm, ReplyForm
from tickets.metadata import shown_metadata
from tickets.models import Participant, Ticket
from tickets.models.ticket import Status
from tickets.prompts import shown_answers
from tickets.queries import active_categories, prompts_answered, was_message_sent_with
from tickets.rules import may_mark_solved, may_reopen, may_reply_as_customer
from tickets.views.answers import see_other
from tickets.views.conversation import has_unread, promises_of, status_of, timeline_of
from tickets.views.limits import REPLIES
from tickets.views.topics import url_of_category
from tickets.views.uploads import (
    Draft,
    drop_leftovers,
    keep_uploads,
    limits_text,
    member_of,
    remove_upload,
    tell_refusals,
)


@dataclass(frozen=True)
class Seat:
    """A participant, and the names and key of the addresses they use."""

    participant: Participant
    names: str  # "ticket" or "guest"
    key: str | uuid.UUID

    @property
    def ticket(self) -> Ticket:
        """The ticket on the table."""
        return self.participant.ticket

    @property
    def is_guest(self) -> bool:
        """Whether the person came by a private link."""
        return self.names == "guest"

    def url(self, act: str = "") -> str:
        """The address of the page, or of what is posted from it."""
        page = "guest_ticket" if self.is_guest else "ticket"
        return reverse(f"{self.names}_{act}" if act else page, args=[self.key])


def show_ticket(
    request: HttpRequest,
    seat: Seat,
    *,
    reply: ReplyForm | None = None,
    again: ReopenForm | None = None,
    draft: Draft | None = None,
    status: int = 200,
) -> HttpResponse:
    """The ticket's page, with a form that is being filled in where there is one; marks what it shows as read."""
    now, ticket = timezone.now(), seat.ticket
    items = timeline_of(ticket, seat.participant)
    if request.method == "GET" and has_unread(items, seat.participant):
        mark_read(seat.participant, until=max(item["at"] for item in items if item["kind"] == "message"))
    draft = draft or Draft(uuid.uuid4(), member_of(request))
    page = _acts(seat) | {
        "seat": seat,
        "ticket": ticket,
        "subject": without_overrides(ticket.subject),
        "status": status_of(ticket),
        "promises": promises_of(ticket, now=now),
        "answers": shown_answers(ticket.fields, prompts_answered(ticket)),
        "device": shown_metadata(ticket.metadata),
        "items": items,
        "form": reply or again or None,
        "reply": reply or ReplyForm(),
        "again": again or ReopenForm(),
        "key": draft.key,
        "files": draft.rows() if reply else [],
        "limits": limits_text(),
    }
    return render(request, "portal/ticket.html", page, status=status)


Act = Callable[[HttpRequest, Seat], HttpResponse]


def act_or_go_back(request: HttpRequest, seat: Seat, act: Act) -> HttpResponse:
    """Does what was posted; whoever comes by GET (a changed language, a reload after an error) gets the ticket."""
    return act(request, seat) if request.method == "POST" else see_other(seat.url())


def receive_reply(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Takes a posted reply with its files; an error keeps both."""
    draft, form = Draft.of(request), ReplyForm(request.POST)
    is_sent = was_message_sent_with(draft.key)
    if {"upload", "remove"} & request.POST.keys():
        return _keep_writing(request, seat, form, draft.renewed() if is_sent else draft)
    tell_refusals(form, [] if is_sent else keep_uploads(request, draft))
    if not form.is_valid():
        return show_ticket(request, seat, reply=form, draft=draft, status=422)
    if not is_sent and not REPLIES.spend(request):
        form.add_error(None, _("You've sent many replies in an hour. Try again later."))
        return show_ticket(request, seat, reply=form, draft=draft, status=429)
    return _send(request, seat, form, draft, is_sent=is_sent)


def _keep_writing(request: HttpRequest, seat: Seat, form: ReplyForm, draft: Draft) -> HttpResponse:
    refusals = keep_uploads(request, draft)
    remove_upload(request, draft)
    form.errors.clear()
    tell_refusals(form, refusals)
    return show_ticket(request, seat, reply=form, draft=draft, status=422 if refusals else 200)


def _send(request: HttpRequest, seat: Seat, form: ReplyForm, draft: Draft, *, is_sent: bool) -> HttpResponse:
    try:
        message = reply_as_customer(
            seat.participant, body=form.cleaned_data["body"], submission_key=draft.key
        )
    except Refused as refusal:
        if is_sent:
            draft = draft.renewed()
            tell_refusals(form, keep_uploads(request, draft))
            form.add_error(
                "body",
                _("You sent this form before, with other words. Send this as another reply, or leave it."),
            )
            return show_ticket(request, seat, reply=form, draft=draft, status=409)
        form.add_error("body", str(refusal.message))
        return show_ticket(request, seat, reply=form, draft=draft, status=422)
    drop_leftovers(request, draft)
    return see_other(f"{seat.url()}#m-{message.pk}")


def receive_solved(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The customer says that it is solved; a second press changes nothing."""
    try:
        mark_solved(seat.participant)
    except Refused as refusal:
        messages.info(request, str(refusal.message))
    else:
        messages.success(request, _("Thank you. We marked it as solved."))
    return see_other(seat.url())


def receive_reopened(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The customer says that it is not solved, and perhaps why; a second press changes nothing."""
    draft, form = Draft.of(request), ReopenForm(request.POST)
    if not form.is_valid():
        return show_ticket(request, seat, again=form, draft=draft, status=422)
    if form.cleaned_data["body"] and not REPLIES.spend(request):
        form.add_error(None, _("You've sent many replies in an hour. Try again later."))
        return show_ticket(request, seat, again=form, draft=draft, status=429)
    try:
        if form.cleaned_data["body"]:
            reply_as_customer(seat.participant, body=form.cleaned_data["body"], submission_key=draft.key)
        else:
            reopen(seat.participant)
    except Refused as refusal:
        messages.info(request, str(refusal.message))
    else:
        messages.success(request, _("It is open again. We'll look at it."))
    return see_other(seat.url())


def _acts(seat: Seat) -> dict[str, Any]:
    ticket = seat.ticket
    acts: dict[str, Any] = {
        "may_reply": may_reply_as_customer(ticket),
        "may_solve": may_mark_solved(ticket),
        "may_reopen": may_reopen(ticket),
        "urls": {act: seat.url(act) for act in ("reply", "solve", "reopen")},
    }
    if may_reopen(ticket) and ticket.solved_at:
        acts["reopen_until"] = ticket.solved_at + dt.timedelta(days=reopen_days())
    if ticket.status == Status.CLOSED:
        acts["follow_up_url"] = (
            f"{url_of_category(active_categories(), ticket.category_id)}?follows={ticket.number}"
        )
    return acts

"""What a participant does to their ticket, from either door."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.errors import Refused
from helpdesk.templatetags.parts import when
from helpdesk.typed_text import key_in
from tickets.actions.drafts import save_reply_draft
from tickets.actions.edit import TooLate, edit_own_message
from tickets.actions.late import say_late
from tickets.actions.opinions import judge_reply
from tickets.actions.participants import add_participant, remove_participant
from tickets.actions.rate import rate
from tickets.actions.reply import reply_as_customer
from tickets.actions.status import mark_solved, reopen
from tickets.forms import EditForm, ParticipantForm, RatingForm, ReopenForm, ReplyForm
from tickets.models import Message, ReplyDraft
from tickets.queries import public_messages, was_message_sent_with
from tickets.views.answers import see_other
from tickets.views.limits import DRAFT_SAVES, INVITATIONS, RATINGS, REPLIES
from tickets.views.seat import Seat
from tickets.views.ticket_page import saved_text, show_ticket
from tickets.views.uploads import (
    Draft,
    drop_leftovers,
    keep_uploads,
    remove_upload,
    tell_refusals,
)


def receive_reply(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Takes a posted reply with its files; an error keeps both. With `save` it only keeps what was typed so far."""
    draft, form = Draft.of(request), ReplyForm(request.POST)
    if "save" in request.POST:
        return _save(request, seat, draft)
    is_sent = was_message_sent_with(draft.key)
    if {"upload", "remove", "keep"} & request.POST.keys():
        return _keep_writing(request, seat, form, draft.renewed() if is_sent else draft)
    tell_refusals(form, [] if is_sent else keep_uploads(request, draft))
    if not form.is_valid():
        return _show_again(request, seat, form, draft, status=422)
    if not is_sent and not REPLIES.spend(request):
        form.add_error(None, _("You've sent many replies in an hour. Try again later."))
        return _show_again(request, seat, form, draft, status=429)
    return _send(request, seat, form, draft, is_sent=is_sent)


def _save(request: HttpRequest, seat: Seat, draft: Draft) -> HttpResponse:
    """For the script that saves while one types: what to tell beside the box, and whether to stop."""
    if not DRAFT_SAVES.spend(request):
        return JsonResponse({"over": True, "told": _("Not saved yet.")}, status=429)
    if not save_reply_draft(seat.participant, body=request.POST.get("body", ""), key=draft.key):
        return JsonResponse({"over": True, "told": _("You sent this already.")})
    return JsonResponse({"told": saved_text(ReplyDraft(saved_at=timezone.now()))})


def _show_again(
    request: HttpRequest, seat: Seat, form: ReplyForm, draft: Draft, *, status: int
) -> HttpResponse:
    save_reply_draft(seat.participant, body=request.POST.get("body", ""), key=draft.key)
    return show_ticket(request, seat, reply=form, draft=draft, status=status)


def _keep_writing(request: HttpRequest, seat: Seat, form: ReplyForm, draft: Draft) -> HttpResponse:
    refusals = keep_uploads(request, draft)
    remove_upload(request, draft)
    form.errors.clear()
    tell_refusals(form, refusals)
    if "keep" in request.POST and not refusals:
        save_reply_draft(seat.participant, body=request.POST.get("body", ""), key=draft.key)
        messages.success(request, _("We kept your draft. You find it here when you come back."))
        return see_other(seat.url())
    return _show_again(request, seat, form, draft, status=422 if refusals else 200)


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
            return _show_again(request, seat, form, draft, status=409)
        form.add_error("body", str(refusal.message))
        return _show_again(request, seat, form, draft, status=422)
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


def receive_rating(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Keeps what the customer thought of the help; a later one takes its place."""
    form = RatingForm(request.POST)
    if form.is_valid() and not RATINGS.spend(request):
        form.add_error(None, _("You've rated many times in an hour. Try again later."))
        return show_ticket(request, seat, rating=form, status=429)
    if not form.is_valid():
        return show_ticket(request, seat, rating=form, status=422)
    try:
        rate(seat.participant, score=form.cleaned_data["score"], comment=form.cleaned_data["comment"])
    except Refused as refusal:
        messages.info(request, str(refusal.message))
    else:
        messages.success(request, _("Thank you for your rating."))
    return see_other(seat.url())


def receive_verdict(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Keeps whether a reply helped, which is `yes` or `no` with the reply's key; a later press takes its place."""
    is_helpful = "yes" in request.POST
    key = key_in(request.POST.get("yes" if is_helpful else "no", ""))
    message = public_messages(seat.ticket).filter(pk=key).first() if key else None
    if message is None:
        raise Http404
    if not RATINGS.spend(request):
        messages.info(request, _("You've rated many times in an hour. Try again later."))
        return see_other(seat.url())
    try:
        judge_reply(seat.participant, message, is_helpful=is_helpful)
    except Refused as refusal:
        messages.info(request, str(refusal.message))
        return see_other(seat.url())
    return see_other(f"{seat.url()}#m-{message.pk}")


def receive_late(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The customer says that it is late; a second press says when it was passed on."""
    before = timezone.now()
    try:
        event = say_late(seat.participant)
    except Refused as refusal:
        messages.info(request, str(refusal.message))
        return see_other(seat.url())
    if event.at < before:
        messages.info(
            request, _("We passed this on to the team on %(time)s.") % {"time": when(event.at, "text")}
        )
    else:
        messages.success(request, _("Thank you for telling us. We passed it on to the team and its lead."))
    return see_other(seat.url())


def edit_message(request: HttpRequest, seat: Seat, *, pk: int) -> HttpResponse:
    """The form that changes an own message, and what was posted from it. After the time the text becomes a draft."""
    message = public_messages(seat.ticket).filter(pk=pk, author=seat.participant.member_id).first()
    if message is None:
        raise Http404
    if request.method != "POST":
        return _edit_page(request, seat, message, EditForm(initial={"body": message.body}))
    form = EditForm(request.POST)
    if not form.is_valid():
        return _edit_page(request, seat, message, form, status=422)
    try:
        edit_own_message(seat.participant, message.pk, body=form.cleaned_data["body"])
    except TooLate as refusal:
        reply = ReplyForm(request.POST)
        reply.add_error("body", str(refusal.message))
        return _show_again(request, seat, reply, Draft.of(request).renewed(), status=422)
    except Refused as refusal:
        form.add_error("body", str(refusal.message))
        return _edit_page(request, seat, message, form, status=422)
    return see_other(f"{seat.url()}#m-{message.pk}")


def _edit_page(
    request: HttpRequest, seat: Seat, message: Message, form: EditForm, *, status: int = 200
) -> HttpResponse:
    page = {
        "seat": seat,
        "ticket": seat.ticket,
        "message_id": message.pk,
        "form": form,
        "back_url": seat.url(),
    }
    return render(request, "portal/edit_message.html", page, status=status)


def receive_participant(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Lets somebody else in, by their address; the answer is the same whoever they are."""
    form = ParticipantForm(request.POST)
    if form.is_valid():
        if not INVITATIONS.spend(request):
            form.add_error("email", _("You've added many people in an hour. Try again later."))
            return show_ticket(request, seat, person=form, status=429)
        try:
            add_participant(seat.participant, email=form.cleaned_data["email"])
        except Refused as refusal:
            form.add_error("email", str(refusal.message))
    if not form.is_valid():
        return show_ticket(request, seat, person=form, status=422)
    text = _("We sent a link to %(email)s. Whoever opens it can read this ticket and answer.")
    messages.success(request, text % {"email": form.cleaned_data["email"]})
    return see_other(seat.url())


def receive_removal(request: HttpRequest, seat: Seat, *, pk: int) -> HttpResponse:
    """Ends somebody's part in the ticket; whoever leaves it themself goes to their list."""
    try:
        remove_participant(seat.participant, pk)
    except Refused as refusal:
        messages.info(request, str(refusal.message))
        return see_other(seat.url())
    if pk == seat.participant.pk:
        messages.success(request, _("You left the ticket %(number)s.") % {"number": seat.ticket.number})
        return see_other("/")
    messages.success(request, _("This person takes no part in the ticket any more."))
    return see_other(seat.url())

"""The page of one ticket, for the member and the guest alike."""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.queries import reopen_days
from helpdesk.templatetags.parts import when
from helpdesk.typed_text import without_overrides
from tickets.actions.late import AGAIN_AFTER
from tickets.actions.reading import mark_read
from tickets.forms import ParticipantForm, RatingForm, ReopenForm, ReplyForm
from tickets.metadata import shown_metadata
from tickets.models import DeskDraft, Participant, ReplyDraft
from tickets.models.ticket import Status
from tickets.prompts import shown_answers
from tickets.queries import (
    active_categories,
    last_said_late,
    participants_of,
    prompts_answered,
    reply_draft_of,
)
from tickets.rules import (
    EDIT_TIME,
    may_add_participants,
    may_mark_solved,
    may_remove_participant,
    may_reopen,
    may_reply_as_customer,
)
from tickets.views.answers import see_other
from tickets.views.calendar_file import has_times_to_come
from tickets.views.conversation import Talk, promises_of, status_of, talk_of, update_text
from tickets.views.rating import rating_part
from tickets.views.seat import Seat
from tickets.views.topics import url_of_category
from tickets.views.uploads import Draft, limits_text, member_of

_ADDRESSES = ("reply", "solve", "reopen", "late", "rate", "judge", "add", "print", "news")


def show_ticket(
    request: HttpRequest,
    seat: Seat,
    *,
    reply: ReplyForm | None = None,
    again: ReopenForm | None = None,
    person: ParticipantForm | None = None,
    rating: RatingForm | None = None,
    draft: Draft | None = None,
    status: int = 200,
) -> HttpResponse:
    """The ticket's page, with a form that is being filled in where there is one; marks what it shows as read.

    15 statements at most, whatever was said; 17 once it is solved.
    """
    if request.method == "GET" and "calendar" in request.GET:  # the link in a mail, a guest's too
        return see_other(seat.url("calendar"))
    now, ticket = timezone.now(), seat.ticket
    talk = talk_of(ticket, seat.participant, is_whole="all" in request.GET)
    if request.method == "GET" and talk.first_unread_id and talk.last_at:
        mark_read(seat.participant, until=talk.last_at)
    _offer_edits(seat, talk, now)
    asks = _ask_what_helped(seat, talk)
    page = _acts(seat) | _composer(request, seat, reply, draft) | _promises(seat, now)
    page |= rating_part(request, seat, rating, now)
    page |= {
        "seat": seat,
        "ticket": ticket,
        "subject": without_overrides(ticket.subject),
        "status": status_of(ticket),
        "answers": shown_answers(ticket.fields, prompts_answered(ticket)),
        "device": shown_metadata(ticket.metadata),
        "talk": talk,
        "asks_what_helped": asks,
        "items": talk.items,
        "people": _people(seat),
        "person": person or ParticipantForm(),
        "form": reply or again or person or rating or None,
        "again": again or ReopenForm(),
        "limits": limits_text(),
    }
    return render(request, "portal/ticket.html", page, status=status)


def _composer(
    request: HttpRequest, seat: Seat, reply: ReplyForm | None, draft: Draft | None
) -> dict[str, Any]:
    """The form of the reply: as it was just posted, else with the draft that is kept."""
    kept = None if reply or draft else reply_draft_of(seat.participant)
    draft = draft or Draft(kept.key if kept else uuid.uuid4(), member_of(request))
    return {
        "reply": reply or ReplyForm(initial={"body": kept.body} if kept else None),
        "key": draft.key,
        "files": draft.rows() if reply or kept else [],
        "saved": saved_text(kept) if kept and kept.body else "",
    }


def saved_text(draft: ReplyDraft | DeskDraft) -> str:
    """When the draft was kept, in the reader's time: a clock time today, else with the day."""
    local = timezone.localtime(draft.saved_at)
    is_today = local.date() == timezone.localdate()
    told = date_format(local, "H:i") if is_today else str(when(draft.saved_at, "text"))
    return _("Draft saved %(time)s") % {"time": told}


def _promises(seat: Seat, now: dt.datetime) -> dict[str, Any]:
    """What was promised; of a late ticket first that it is late, and whether the team was told."""
    promises = promises_of(seat.ticket, now=now)
    late = [line for line in promises if line["state"] == "late"]
    said = last_said_late(seat.ticket) if late else None
    return {
        "late": late,
        "update": update_text(promises) if late else None,
        "said_late_at": said.at if said and said.at > now - AGAIN_AFTER else None,
        "promises": [line for line in promises if line["state"] != "late"],
        "calendar_url": seat.url("calendar") if has_times_to_come(promises) else "",
    }


def _offer_edits(seat: Seat, talk: Talk, now: dt.datetime) -> None:
    if seat.ticket.status == Status.CLOSED:
        return
    for item in talk.items:
        if item["kind"] == "message" and item["own"] and not item["team"] and now - item["at"] <= EDIT_TIME:
            item["edit_url"] = seat.url("edit", item["id"])


def _ask_what_helped(seat: Seat, talk: Talk) -> bool:
    """Beside each reply of a person, as `may_judge` has it; whether there is one."""
    if seat.ticket.status == Status.CLOSED:
        return False
    replies = [item for item in talk.items if item["kind"] == "message" and item["team"] and not item["own"]]
    for item in replies:
        item["helpful"] = {"verdict": talk.verdicts.get(item["id"])}
    return bool(replies)


def _people(seat: Seat) -> list[dict[str, Any]]:
    me = seat.participant
    return [
        {
            "name": _("You") if one.pk == me.pk else _name(one, me),
            "is_requester": one.role == Participant.Role.REQUESTER,
            "is_proven": one.proven_at is not None,
            "remove_url": seat.url("remove", one.pk) if may_remove_participant(me, one) else "",
            "is_me": one.pk == me.pk,
        }
        for one in participants_of(seat.ticket)
    ]


def _name(other: Participant, reader: Participant) -> str:
    """A person for the eyes of another customer: the address only for the one who added them."""
    if reader.role == Participant.Role.REQUESTER:
        return other.member.email
    return without_overrides(other.member.name) or _("Another participant")


def _acts(seat: Seat) -> dict[str, Any]:
    ticket = seat.ticket
    acts: dict[str, Any] = {
        "may_reply": may_reply_as_customer(ticket),
        "may_solve": may_mark_solved(ticket),
        "may_reopen": may_reopen(ticket),
        "may_add": may_add_participants(seat.participant, ticket),
        "new_url": url_of_category(active_categories(), ticket.category_id),
        "urls": {act: seat.url(act) for act in _ADDRESSES},
    }
    if may_reopen(ticket) and ticket.solved_at:
        acts["reopen_until"] = ticket.solved_at + dt.timedelta(days=reopen_days())
    if ticket.status == Status.CLOSED:
        acts["follow_up_url"] = f"{acts['new_url']}?follows={ticket.number}"
    return acts

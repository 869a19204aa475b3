"""Contact us: the topics, the form of one, and what became of a request."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.queries import audience_offered, senders
from helpcenter.incidents import banner_for
from helpdesk.errors import Refused
from helpdesk.sending import is_sent_by_page
from helpdesk.templatetags.parts import duration, when
from helpdesk.typed_text import key_in
from tickets.actions.opinions import tell_ease
from tickets.form_reads import ticket_sent_with
from tickets.models import Category, Clock, Ticket
from tickets.models.rating import Ease
from tickets.models.sla import ClockKind
from tickets.models.ticket import Priority
from tickets.opinions import ease_told
from tickets.queries import (
    active_categories,
    requester_of,
    usual_first_reply_seconds,
)
from tickets.rules import may_tell_ease
from tickets.sla.clocks import as_told
from tickets.sla.policy import opens_at, preview_promise, usual_seconds_of
from tickets.sla.reads import clocks_of
from tickets.views.answers import keeps_words, personal, revisitable, see_other
from tickets.views.calendar_file import has_times_to_come, sent_calendar
from tickets.views.closed import closed_page
from tickets.views.conversation import promises_in
from tickets.views.limits import RATINGS
from tickets.views.request_form import request_page
from tickets.views.suggested import articles_for
from tickets.views.topic_filter import look_for_topics
from tickets.views.topics import OTHER, Topic, topic_at, topic_links, topic_of_category
from tickets.views.uploads import member_of

USUAL_KEY, USUAL_LIFETIME = "usual-first-reply", 600
CARRIED = ("draft", "follows", "article", "title", "page", "app_version", "device", "os")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words
@revisitable
def contact(request: HttpRequest) -> HttpResponse:
    """The topics; the form itself where the tenant has none, or had none when it was opened."""
    roots = active_categories()
    if not _is_written(request) and (closed := closed_page(request)):
        return closed
    if not roots:
        return request_page(request, Topic((), reverse("contact")))
    if _is_written(request):
        return request_page(request, _something_else(roots))
    return _topics_page(
        request, topic_links(roots, is_signed_in=request.user.is_authenticated, query=_carried(request))
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words
@revisitable
def contact_category(request: HttpRequest, path: str) -> HttpResponse:
    """The narrower topics of one, or the form of a topic that has none."""
    roots = active_categories()
    topic = topic_at(roots, path)
    if topic is None and "article" in request.GET:  # an article leads to a topic that is not offered any more
        return HttpResponseRedirect(reverse("contact") + _carried(request))
    if topic is None and _is_written(request):
        topic = _something_else(roots)
    if topic is None:
        raise Http404
    if not _is_written(request) and (closed := closed_page(request)):
        return closed
    if topic.branches and not _is_written(request):
        links = topic_links(
            topic.branches,
            above=topic.trail,
            is_signed_in=request.user.is_authenticated,
            query=_carried(request),
        )
        return _topics_page(request, links, topic)
    return request_page(request, topic)


def _is_written(request: HttpRequest) -> bool:
    """Whether a form was posted: nothing typed is lost when its topic was closed or divided meanwhile."""
    return request.method == "POST" and "key" in request.POST


def _something_else(roots: list[Category]) -> Topic:
    return topic_at(roots, OTHER) or Topic((), reverse("contact"))


def _carried(request: HttpRequest) -> str:
    """What every link of the topics takes along: the draft that gets another topic, and what a deep link brings."""
    carried = {name: request.GET[name] for name in CARRIED if name in request.GET}
    return f"?{urlencode(carried)}" if carried else ""


def _topics_page(
    request: HttpRequest, links: list[dict[str, Any]], topic: Topic | None = None
) -> HttpResponse:
    looked = look_for_topics(request, query=_carried(request))
    if is_sent_by_page(request):
        return render(request, "portal/_found_topics.html", {"looked": looked})
    page = {
        "incident": banner_for(request),
        "nodes": links,
        "topic": topic,
        "promise": preview_promise(
            topic.category if topic else None,
            priority=Priority.NORMAL,
            audience=audience_offered(member_of(request)),
            now=timezone.now(),
        ),
        "crumbs": [{"label": _("Contact us"), "url": reverse("contact")}, *topic.crumbs] if topic else [],
        "usual": usual_first_reply(),
        "steps": {"here": 1, "all": 3},
        "looked": looked,
        "carried": [(name, request.GET[name]) for name in CARRIED if name in request.GET],
    }
    return render(request, "portal/topics.html", page)


def usual_first_reply() -> str:
    """How long a first reply took lately, as people say it; empty while there are too few. Counted every ten minutes."""
    seconds = cache.get_or_set(USUAL_KEY, usual_first_reply_seconds, USUAL_LIFETIME)
    return duration(dt.timedelta(seconds=seconds)) if seconds else ""


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@personal
def contact_sent(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What became of a request: its number and times, for whoever has the address; nothing of its content.

    Posting `ease` tells how easy it was to send.
    """
    ticket = ticket_sent_with(key)
    if ticket is None:
        raise Http404
    if request.method == "POST":
        return _receive_ease(request, ticket)
    if "calendar" in request.GET:
        return sent_calendar(ticket)
    requester, now = requester_of(ticket), timezone.now()
    clocks = [as_told(clock) for clock in clocks_of(ticket)]
    topic = topic_of_category(active_categories(), ticket.category_id)
    page = {
        "ticket": ticket,
        "email": requester.email,
        "lines": _receipt(clocks),
        "has_times": has_times_to_come(promises_in(ticket, clocks, now=now)),
        "usual_seconds": usual_seconds_of(ticket.category_id) if clocks else None,
        "hours": {clock.kind: clock.target_seconds / 3600 for clock in clocks},
        "suggested": articles_for(request, topic, ""),
        "ease": _ease_part(ticket, now),
        "is_own": member_of(request) == requester,
        "sender": ticket.sender or next((sender for sender in senders() if sender.is_default), None),
        "opens_at": opens_at(clocks[0].calendar_version, now=now) if clocks else None,
    }
    return render(request, "portal/sent.html", page)


def _receive_ease(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    score = key_in(request.POST.get("ease", ""))
    if score in Ease.values:
        if not RATINGS.spend(request):
            messages.info(request, _("You've rated many times in an hour. Try again later."))
            return see_other(request.path)
        try:
            tell_ease(ticket, score=score)
        except Refused as refusal:
            messages.info(request, str(refusal.message))
    return see_other(f"{request.path}#ease")


def _ease_part(ticket: Ticket, now: dt.datetime) -> dict[str, Any] | None:
    """The question how easy it was, with what was said; None when its time is over."""
    if ticket.merged_into_id or not may_tell_ease(ticket, now=now):
        return None
    told = ease_told(ticket)
    answers = [{"value": one.value, "label": one.label, "is_told": one == told} for one in reversed(Ease)]
    return {"told": Ease(told).label if told else "", "answers": answers}


def _receipt(clocks: list[Clock]) -> list[dict[str, Any]]:
    words = {ClockKind.FIRST_RESPONSE: _("First reply by"), ClockKind.RESOLUTION: _("Goal to solve by")}
    due = {ClockKind(clock.kind): clock.due_at for clock in clocks if clock.due_at}
    return [{"key": words[kind], "value": when(due[kind])} for kind in words if kind in due]

"""The promised times of a ticket for people's own calendars, who ask for them by a link."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.addresses import absolute_url, current_tenant
from helpdesk.icalendar import CONTENT_TYPE, Moment, calendar_file
from tickets.models import Ticket
from tickets.models.sla import ClockKind
from tickets.views.answers import see_other
from tickets.views.conversation import promises_of
from tickets.views.seat import Seat

SUMMARIES = {
    ClockKind.FIRST_RESPONSE: gettext_lazy("%(desk)s: first reply to %(number)s"),
    ClockKind.NEXT_RESPONSE: gettext_lazy("%(desk)s: next reply to %(number)s"),
    ClockKind.RESOLUTION: gettext_lazy("%(desk)s: goal to solve %(number)s"),
}


def show_calendar(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The times that are still to come, as a file; where there are none, the page that says how it stands."""
    now = timezone.now()
    moments = _moments(seat.ticket, now, url="" if seat.is_guest else absolute_url(seat.url()))
    if not moments:
        messages.info(request, _("No time is promised for this request now."))
        return see_other(seat.url())
    return _file(seat.ticket, moments, now)


def sent_calendar(ticket: Ticket) -> HttpResponse:
    """The same for whoever has the address of what became of a request, nothing of its content: 404 without any time."""
    now = timezone.now()
    moments = _moments(ticket, now)
    if not moments:
        raise Http404
    return _file(ticket, moments, now)


def has_times_to_come(promises: list[dict[str, Any]]) -> bool:
    """Whether there is anything for a calendar among the lines of `promises_of`."""
    return any(line["state"] == "running" for line in promises)


def _moments(ticket: Ticket, now: dt.datetime, *, url: str = "") -> list[Moment]:
    desk = current_tenant()
    lines = [line for line in promises_of(ticket, now=now) if line["state"] == "running"]
    facts = {"desk": desk.name, "number": ticket.number}
    return [
        Moment(
            uid=f"{ticket.number}.{line['kind']}@{desk.slug}",
            at=line["due_at"],
            summary=SUMMARIES[line["kind"]] % facts,
            description=_(
                "The time may change with the request. The request itself always shows the one that counts."
            ),
            url=url,
        )
        for line in lines
    ]


def _file(ticket: Ticket, moments: list[Moment], now: dt.datetime) -> HttpResponse:
    content = calendar_file(moments, product=current_tenant().name, now=now)
    answer = HttpResponse(content, content_type=CONTENT_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{ticket.number}.ics"'
    return answer

"""Who else has the ticket open: the page tells once when it is opened, and its script while it stays open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import ngettext

from accounts.factors import person_of
from accounts.models import Member
from tickets import presence
from tickets.admin.live import told_eyes
from tickets.models import Ticket
from tickets.presence import Doing

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

NAMED = 3


def come_in(ticket: Ticket, member: Member) -> dict[str, list[str]]:
    """Says that the member looks at the ticket; tells as `others_in`. No statement."""
    presence.note(ticket.pk, member, Doing.VIEWING)
    return others_in(ticket, member)


def here_answer(door: TicketAdmin, request: HttpRequest, ticket_id: int) -> HttpResponse:
    """What an open page says every ten seconds, as `doing` ("gone" when it is left); who else is there, as JSON."""
    ticket = door.ticket_of(request, ticket_id)
    if request.method != "POST":
        return door.back(request, ticket)
    member = person_of(request)
    doing = request.POST.get("doing", "")
    if doing == "gone":
        presence.leave(ticket.pk, member)
        return HttpResponse(status=204)
    presence.note(ticket.pk, member, Doing.REPLYING if doing == Doing.REPLYING else Doing.VIEWING)
    return JsonResponse(others_in(ticket, member))


def others_in(ticket: Ticket, member: Member) -> dict[str, list[str]]:
    """In words: as `others` each of the others in the ticket, who writes first, and after NAMED of them how many more; as
    `writing` those of the named who write, for the place where one sends."""
    there = presence.who([ticket.pk], besides=member).get(ticket.pk, [])
    told = [told_eyes([one]) for one in there[:NAMED]]
    writing = [text for one, text in zip(there, told, strict=False) if one.doing == Doing.REPLYING]
    more = len(there) - NAMED
    if more > 0:
        told.append(ngettext("%(count)d other is here", "%(count)d others are here", more) % {"count": more})
    return {"others": told, "writing": writing}

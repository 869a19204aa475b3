"""A page of the desk for one act on one ticket that needs more than a press."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from tickets.admin.asked import Asked
from tickets.admin.panel import teams_of_desk
from tickets.admin.workspace import url_of
from tickets.models import Ticket
from tickets.sensitive import masked

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

ACT = "admin/tickets/ticket/act.html"


def act_page(
    door: TicketAdmin,
    request: HttpRequest,
    ticket: Ticket,
    *,
    title: str,
    button: str,
    form: Form | None = None,
    template: str = ACT,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The page with `form` and one button; 422 when the form has errors. Its way back remembers the queue."""
    query = Asked.read(request.GET, teams_of_desk(request)).query()
    context = {
        **door.admin_site.each_context(request),
        "opts": door.opts,
        "title": title,
        "button": button,
        "ticket": ticket,
        "subject": masked(ticket.subject),
        "form": form,
        "back_url": url_of(ticket.pk, query),
        "query": query,
        **more,
    }
    return TemplateResponse(request, template, context, status=422 if form and form.errors else status)

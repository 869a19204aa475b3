"""The further acts on a ticket, each with a page of its own, and what the workspace tells of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from tickets.admin.articles import articles_view
from tickets.admin.behalf import phone_view
from tickets.admin.escalate import handback_view, handover_view
from tickets.admin.export import export_view
from tickets.admin.history import history_view
from tickets.admin.labels import answers_page, put_title
from tickets.admin.merge import merge_view, unmerge_view
from tickets.admin.paper import print_view
from tickets.admin.people import people_view
from tickets.admin.related import related_view
from tickets.admin.side import side_view
from tickets.admin.spam import spam_view
from tickets.admin.split import split_view
from tickets.admin.time_spent import time_view
from tickets.admin.together import watch_view

# Name of the address below the ticket's → what answers there: (door, request, ticket).
PAGES: dict[str, Callable[..., HttpResponse]] = {
    "merge": merge_view,
    "unmerge": unmerge_view,
    "split": split_view,
    "phone": phone_view,
    "side": side_view,
    "spam": spam_view,
    "articles": articles_view,
    "print": print_view,
    "history": history_view,
    "watch": watch_view,
    "people": people_view,
    "export": export_view,
    "related": related_view,
    "time": time_view,
    "handover": handover_view,
    "handback": handback_view,
    "title": put_title,
    "answers": answers_page,
}


def page_at(door: Any, name: str) -> Callable[..., HttpResponse]:
    """The view of the further act `name`, for whoever may see the ticket."""

    def view(request: Any, ticket_id: int) -> HttpResponse:
        return PAGES[name](door, request, door.ticket_of(request, ticket_id))

    return view

"""The desk's doors to tickets: the queue, the workspace, and one address for each act."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.factors import person_of
from accounts.memory import one_reading
from accounts.models import Member
from accounts.sites import DeskModelAdmin, desk
from helpdesk.errors import Refused
from tickets.actions.assign import assign, change_priority, route
from tickets.actions.guard import Moved
from tickets.actions.status import change_status
from tickets.admin.asked import Asked
from tickets.admin.behalf import new_ticket_view
from tickets.admin.bulk import act_on_many, bulk_bar, show_progress, show_run, undo_run
from tickets.admin.choice import Choice
from tickets.admin.forms import AssignForm, PriorityForm, RouteForm, StatusForm
from tickets.admin.further import PAGES, page_at
from tickets.admin.here import come_in, here_answer
from tickets.admin.labels import put_tag, tag_names, take_tag
from tickets.admin.live import live_answer, preview_asked, preview_page, stamp_of
from tickets.admin.macro_use import macro_box, use_macro
from tickets.admin.merge import lead_on
from tickets.admin.narrow import QueueForm, refuse_lookups
from tickets.admin.offers import offers_answer
from tickets.admin.pages import act_page
from tickets.admin.palette import palette
from tickets.admin.panel import asked_of, count_asked, count_beside, name_of, teams_of_desk, views_panel
from tickets.admin.queue import queue_page
from tickets.admin.saved import change_page, move_act, remove_act, save_page, views_page
from tickets.admin.search import found_before, keep_found, search
from tickets.admin.together import colleague_names
from tickets.admin.whereabouts import lists_around, position_of
from tickets.admin.workspace import (
    Seats,
    Writing,
    lists_of_customer,
    neighbours_asked,
    neighbours_of,
    ratings_asked,
    ticket_of_workspace,
    url_of,
    workspace_page,
)
from tickets.admin.writing import undo_reply, write_note, write_reply
from tickets.desk_reads import at_hand
from tickets.models import Message, Ticket
from tickets.models.ticket import Status
from tickets.queries import active_categories, assignable_members, tickets_visible_to
from tickets.rules import may_work_on_tickets
from tickets.views.answers import see_other

QUEUE = "admin/tickets/ticket/queue.html"
WORKSPACE = "admin/tickets/ticket/workspace.html"

desk.panels.append(views_panel)


@admin.register(Ticket, site=desk)
class TicketAdmin(DeskModelAdmin):
    """Django's admin gives the addresses, the permissions and the shell; lists and pages are our own."""

    def get_urls(self) -> list[URLPattern]:
        """The queue, the workspace and the acts. Tickets are neither added nor deleted here: no such address."""
        acts = {
            "reply": self.reply_view,
            "note": self.note_view,
            "status": self.status_view,
            "priority": self.priority_view,
            "assign": self.assign_view,
            "route": self.route_view,
            "macro": self.macro_view,
            "tag": self.tag_view,
            "untag": self.untag_view,
        }
        beside: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
            "live/": ("live", live_answer),
            "<int:ticket_id>/preview/": ("preview", preview_page),
            "<int:ticket_id>/here/": ("here", here_answer),
            "<int:ticket_id>/offers/": ("offers", offers_answer),
            "views/": ("views", views_page),
            "views/add/": ("view_add", save_page),
            "views/<int:view_id>/change/": ("view_change", change_page),
            "views/<int:view_id>/move/": ("view_move", move_act),
            "views/<int:view_id>/remove/": ("view_remove", remove_act),
        }
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="tickets_ticket_changelist"),
            path("bulk/", view(self.bulk_view), name="tickets_ticket_bulk"),
            path("bulk/<int:run_id>/", view(self.run_view), name="tickets_ticket_run"),
            path("bulk/<int:run_id>/progress/", view(self.progress_view), name="tickets_ticket_run_progress"),
            path("bulk/<int:run_id>/undo/", view(self.run_undo_view), name="tickets_ticket_run_undo"),
            path("palette/", view(palette), name="tickets_ticket_palette"),
            path("tags/", view(tag_names), name="tickets_ticket_tags"),
            path("colleagues/", view(colleague_names), name="tickets_ticket_colleagues"),
            path("add/", view(partial(new_ticket_view, self)), name="tickets_ticket_add"),
            path("<int:ticket_id>/change/", view(self.change_view), name="tickets_ticket_change"),
            *(
                path(f"<int:ticket_id>/{name}/", view(page_at(self, name)), name=f"tickets_ticket_{name}")
                for name in PAGES
            ),
            *(
                path(f"<int:ticket_id>/{name}/", view(act), name=f"tickets_ticket_{name}")
                for name, act in acts.items()
            ),
            *(
                path(route, view(partial(door, self)), name=f"tickets_ticket_{name}")
                for route, (name, door) in beside.items()
            ),
            path("<int:ticket_id>/undo/<uuid:key>/", view(self.take_back_view), name="tickets_ticket_undo"),
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The queues stand in the views of the desk already, so the list of settings leaves them out."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        return tickets_visible_to(person_of(request))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The queue. A number that leads to one ticket goes there at once; a mistyped one is told, with 422."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        refuse_lookups(request)
        return self.queue(request, asked_of(request), person_of(request))

    def queue(self, request: HttpRequest, asked: Asked, member: Member) -> HttpResponse:
        """The page of one list."""
        teams = teams_of_desk(request)
        found = search(asked, member, teams)
        if found.ticket:
            return see_other(url_of(found.ticket.pk, ""))
        keep_found(asked, member, found)
        request.desk_asked = asked  # type: ignore[attr-defined]
        looked = [count_asked(asked, member, teams)] if found.looked_at else []
        count_beside(request, [] if looked else [found], *looked)
        shell = self.admin_site.each_context(request)
        is_whole = request.GET.get("filters") == "1"
        form = QueueForm(asked, teams=teams, is_whole=is_whole)
        context = {
            **shell,
            **queue_page(asked, found, member, shell),
            **bulk_bar(request, member),
            "opts": self.opts,
            "asked": asked,
            "error": found.error,
            "filter_form": form,
            "kept": form.kept(asked),
            **preview_asked(request, member),
            "live_query": urlencode(asked.pairs() | {"since": stamp_of(asked.now)}),
            "save_url": reverse("admin:tickets_ticket_view_add") + f"?{asked.query()}",
            "more_url": "" if is_whole else f"?{urlencode(asked.pairs() | {'filters': 1})}",
        }
        return TemplateResponse(request, QUEUE, context, status=422 if found.error else 200)

    def change_view(  # type: ignore[override]
        self, request: HttpRequest, ticket_id: int, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The workspace of one ticket."""
        ticket = self.ticket_of(request, ticket_id)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if joined := lead_on(self, request, ticket):
            return joined
        mode = request.GET.get("mode", "")
        return self.workspace(request, ticket, Writing(mode if mode in Message.Kind.values else ""))

    def workspace(
        self,
        request: HttpRequest,
        ticket: Ticket,
        writing: Writing,
        *,
        status: int = 200,
        errors: Sequence[Form] = (),
    ) -> HttpResponse:
        """The page of `ticket`; `errors` are the forms whose errors head it."""
        asked, member = asked_of(request), person_of(request)
        found = at_hand(ticket, member)
        seats, queue = Seats.of(found.seats), found_before(asked, member, teams_of_desk(request))
        around = lists_around(ticket, asked, queue)
        lists = [*around, *lists_of_customer(seats.requester, member)]
        beside = [ratings_asked(seats.requester, member), neighbours_asked(ticket, member, asked, queue)]
        count_beside(request, lists, *beside)
        shell = self.admin_site.each_context(request)
        counts = shell["desk_counts"]
        page = workspace_page(
            ticket,
            member,
            asked,
            timezone.now(),
            writing=writing,
            seats=replace(seats, counts=counts[len(around) : -2]),
            found=found,
            sides=counts[-2:],
            is_whole=request.GET.get("all") == "1",
        )
        context = {
            **shell,
            **page,
            "crumb": {"label": name_of(asked, shell), "url": asked.url()},
            "position": position_of(counts[: len(around)]),
            **come_in(ticket, member),
            **macro_box(request, ticket, member, page),
            "opts": self.opts,
            "error_forms": list(errors),
        }
        return TemplateResponse(request, WORKSPACE, context, status=status)

    def reply_view(self, request: HttpRequest, ticket_id: int) -> HttpResponse:
        """Sends a public reply."""
        ticket = self.ticket_of(request, ticket_id)
        if request.method != "POST":
            return self.back(request, ticket)
        with one_reading():  # nothing of the setup is changed
            return write_reply(self, request, ticket)

    def note_view(self, request: HttpRequest, ticket_id: int) -> HttpResponse:
        """Keeps an internal note."""
        ticket = self.ticket_of(request, ticket_id)
        return write_note(self, request, ticket) if request.method == "POST" else self.back(request, ticket)

    def take_back_view(self, request: HttpRequest, ticket_id: int, key: uuid.UUID) -> HttpResponse:
        """Takes a reply back that is just leaving."""
        ticket = self.ticket_of(request, ticket_id)
        if request.method != "POST":
            return self.back(request, ticket)
        return undo_reply(self, request, ticket, key)

    def status_view(self, request: HttpRequest, ticket_id: int) -> HttpResponse:
        """Changes the status."""
        ticket = self.ticket_of(request, ticket_id)
        form = StatusForm(request.POST, current=ticket.status)
        if request.method == "POST" and form.is_valid():
            status = form.cleaned_data["status"]
            return self.act(
                request, ticket, change_status, Choice.of(request, "status", status), status=status
            )
        return self.back(request, ticket, form)

    def priority_view(self, request: HttpRequest, ticket_id: int) -> HttpResponse:
        """Changes the priority."""
        ticket = self.ticket_of(request, ticket_id)
        form = PriorityForm(request.POST)
        if request.method == "POST" and form.is_valid():
            level = form.cleaned_data["priority"]
            return self.act(
                request, ticket, change_priority, Choice.of(request, "priority", level), priority=level
            )
        return self.back(request, ticket, form)

    def assign_view(self, request: HttpRequest, ticket_id: int) -> HttpResponse:
        """Gives the ticket to somebody who sees it, or to nobody."""
        ticket = self.ticket_of(request, ticket_id)
        form = AssignForm(request.POST, people=assignable_members(ticket))
        if request.method == "POST" and "assignee" in request.POST and form.is_valid():
            person = form.cleaned_data["assignee"]
            return self.act(request, ticket, assign, Choice.of(request, "assignee", person), assignee=person)
        return self.back(request, ticket, form)

    def route_view(self, request: HttpRequest, ticket_id: int) -> HttpResponse:
        """Asks for another category, and moves the ticket there; the choices are loaded on demand only."""
        ticket = self.ticket_of(request, ticket_id)
        form = RouteForm(
            request.POST or None, categories=active_categories(), initial={"category": ticket.category_id}
        )
        if request.method == "POST" and form.is_valid():
            category = form.cleaned_data["category"]
            return self.act(
                request, ticket, route, Choice.of(request, "category", category), category=category
            )
        return act_page(
            self,
            request,
            ticket,
            title=_("Move %(number)s") % {"number": ticket.number},
            button=_("Move the ticket"),
            form=form,
            was=request.POST.get("was", ticket.category_id or ""),
            hint=_("Promises already made keep their times. An assignee outside the new team is taken off."),
        )

    def macro_view(self, request: HttpRequest, ticket_id: int) -> HttpResponse:
        """Does what a macro without a reply does."""
        ticket = self.ticket_of(request, ticket_id)
        if request.method == "POST":
            use_macro(request, ticket, person_of(request))
        return self.back(request, ticket)

    def bulk_view(self, request: HttpRequest) -> HttpResponseBase:
        """Acts on many tickets at once."""
        return act_on_many(self, request, person_of(request), asked_of(request))

    def run_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """How far an act on many tickets is, and what it left."""
        return show_run(self, request, person_of(request), run_id)

    def progress_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """The same, for the script of that page."""
        return show_progress(request, person_of(request), run_id)

    def run_undo_view(self, request: HttpRequest, run_id: int) -> HttpResponseBase:
        """Puts back what an act on many tickets changed."""
        return undo_run(request, person_of(request), run_id)

    def tag_view(self, request: HttpRequest, ticket_id: int) -> HttpResponse:
        """Puts a tag on the ticket."""
        ticket = self.ticket_of(request, ticket_id)
        return put_tag(self, request, ticket) if request.method == "POST" else self.back(request, ticket)

    def untag_view(self, request: HttpRequest, ticket_id: int) -> HttpResponse:
        """Takes a tag off the ticket."""
        ticket = self.ticket_of(request, ticket_id)
        return take_tag(self, request, ticket) if request.method == "POST" else self.back(request, ticket)

    def act(
        self, request: HttpRequest, ticket: Ticket, verb: Any, choice: Choice | None = None, **wishes: Any
    ) -> HttpResponse:
        """Calls one action and goes back to the ticket, or to the queue when the person no longer sees it.

        409 with what moved when somebody changed the same thing since the page was opened.
        """
        try:
            with choice.guard(ticket) if choice else nullcontext():
                verb(ticket, actor=person_of(request), **wishes)
        except Moved as moved:
            assert choice is not None
            writing = Writing(moved=choice.moved_facts(moved, request.get_full_path()))
            return self.workspace(request, self.ticket_of(request, ticket.pk), writing, status=409)
        except Refused as refusal:
            messages.error(request, str(refusal))
        if wishes.get("status") == Status.SOLVED and "go_next" in request.POST:
            return self.onward(request, ticket)
        return self.back(request, ticket)

    def back(self, request: HttpRequest, ticket: Ticket, form: Any = None, *, mode: str = "") -> HttpResponse:
        """The way back to the ticket; an act that came without a choice is told so."""
        if form is not None and request.method == "POST":
            messages.error(request, _("Nothing was changed: choose one from the list."))
        if self.get_queryset(request).filter(pk=ticket.pk).exists():
            return self.stay(request, ticket, mode=mode)
        messages.info(request, _("%(number)s is in another team's queue now.") % {"number": ticket.number})
        return see_other(asked_of(request).url())

    def stay(self, request: HttpRequest, ticket: Ticket, *, mode: str = "") -> HttpResponse:
        """As `back`, to a ticket that the person still sees."""
        query = asked_of(request).query()
        url = url_of(ticket.pk, "&".join(filter(None, [query, f"mode={mode}" if mode else ""])))
        return see_other(f"{url}#composer" if mode else url)

    def onward(self, request: HttpRequest, ticket: Ticket) -> HttpResponse:
        """The next ticket of the queue that the solved one was opened from, when the person wants that; else back."""
        wants_next = "go_next" in request.POST
        if request.session.get("stays_after_solving", False) == wants_next:
            request.session["stays_after_solving"] = not wants_next
        if not wants_next:
            return self.back(request, ticket)
        asked = asked_of(request)
        following = neighbours_of(ticket, person_of(request), asked, teams_of_desk(request)).get("next")
        return see_other(following or asked.url())

    def ticket_of(self, request: HttpRequest, ticket_id: int) -> Ticket:
        """The ticket when the person may see it; else a 404, whether it exists or not."""
        teams_of_desk(request)  # with whether the person was called, which the ticket would ask for by itself
        ticket = ticket_of_workspace(ticket_id, person_of(request))
        if ticket is None:
            raise Http404
        if not may_work_on_tickets(person_of(request)):
            raise PermissionDenied
        return ticket

"""Saved views: made from the address of the queue, listed, put in order, renamed and removed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.factors import person_of
from accounts.models import Member, Team
from helpdesk.errors import Refused
from helpdesk.forms import show_refusal
from tickets.actions.saved_views import move_view, remove_view, rename_view, save_view
from tickets.admin.asked import Asked, heading
from tickets.admin.narrow import chips_of
from tickets.admin.panel import asked_of_view, saved_of_desk, teams_of_desk
from tickets.models import SavedView
from tickets.queries import saved_views
from tickets.rules import may_change_view, may_share_views
from tickets.views.answers import see_other

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

LIST = "admin/tickets/ticket/saved_views.html"
FORM = "admin/tickets/ticket/saved_view.html"
NAME_LENGTH = 60


class NameForm(forms.Form):
    """The name of a saved view."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Enter a name"),
            "max_length": gettext_lazy(
                "Name must be %(limit_value)d characters or fewer. You have used %(show_value)d."
            ),
        },
    )


class SaveForm(NameForm):
    """A new saved view: its name, and who sees it."""

    def __init__(self, *args: Any, teams: Iterable[Team], **options: Any) -> None:
        super().__init__(*args, **options)
        self.teams = {team.slug: team for team in teams}
        if self.teams:
            shared = [
                (slug, _("Everybody in %(team)s") % {"team": team}) for slug, team in self.teams.items()
            ]
            self.fields["keeper"] = forms.ChoiceField(
                label=_("Who sees it"), choices=[("", _("Only me")), *shared], required=False
            )

    @property
    def team(self) -> Team | None:
        """For whom it is kept; None: only for its author."""
        return self.teams.get(self.cleaned_data.get("keeper", ""))


def views_page(door: TicketAdmin, request: HttpRequest) -> HttpResponse:
    """All saved views the person sees, with what they may do to each."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    shell = door.admin_site.each_context(request)
    views, member, teams = saved_of_desk(request), person_of(request), teams_of_desk(request)
    context = {
        **shell,
        "opts": door.opts,
        "title": _("Saved views"),
        "groups": [
            {"name": name, "views": [_line(view, member, teams, group) for view in group]}
            for name, group in _groups(views)
        ],
        "queue_url": Asked().url(),
    }
    return TemplateResponse(request, LIST, context)


def save_page(door: TicketAdmin, request: HttpRequest) -> HttpResponse:
    """Asks for a name for the list that the address names, and keeps it."""
    member, teams = person_of(request), teams_of_desk(request)
    asked = Asked.read(request.GET, teams)
    if asked.is_team_unknown:
        raise Http404
    form = SaveForm(
        request.POST if request.method == "POST" else None,
        teams=teams if may_share_views(member) else [],
        initial={"keeper": asked.team.slug if asked.team else ""},
    )
    if request.method == "POST" and form.is_valid():
        try:
            view = save_view(member, name=form.cleaned_data["name"], query=asked.query(), team=form.team)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request, _("“%(name)s” stands beside the queue from now on.") % {"name": view.name}
            )
            return see_other(asked.url())
    return _form_page(door, request, form, asked, title=_("Save view"), button=_("Save view"))


def change_page(door: TicketAdmin, request: HttpRequest, view_id: int) -> HttpResponse:
    """Asks for another name."""
    view = _view_of(request, view_id)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": view.name})
    if request.method == "POST" and form.is_valid():
        try:
            rename_view(view, name=form.cleaned_data["name"], actor=person_of(request))
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Renamed to “%(name)s”.") % {"name": view.name})
            return see_other(_list_url())
    asked = asked_of_view(view, teams_of_desk(request))
    return _form_page(door, request, form, asked, title=_("Rename view"), button=_("Rename view"))


def move_act(_door: TicketAdmin, request: HttpRequest, view_id: int) -> HttpResponse:
    """Moves the view one place up or down."""
    view = _view_of(request, view_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    move_view(view, by=-1 if request.POST.get("to") == "up" else 1)
    return see_other(f"{_list_url()}#view-{view.pk}")  # where Tab goes on


def remove_act(_door: TicketAdmin, request: HttpRequest, view_id: int) -> HttpResponse:
    """Forgets the view."""
    view = _view_of(request, view_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    remove_view(view, actor=person_of(request))
    messages.success(request, _("“%(name)s” was removed. No ticket changed.") % {"name": view.name})
    return see_other(_list_url())


def _form_page(
    door: TicketAdmin, request: HttpRequest, form: NameForm, asked: Asked, *, title: str, button: str
) -> HttpResponse:
    context = {
        **door.admin_site.each_context(request),
        "opts": door.opts,
        "title": title,
        "form": form,
        "button": button,
        "list_name": heading(asked),
        "facts": [chip["label"] for chip in chips_of(asked)],
        "order": asked.sort.label,
        "back_url": asked.url(),
        "views_url": _list_url(),
    }
    return TemplateResponse(request, FORM, context, status=422 if form.errors else 200)


def _line(
    view: SavedView, member: Member, teams: Sequence[Team], group: Sequence[SavedView]
) -> dict[str, Any]:
    def url(act: str) -> str:
        return reverse(f"admin:tickets_ticket_view_{act}", args=[view.pk])

    return {
        "id": view.pk,
        "name": view.name,
        "url": asked_of_view(view, teams).url(),
        "may_change": may_change_view(member, view),
        "is_first": view is group[0],
        "is_last": view is group[-1],
        "is_shared": view.team_id is not None,
        "change_url": url("change"),
        "move_url": url("move"),
        "remove_url": url("remove"),
    }


def _groups(views: Sequence[SavedView]) -> list[tuple[str, list[SavedView]]]:
    groups: dict[int | None, list[SavedView]] = {}
    for view in views:
        groups.setdefault(view.team_id, []).append(view)
    return [(group[0].team.name if group[0].team else _("Only for me"), group) for group in groups.values()]


def _view_of(request: HttpRequest, view_id: int) -> SavedView:
    """The view when the person sees it (else a 404, whether it exists or not) and may change it."""
    view = saved_views(person_of(request)).filter(pk=view_id).first()
    if view is None:
        raise Http404
    if not may_change_view(person_of(request), view):
        raise PermissionDenied(_("Only team leads and admins can change the views of a team."))
    return view


def _list_url() -> str:
    return reverse("admin:tickets_ticket_views")

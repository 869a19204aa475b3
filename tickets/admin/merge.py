"""Joining two tickets at the desk: choose the other one, look at what will happen, join, and take apart again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.addresses import current_tenant
from accounts.factors import person_of
from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.typed_text import LineField, key_in
from tickets.actions.merge import (
    PeopleDiffer,
    merge_for_the_desk,
    merge_tickets,
    undo_merge,
    why_merge_cannot_be,
)
from tickets.admin.articles import language_of
from tickets.admin.pages import act_page
from tickets.joined import people_in_one_only
from tickets.models import Attachment, Merge, Message, Participant, Ticket
from tickets.models.ticket import OPEN_STATUSES
from tickets.queries import find_ticket, requester_of, tickets_visible_to
from tickets.sensitive import masked
from tickets.views.answers import see_other
from tickets.views.conversation import joining_sentence

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

TEMPLATE = "admin/tickets/ticket/merge.html"
CANDIDATES = 5
TOLD_LIMIT = 200  # characters
SHARED, DESK_ONLY = "shared", "desk"


class SharingForm(forms.Form):
    """Who reads what when different people take part; `agreed` are those that the page named."""

    sharing = forms.ChoiceField(
        label=gettext_lazy("Who reads the joined conversation"),
        widget=forms.RadioSelect,
        choices=[
            (SHARED, gettext_lazy("All of them read everything that was and will be said")),
            (DESK_ONLY, gettext_lazy("Nobody reads more than now: only the desk sees both together")),
        ],
        error_messages={"required": gettext_lazy("Choose who reads the joined conversation")},
    )

    def __init__(self, *args: Any, people: list[Member], **options: Any) -> None:
        super().__init__(*args, **options)
        if not people:
            del self.fields["sharing"]

    @property
    def is_shared(self) -> bool:
        """Whether everybody reads everything."""
        return self.cleaned_data.get("sharing") != DESK_ONLY


class MergeForm(SharingForm):
    """The same for two tickets, and what their people are told, which is `usual` unless somebody changes it."""

    told = LineField(
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        max_length=TOLD_LIMIT,
        error_messages={
            "required": gettext_lazy("Enter what the customer will read"),
            "max_length": gettext_lazy(
                "This must be %(limit_value)d characters or fewer. You have used %(show_value)d."
            ),
        },
    )

    def __init__(self, *args: Any, people: list[Member], usual: str, **options: Any) -> None:
        super().__init__(*args, people=people, **options)
        self.usual = self.fields["told"].initial = usual
        self.fields["told"].help_text = _("Left as it is, everybody reads it in their own language.")
        if people:
            self.fields["told"].label = _("What they will read about it, if all of them read everything")
        else:
            self.fields["told"].label = _("What the customer will read about it")

    def clean(self) -> dict[str, Any]:
        """Where nobody is told anything it does not matter what was typed."""
        typed = super().clean() or {}
        if not self.is_shared:
            self.errors.pop("told", None)
        return typed

    @property
    def own_words(self) -> str:
        """The sentence, if it is another than the usual one."""
        told: str = self.cleaned_data["told"]
        return "" if told == self.usual else told


def merge_view(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The choice of the other ticket; with `into` in the address what joining would do, and by post the joining."""
    if ticket.merged_into_id:
        return door.back(request, ticket)
    typed = (request.POST if request.method == "POST" else request.GET).get("into", "")
    if not typed:
        return _choose(door, request, ticket)
    try:
        target = _target(typed, person_of(request))
        if refusal := why_merge_cannot_be(ticket, target):
            raise refusal
    except Refused as refusal:
        return _choose(door, request, ticket, typed=typed, error=str(refusal))
    if request.method == "POST":
        return _join(door, request, ticket, target)
    if "keep" not in request.GET and ticket.pk < target.pk and not why_merge_cannot_be(target, ticket):
        return see_other(_address(target, ticket))  # the older number is kept, unless somebody swaps
    people = people_in_one_only(ticket, target)
    return _preview(door, request, ticket, target, form=_form(ticket, target, people), people=people)


def unmerge_view(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Takes out again what was joined into the ticket."""
    chosen = key_in(request.POST.get("merge", ""))
    if request.method != "POST" or not chosen:
        return door.back(request, ticket)
    merge = Merge.objects.filter(target=ticket, pk=chosen).select_related("source", "target").first()
    if merge is None:
        raise Http404
    try:
        undo_merge(merge, actor=person_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        told = _("%(source)s and %(target)s are two tickets again.")
        messages.success(request, told % {"source": merge.source.number, "target": ticket.number})
    return door.back(request, ticket)


def lead_on(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse | None:
    """The way to the ticket this one was joined into, for whoever may see that; None for a ticket of its own."""
    if not ticket.merged_into_id:
        return None
    target = door.get_queryset(request).filter(pk=ticket.merged_into_id).first()
    if target is None:
        return None
    told = _("%(number)s was joined into this ticket.") % {"number": ticket.number}
    messages.info(request, told)
    return door.back(request, target)


def _target(typed: str, member: Member) -> Ticket:
    prefix = current_tenant().prefix
    target = find_ticket(tickets_visible_to(member), typed, prefix)
    if target is None:
        text = _("There is no ticket %(number)s among those you may see.")
        raise Refused(text % {"number": typed[:60]}, "into")
    return target


def _choose(
    door: TicketAdmin, request: HttpRequest, ticket: Ticket, *, typed: str = "", error: str = ""
) -> HttpResponse:
    member = person_of(request)
    there = tickets_visible_to(member).filter(status__in=OPEN_STATUSES, is_spam=False).exclude(pk=ticket.pk)
    of_customer = Participant.objects.filter(member=requester_of(ticket)).values("ticket")
    lists = [
        (_("Open tickets of the same customer"), there.filter(pk__in=of_customer).order_by("-id")),
        (_("Assigned to you"), there.filter(assignee=member).order_by("attention_at", "id")),
    ]
    return act_page(
        door,
        request,
        ticket,
        title=_("Join %(number)s with another ticket") % {"number": ticket.number},
        button=_("Look at it first"),
        template=TEMPLATE,
        status=422 if error else 200,
        typed=typed[:60],
        error=error,
        lists=[{"title": title, "rows": _rows(ticket, found)} for title, found in lists],
    )


def _rows(ticket: Ticket, found: QuerySet[Ticket]) -> list[dict[str, str]]:
    return [
        {
            "number": other.number,
            "subject": masked(other.subject),
            "status": other.get_status_display(),
            "url": _address(ticket, other, is_kept=False),
        }
        for other in found[:CANDIDATES]
    ]


def _address(source: Ticket, target: Ticket, *, is_kept: bool = True) -> str:
    asked = {"into": target.number} | ({"keep": "1"} if is_kept else {})
    return f"{reverse('admin:tickets_ticket_merge', args=[source.pk])}?{urlencode(asked)}"


def _preview(
    door: TicketAdmin,
    request: HttpRequest,
    source: Ticket,
    target: Ticket,
    *,
    form: MergeForm,
    people: list[Member],
    error: str = "",
) -> HttpResponse:
    numbers = {"source": source.number, "target": target.number}
    return act_page(
        door,
        request,
        source,
        title=_("Join %(source)s into %(target)s") % numbers,
        button=_("Join %(source)s into %(target)s") % numbers,
        form=form,
        template=TEMPLATE,
        status=422 if error else 200,
        sides=[_side(source), _side(target)],
        target=target,
        people=people,
        error=error,
        swap_url=_address(target, source),
    )


def _form(source: Ticket, target: Ticket, people: list[Member], posted: QueryDict | None = None) -> MergeForm:
    """The form with the usual sentence, in the language of the customer whose number is kept."""
    with override(language_of(requester_of(target))):
        usual = joining_sentence(source.number)
    return MergeForm(posted, people=people, usual=usual)


def _side(ticket: Ticket) -> dict[str, Any]:
    messages_there = Message.objects.filter(ticket=ticket)
    return {
        "number": ticket.number,
        "subject": masked(ticket.subject),
        "status": ticket.get_status_display(),
        "from": str(requester_of(ticket)),
        "messages": messages_there.count(),
        "files": Attachment.objects.filter(message__ticket=ticket).count(),
    }


def _join(door: TicketAdmin, request: HttpRequest, source: Ticket, target: Ticket) -> HttpResponse:
    people = people_in_one_only(source, target)
    form = _form(source, target, people, request.POST)
    if not form.is_valid():
        return _preview(door, request, source, target, form=form, people=people)
    member, agreed = person_of(request), request.POST.getlist("agreed")
    try:
        if form.is_shared:
            named = frozenset(key for text in agreed if (key := key_in(text)))
            merge_tickets(source, into=target, actor=member, agreed=named, told=form.own_words)
        else:
            merge_for_the_desk(source, into=target, actor=member)
    except PeopleDiffer as differ:  # somebody came along since the page was opened
        return _preview(door, request, source, target, form=form, people=people, error=str(differ))
    except Refused as refusal:
        return _choose(door, request, source, typed=target.number, error=str(refusal))
    told = _("%(source)s was joined into %(target)s. You can take them apart again.")
    messages.success(request, told % {"source": source.number, "target": target.number})
    return door.back(request, target)

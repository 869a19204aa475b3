"""Joining the chosen tickets into one of them: which keeps its number, and who reads what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.typed_text import key_in
from tickets.admin.bulk_asks import AskForm, Press
from tickets.admin.merge import DESK_ONLY, SHARED, SharingForm
from tickets.joined import people_not_in_all
from tickets.models import Participant, Ticket
from tickets.models.ticket import Status
from tickets.rules import may_be_joined
from tickets.sensitive import masked

MOST = 50  # tickets joined at once: each of them stands in the question


class MergeManyForm(SharingForm, AskForm):
    """Which of the tickets the others go into, and, when different people take part, who reads what."""

    into = forms.TypedChoiceField(
        label=gettext_lazy("Which number to keep"),
        help_text=gettext_lazy("The others close, and their numbers and links lead to this one."),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a ticket"),
            "invalid_choice": gettext_lazy("Choose one from the list"),
        },
        coerce=int,
    )
    field_order = ["into", "sharing"]

    def __init__(
        self, *args: Any, targets: Sequence[tuple[int, SafeString]], people: list[Member], **options: Any
    ) -> None:
        super().__init__(*args, people=people, **options)
        self.people = people
        self.fields["into"].choices = targets  # type: ignore[attr-defined]
        self.initial.setdefault("into", targets[0][0])
        if people:
            apart = _("Nobody reads more than now: only the desk sees them together")
            choices = [(SHARED, self.fields["sharing"].choices[0][1]), (DESK_ONLY, apart)]  # type: ignore[attr-defined]
            self.fields["sharing"].choices = choices  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        named = self.data.getlist("agreed") if "sharing" in self.fields else []  # type: ignore[attr-defined]
        return {
            "into": self.cleaned_data["into"],
            "is_shared": self.is_shared,
            "agreed": sorted({key for text in named if (key := key_in(text))}),
        }

    def among(self, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        return tickets.exclude(pk=self.cleaned_data["into"])

    @staticmethod
    def title(count: int, told: str) -> str:
        return ngettext("Join %(count)s ticket", "Join %(count)s tickets into one", count) % {"count": told}


def merge_form(press: Press) -> AskForm:
    """The question for the tickets of the press.

    Raises Refused when they are fewer than two or more than MOST, and when none of them can take the others in.
    """
    tickets = list(press.tickets.order_by("pk")[: MOST + 1])
    if len(tickets) < 2:
        raise Refused(_("Choose at least two tickets to join them."))
    if len(tickets) > MOST:
        raise Refused(_("Join 50 tickets at most at once. Choose fewer."))
    targets = [ticket for ticket in tickets if may_be_joined(ticket)]
    if not targets:
        raise Refused(
            _("None of these tickets can take the others in: each is solved, closed, spam or joined.")
        )
    return MergeManyForm(
        press.data,
        targets=_told(targets),
        people=people_not_in_all([ticket for ticket in tickets if _may_go(ticket)]),
        auto_id="bulk_%s",
    )


def _may_go(ticket: Ticket) -> bool:
    """Whether anything of the ticket could be read by more people: the others are left as they are."""
    return not (ticket.merged_into_id or ticket.is_spam or ticket.status == Status.CLOSED)


def _told(tickets: Sequence[Ticket]) -> list[tuple[int, SafeString]]:
    """Each ticket as a line of the question: number, title, who asked, status. The oldest first, which is kept unless somebody chooses."""
    asked = Participant.objects.filter(
        ticket__in=[ticket.pk for ticket in tickets], role=Participant.Role.REQUESTER
    )
    names = {seat.ticket_id: str(seat.member) for seat in asked.select_related("member")}
    return [
        (
            ticket.pk,
            format_html(
                "<bdi>{}</bdi> · <bdi>{}</bdi> · <bdi>{}</bdi> · {}",
                ticket.number,
                masked(ticket.subject),
                names.get(ticket.pk, ""),
                ticket.get_status_display(),
            ),
        )
        for ticket in tickets
    ]

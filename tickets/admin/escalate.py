"""The pages on which a ticket is handed to the next tier, and back, with a note for those who get it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.factors import person_of
from accounts.models.team import Tier
from helpdesk.errors import Refused
from helpdesk.forms import show_refusal
from helpdesk.typed_text import key_in
from tickets.actions.escalate import hand_back, hand_over, nobody_above, nobody_below
from tickets.admin.pages import act_page
from tickets.forms import body_field
from tickets.models import Ticket
from tickets.tiers import last_hand_over, people_at, tier_above, tier_below

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin


class HandForm(forms.Form):
    """What those who get the ticket read first."""

    body = body_field(
        gettext_lazy("Note for them"), gettext_lazy("Write what they need to know before they go on.")
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("submission_key", uuid.uuid4())
        self.fields["body"].help_text = _(
            "What was tried, what is left to do, what the customer expects. For colleagues only."
        )


@dataclass(frozen=True)
class Way:
    """One of the two ways: what does it, where it leads (None: nowhere, and why), and its words."""

    verb: Callable[..., Ticket]
    tier: Tier | None
    nobody: str
    title: str
    button: str
    done: str


def handover_view(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Asks for the note and hands the ticket to the next tier; 422 with what was typed when that can't be."""
    way = Way(
        hand_over,
        tier_above(ticket),
        nobody_above(ticket),
        title=_("Hand %(number)s over to %(tier)s"),
        button=_("Hand over to %(tier)s"),
        done=_("%(number)s is with %(tier)s now. They are told."),
    )
    return _page(door, request, ticket, way)


def handback_view(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The way back; as `handover_view`."""
    came = last_hand_over(ticket)
    way = Way(
        hand_back,
        Tier(came.changes["tier"][0]) if came else tier_below(ticket),
        nobody_below(ticket),
        title=_("Hand %(number)s back to %(tier)s"),
        button=_("Hand back to %(tier)s"),
        done=_("%(number)s is with %(tier)s again. They are told."),
    )
    return _page(door, request, ticket, way)


def _page(door: TicketAdmin, request: HttpRequest, ticket: Ticket, way: Way) -> HttpResponse:
    if way.tier is None and request.method != "POST":
        messages.error(request, way.nobody)
        return door.back(request, ticket)
    form = HandForm(request.POST or None)
    facts = {"number": ticket.number, "tier": way.tier.label if way.tier else ""}
    if request.method == "POST" and form.is_valid() and _hand(form, request, ticket, way.verb):
        ticket.refresh_from_db(fields=["tier"])
        messages.success(request, way.done % (facts | {"tier": ticket.get_tier_display()}))
        return door.back(request, ticket)
    return act_page(
        door,
        request,
        ticket,
        title=way.title % facts,
        button=way.button % facts,
        form=form,
        was=ticket.tier,
        hint=_hint(ticket, way.tier) if way.tier else way.nobody,
    )


def _hint(ticket: Ticket, tier: Tier) -> str:
    facts = {
        "tier": tier.label,
        "team": ticket.team.name,
        "names": ", ".join(str(member) for member in people_at(ticket, tier)),
    }
    return _("%(tier)s of %(team)s: %(names)s. What was promised to the customer keeps its time.") % facts


def _hand(form: HandForm, request: HttpRequest, ticket: Ticket, verb: Callable[..., Ticket]) -> bool:
    try:
        verb(
            ticket,
            actor=person_of(request),
            note=form.cleaned_data["body"],
            seen_tier=key_in(request.POST.get("was", "")),
            submission_key=form.cleaned_data["submission_key"],
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    return True

"""A team's rule that asks who is at the desk: they come first, or they alone, and no ticket is lost when nobody is."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test.utils import override_settings
from django.utils import timezone

from accounts.at_desk import SECONDS, at_desk, note_at_desk
from accounts.models import Member, Team
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House
from tests.pages import Page
from tests.tickets.actions.test_give import ask, holders, worker
from tests.tickets.admin.conftest import browser
from tickets.actions.give import give_out
from tickets.admin.events import reason_of
from tickets.models import Clock, Ticket, TicketEvent
from tickets.models.event import Verb

Assigning = Team.Assigning
Presence = Team.Presence


@pytest.fixture(autouse=True)
def nobody_is_there() -> None:
    cache.clear()


def rule(house: House, assigning: Team.Assigning, presence: Team.Presence) -> None:
    """The house's first team assigns so from now on."""
    Team.objects.filter(pk=house.team.pk).update(assigning=assigning, presence=presence)


def test_only_who_is_at_the_desk_gets_tickets_and_else_they_wait_with_their_promise(
    house: House, customer: Member
) -> None:
    rule(house, Assigning.IN_TURN, Presence.ONLY)
    sam = worker(house, "sam")
    worker(house, "tess")
    ask(house, customer)
    promised = Clock.objects.values_list("kind", "state", "due_at")
    before = list(promised)
    found = [(give_out(), holders())]

    desk = browser(house, sam)
    desk.get("/admin/tickets/ticket/")
    found.append((give_out(), holders()))
    ask(house, customer)
    ask(house, customer)
    found.append((give_out(), holders()))
    desk.post("/accounts/logout/")
    ask(house, customer)
    found.append((give_out(), holders()))

    assert found == [
        (0, ["-"]),
        (1, ["Sam"]),
        (2, ["Sam", "Sam", "Sam"]),
        (0, ["Sam", "Sam", "Sam", "-"]),
    ]
    assert list(promised)[: len(before)] == before
    assert Ticket.objects.filter(wants_agent=True).count() == 1


def test_who_is_there_comes_first_and_nobody_waits_for_who_is_not(house: House, customer: Member) -> None:
    rule(house, Assigning.LEAST_BUSY, Presence.FIRST)
    worker(house, "away")
    here = worker(house, "here", most_tickets=2)
    note_at_desk(here)
    for _ticket in range(3):
        ask(house, customer)

    give_out()
    of_who_is_there = holders()
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=SECONDS + 1), tick=False):
        Member.objects.filter(pk=here.pk).update(most_tickets=None)
        ask(house, customer)
        give_out()

    told = TicketEvent.objects.filter(verb=Verb.ASSIGNED).order_by("pk")
    assert of_who_is_there == ["Here", "Here", "Away"]
    assert holders()[3:] == ["Away"]
    assert [reason_of(event) for event in told][1:3] == [
        "Rule: least busy in Payments. They were at the desk.",
        "Rule: least busy in Payments.",
    ]


def test_a_reader_of_the_language_who_is_not_there_is_not_waited_for(house: House, customer: Member) -> None:
    rule(house, Assigning.IN_TURN, Presence.ONLY)
    worker(house, "noor", languages=["ar"])
    note_at_desk(worker(house, "sam"))
    ask(house, customer, "ar")

    given = give_out(), holders()

    assert given == (1, ["Sam"])


def test_without_valkey_all_count_as_there(house: House, customer: Member) -> None:
    rule(house, Assigning.IN_TURN, Presence.ONLY)
    worker(house, "sam")
    ask(house, customer)
    away = {"default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/valkey.sock"}}

    with override_settings(CACHES=away):
        known, given = at_desk(), give_out()

    assert (known, given, holders()) == (None, 1, ["Sam"])


def test_who_is_at_the_desk_is_told_to_their_lead_and_to_no_other_tenant(
    house: House, other_house: House, lead: Member, customer: Member
) -> None:
    rule(house, Assigning.IN_TURN, Presence.ONLY)
    worker(house, "sam")
    with tenant_scope(other_house.tenant.pk):
        note_at_desk(customer)
        there = at_desk()

    page = Page(browser(house, lead).get("/admin/dashboard/people/"))

    assert there == frozenset({customer.pk})
    assert at_desk() == frozenset({lead.pk})
    assert "1 person takes new tickets Being at the desk: Only those at the desk" in page.text
    assert "Lead L1 Takes new tickets Now 0" in page.text
    assert "Sam L1 Takes new tickets No 0" in page.text

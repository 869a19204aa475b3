"""Customers say what they thought of the help: on the ticket's page, or led there by a mail."""

import datetime as dt
from dataclasses import dataclass

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now

from accounts.models import Member, TenantSettings
from helpdesk.outbox.models import OutboxRow
from tests.factories.cast import House, make_guest
from tests.factories.tickets import answer, make_ticket, participant_of, write_back
from tests.pages import Page
from tickets.actions.rate import ask_for_ratings
from tickets.actions.settle import settle_tickets
from tickets.actions.spam import mark_spam
from tickets.guest_links import new_guest_link
from tickets.models import Rating, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.ticket import Status
from tickets.tasks import settle

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@dataclass
class Desk:
    """A customer in front of their solved ticket, by one of the two doors."""

    site: Client
    ticket: Ticket
    member: Member
    agent: Member
    address: str

    def page(self, query: str = "") -> Page:
        return Page(self.site.get(self.address + query))

    @property
    def form(self) -> str:
        """Where a rating is posted to."""
        return f"{self.address}rate/"

    def rate(self, **answers: str) -> Page:
        return Page(self.site.post(self.form, answers, follow=True))


@pytest.fixture(params=["member", "guest"])
def at(
    request: pytest.FixtureRequest, house: House, site: Client, customer: Member, guest: Member, agent: Member
) -> Desk:
    member = customer if request.param == "member" else guest
    ticket = make_ticket(house, member, is_proven=request.param == "member")
    if request.param == "member":
        site.force_login(member)
        address = f"/tickets/{ticket.number}/"
    else:
        site.get(f"/t/{new_guest_link(participant_of(ticket, guest))}/", follow=True)
        address = f"/t/ticket/{ticket.submission_key}/"
    answer(ticket, agent, status=Status.SOLVED)
    ticket.refresh_from_db()
    return Desk(site, ticket, member, agent, address)


def actions(page: Page) -> list[str]:
    """Where the page's forms are posted to."""
    return [form.action for form in page.forms]


def solved_before(ticket: Ticket, time: dt.timedelta) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(solved_at=now() - time)


def scores() -> list[tuple[int | None, str]]:
    return list(Rating.objects.order_by("pk").values_list("score", "comment"))


def test_a_solved_ticket_is_rated_and_the_rating_is_changed(at: Desk) -> None:
    offered = at.page()
    first = at.rate(score="2", comment="It took a week.")
    at.rate(score="2", comment="It took a week.")
    second = at.rate(score="4", comment="")

    assert at.form in actions(offered)
    assert "Thank you for your rating." in first.text
    assert "You said: Bad." in first.text
    assert first.form(at.form).values["comment"] == "It took a week."
    assert "You said: Good." in second.text
    assert scores() == [(4, "")]
    events = TicketEvent.objects.filter(verb=Verb.RATED).order_by("pk")
    assert [event.changes for event in events] == [{"rating": [None, 2]}, {"rating": [2, 4]}]


def test_nothing_chosen_keeps_the_words_and_says_what_is_missing(at: Desk) -> None:
    page = at.rate(comment="Words that stay")
    long = at.rate(score="5", comment="x" * 2001)
    odd = at.rate(score="6")

    assert page.status == long.status == odd.status == 422
    assert "Choose how it was" in page.text
    assert page.form(at.form).values["comment"] == "Words that stay"
    assert "This text must be 2000 characters or fewer. You have used 2001." in long.text
    assert scores() == []


def test_an_open_ticket_offers_nothing_and_each_solving_is_rated_anew(at: Desk) -> None:
    at.rate(score="1", comment="")
    write_back(at.ticket, at.member)
    open_again = at.page()
    refused = at.rate(score="5", comment="")
    answer(at.ticket, at.agent, "Now it is.", status=Status.SOLVED)
    at.rate(score="5", comment="Thanks")

    assert at.form not in actions(open_again)
    assert "This can't be rated any more." in refused.text
    assert scores() == [(1, ""), (5, "Thanks")]


def test_a_rating_can_be_changed_for_a_week_and_given_for_a_month(at: Desk) -> None:
    solved_before(at.ticket, 31 * DAY)
    late = at.page()
    solved_before(at.ticket, 29 * DAY)
    at.rate(score="3", comment="")
    solved_before(at.ticket, 32 * DAY)
    Rating.objects.update(solved_at=Ticket.objects.get(pk=at.ticket.pk).solved_at, rated_at=now() - 3 * DAY)
    again = at.page()
    Rating.objects.update(rated_at=now() - 8 * DAY)
    over = at.page()
    at.rate(score="1", comment="")

    assert at.form not in actions(late)
    assert at.form in actions(again)
    assert at.form not in actions(over)
    assert "You rated the help you got: Neither good nor bad." in over.text
    assert scores() == [(3, "")]


def test_a_link_of_the_mail_chooses_and_stores_nothing(at: Desk) -> None:
    page = at.page("?score=5")
    odd = at.page("?score=9")

    assert page.form(at.form).values["score"] == "5"
    assert "score" not in odd.form(at.form).values
    assert scores() == []


def test_the_requester_is_asked_once_a_solving(at: Desk) -> None:
    early = ask_for_ratings(now=now(), limit=10)
    with time_machine.travel(now() + 2 * HOUR, tick=False):
        settle()
        settle()
    mails = OutboxRow.objects.filter(topic="ticket_rating")

    assert early == 0
    assert [mail.to_address for mail in mails] == [at.member.email]
    assert scores() == [(None, "")]


def test_a_mailed_link_leads_a_guest_to_the_choice(at: Desk) -> None:
    token = new_guest_link(participant_of(at.ticket, at.member))

    led = at.site.get(f"/t/{token}/?score=4")
    odd = at.site.get(f"/t/{token}/?score=https://elsewhere.example")

    assert led["Location"] == f"{at.address}?score=4#rating"
    assert odd["Location"] == at.address


def test_nobody_is_asked_about_spam_silence_what_they_rated_or_at_an_unproven_address(
    house: House, customer: Member, agent: Member
) -> None:
    spam, silent, rated = (make_ticket(house, customer) for _each in range(3))
    unproven = make_ticket(house, make_guest("nobody@elsewhere.example"), is_proven=False)
    answer(unproven, agent, status=Status.SOLVED)
    answer(spam, agent, status=Status.SOLVED)
    mark_spam(spam, actor=agent)
    answer(rated, agent, status=Status.SOLVED)
    Rating.objects.create(
        ticket=rated,
        member=customer,
        solved_at=Ticket.objects.get(pk=rated.pk).solved_at or now(),
        score=5,
        rated_at=now(),
    )
    answer(silent, agent, "Which bank?", status=Status.PENDING)
    with time_machine.travel(now() + 8 * DAY, tick=False):
        settle_tickets(now=now(), limit=10)
        silent.refresh_from_db()
        assert silent.status == Status.SOLVED
    with time_machine.travel(now() + 2 * HOUR, tick=False):
        soon = ask_for_ratings(now=now(), limit=10)
    with time_machine.travel(now() + 8 * DAY + 2 * HOUR, tick=False):
        later = ask_for_ratings(now=now(), limit=10)

    assert (soon, later) == (0, 0)


def test_what_was_solved_by_silence_is_not_rated(
    house: House, site: Client, customer: Member, agent: Member
) -> None:
    ticket = make_ticket(house, customer)
    answer(ticket, agent, "Which bank?", status=Status.PENDING)
    with time_machine.travel(now() + 8 * DAY, tick=False):
        settle_tickets(now=now(), limit=10)
        site.force_login(customer)
        page = Page(site.get(f"/tickets/{ticket.number}/"))
        site.post(f"/tickets/{ticket.number}/rate/", {"score": "5"})

    assert f"/tickets/{ticket.number}/rate/" not in actions(page)
    assert scores() == []


def test_a_tenant_may_leave_the_asking(at: Desk) -> None:
    TenantSettings.objects.update(asks_for_ratings=False)

    with time_machine.travel(now() + 2 * HOUR, tick=False):
        settle()

    assert not OutboxRow.objects.filter(topic="ticket_rating").exists()


def test_the_desk_reads_the_rating_with_its_words(at: Desk) -> None:
    at.rate(score="2", comment="It took a week.")
    desk = Client(headers={"host": "acme.localhost"})
    desk.force_login(at.agent)

    text = Page(desk.get(f"/admin/tickets/ticket/{at.ticket.pk}/change/")).text

    assert "rated the help: Bad" in text
    assert "It took a week." in text

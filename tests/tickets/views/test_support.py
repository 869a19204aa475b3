"""Support tickets: the member's own, in five words, 25 a page."""

import pytest
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House, make_member
from tests.factories.tickets import answer, make_ticket, note, participant_of, write_back
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.actions.status import change_status
from tickets.models.ticket import Status


def test_list_needs_a_sign_in(house: House, site: Client) -> None:
    reply = site.get("/tickets/")

    assert reply.status_code == 302
    assert "/login/?next=/tickets/" in reply["Location"]


def test_list_says_what_belongs_here_while_it_is_empty(house: House, site: Client, customer: Member) -> None:
    site.force_login(customer)

    page = Page(site.get("/tickets/"))

    assert "When you ask us something, it appears here." in page.text
    assert page.links["Contact us"] == "/contact/"


def test_list_shows_own_tickets_only(house: House, site: Client, customer: Member, guest: Member) -> None:
    make_ticket(house, customer, subject="Mine")
    make_ticket(house, guest, subject="Somebody else's")
    site.force_login(customer)

    page = Page(site.get("/tickets/"))

    assert page.links["Mine"] == "/tickets/ACME-1007/"
    assert "Somebody else's" not in page.text


def test_list_of_an_agent_holds_what_they_asked_themselves(
    house: House, site: Client, customer: Member, agent: Member
) -> None:
    make_ticket(house, customer, subject="Of the team")
    site.force_login(agent)

    assert "Of the team" not in Page(site.get("/tickets/")).text


def test_list_counts_and_filters_by_status(
    house: House, site: Client, customer: Member, agent: Member
) -> None:
    for title, status in {"Fresh": None, "Asked": Status.PENDING, "Done": Status.SOLVED}.items():
        ticket = make_ticket(house, customer, subject=title)
        if status:
            change_status(ticket, status=status, actor=agent)
    site.force_login(customer)

    shown = {
        show: [
            title
            for title in ("Fresh", "Asked", "Done")
            if title in Page(site.get(f"/tickets/?show={show}")).links
        ]
        for show in ("all", "open", "waiting", "solved", "nonsense")
    }
    text = Page(site.get("/tickets/")).text

    assert shown == {
        "all": ["Fresh", "Asked", "Done"],
        "open": ["Fresh", "Asked"],
        "waiting": ["Asked"],
        "solved": ["Done"],
        "nonsense": ["Fresh", "Asked", "Done"],
    }
    assert "All 3 Open 2 Waiting for you 1 Solved 1" in text


def test_list_puts_what_waits_for_the_customer_first(
    house: House, site: Client, customer: Member, agent: Member
) -> None:
    waiting = make_ticket(house, customer, subject="Asked")
    answer(waiting, agent, status=Status.PENDING)
    make_ticket(house, customer, subject="Newer")
    site.force_login(customer)

    text = Page(site.get("/tickets/")).text

    assert text.index("Asked") < text.index("Newer")
    assert "Waiting for you" in text


def test_list_marks_what_is_new_until_it_is_read(
    house: House, site: Client, customer: Member, agent: Member
) -> None:
    ticket = make_ticket(house, customer)
    answer(ticket, agent)
    site.force_login(customer)

    before = Page(site.get("/tickets/")).text
    site.get(f"/tickets/{ticket.number}/")
    after = Page(site.get("/tickets/")).text

    assert "new Refund for order 1182" in before
    assert "new Refund for order 1182" not in after


def test_internal_note_moves_nothing_in_the_list(
    house: House, site: Client, customer: Member, agent: Member
) -> None:
    older = make_ticket(house, customer, subject="Older")
    make_ticket(house, customer, subject="Newer")
    note(older, agent)
    site.force_login(customer)

    text = Page(site.get("/tickets/")).text

    assert text.index("Newer") < text.index("Older")
    assert "new Older" not in text


def test_list_pages_by_25(house: House, site: Client, customer: Member) -> None:
    for number in range(27):
        make_ticket(house, customer, subject=f"Ticket {number:02}")
    site.force_login(customer)

    first, second, past = (Page(site.get(f"/tickets/?page={page}")) for page in ("1", "2", "999"))

    assert "1 to 25 of 27" in first.text
    assert first.links["Older"] == "/tickets/?page=2"
    assert "Ticket 01" in second.links
    assert "26 to 27 of 27" in second.text
    assert second.text == past.text


@pytest.mark.parametrize("page", ["-1", "0", "x", "٢", "99999999999999999999"])
def test_list_forgives_any_page_number(house: House, site: Client, customer: Member, page: str) -> None:
    site.force_login(customer)

    assert site.get(f"/tickets/?page={page}").status_code == 200


def test_list_costs_the_same_with_one_and_with_three(
    house: House, site: Client, customer: Member, agent: Member
) -> None:
    site.force_login(customer)
    answer(make_ticket(house, customer), agent)
    one = count_queries(lambda: site.get("/tickets/"))
    for _time in range(2):
        write_back(make_ticket(house, customer), customer)

    three = count_queries(lambda: site.get("/tickets/"))

    assert_same_queries(one, three)
    assert three <= 6


def test_list_of_a_participant_shows_the_ticket_too(house: House, site: Client, customer: Member) -> None:
    colleague = make_member("colleague@acme.example")
    ticket = make_ticket(house, colleague, subject="Shared")
    participant = participant_of(ticket, colleague)
    participant.pk, participant.member, participant.role, participant.token = (
        None,
        customer,
        "participant",
        "x" * 20,
    )
    participant.save(force_insert=True)
    site.force_login(customer)

    assert Page(site.get("/tickets/")).links["Shared"] == f"/tickets/{ticket.number}/"

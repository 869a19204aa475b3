"""Support tickets: the member's own, in five words, 25 a page."""

import pytest
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House, make_member
from tests.factories.tickets import answer, make_ticket, note, participant_of, write_back
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.actions.participants import add_participant
from tickets.actions.rate import rate
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
    assert first.links["Next"] == "/tickets/?page=2"
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


@pytest.mark.parametrize(
    ("words", "titles"),
    [("camera", ["Camera broken"]), ("lens", ["Camera broken"]), ("refun", ["Refund late"]), ("tripod", [])],
)
def test_words_find_own_tickets(
    house: House, site: Client, customer: Member, agent: Member, words: str, titles: list[str]
) -> None:
    answer(
        make_ticket(house, customer, subject="Camera broken", body="Since Monday."), agent, "Is it the lens?"
    )
    make_ticket(house, customer, subject="Refund late", body="Tuesday")
    site.force_login(customer)

    page = Page(site.get("/tickets/", {"q": words}))

    assert [title for title in ("Camera broken", "Refund late") if title in page.links] == titles
    assert ("No tickets match" in page.text) is (titles == [])


def test_notes_and_others_words_find_nothing(
    house: House, site: Client, customer: Member, guest: Member, agent: Member
) -> None:
    note(make_ticket(house, customer, subject="Mine"), agent, "zeppelin")
    make_ticket(house, guest, subject="Foreign", body="zeppelin")
    site.force_login(customer)

    hit, nonsense = (Page(site.get("/tickets/", {"q": words})).text for words in ("zeppelin", "zebbelin"))

    assert hit.replace("zeppelin", "zebbelin") == nonsense


def test_number_leads_to_the_ticket_and_a_wrong_digit_is_named(
    house: House, site: Client, customer: Member
) -> None:
    make_ticket(house, customer, subject="Mine", body="About order 1182.")
    site.force_login(customer)

    right, wrong, order = (
        site.get("/tickets/", {"q": words}) for words in ("acme 1007", "ACME-1008", "1182")
    )

    assert (right.status_code, right["Location"]) == (303, "/tickets/ACME-1007/")
    assert "Check the number: one digit looks wrong." in Page(wrong).text
    assert "Mine" in Page(order).links


def test_words_stay_with_filters_order_and_page(house: House, site: Client, customer: Member) -> None:
    for number in range(27):
        make_ticket(house, customer, subject=f"Refund {number:02}")
    site.force_login(customer)

    page = Page(site.get("/tickets/?q=refund&sort=oldest"))

    assert page.links["Next"] == "/tickets/?q=refund&sort=oldest&page=2"
    assert "/tickets/?q=refund&show=open&sort=oldest" in page.links.values()
    assert page.text.index("Refund 00") < page.text.index("Refund 01")


@pytest.mark.parametrize(
    "text", ["'", "a' | b:*", "\\", "%00", "🙂", "<b>x</b>", "x" * 5000, "\u202e", "!!!"]
)
def test_no_words_break_the_list(house: House, site: Client, customer: Member, text: str) -> None:
    make_ticket(house, customer)
    site.force_login(customer)

    assert site.get("/tickets/", {"q": text}).status_code == 200


def test_search_costs_the_same_with_one_and_with_three(house: House, site: Client, customer: Member) -> None:
    site.force_login(customer)
    make_ticket(house, customer)
    one = count_queries(lambda: site.get("/tickets/?q=refund"))
    for _time in range(2):
        make_ticket(house, customer)

    three = count_queries(lambda: site.get("/tickets/?q=refund"))

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


def test_list_shows_how_a_solved_ticket_was_rated(
    house: House, site: Client, customer: Member, agent: Member, guest: Member
) -> None:
    solved = make_ticket(house, customer, subject="Rated")
    answer(solved, agent, status=Status.SOLVED)
    add_participant(participant_of(solved, customer), email=guest.email)
    rate(participant_of(solved, customer), score=2, comment="")
    rate(participant_of(solved, guest), score=5, comment="")
    answer(make_ticket(house, customer, subject="Not rated"), agent, status=Status.SOLVED)
    site.force_login(customer)

    page = Page(site.get("/tickets/"))

    assert page.text.count("★★☆☆☆") == 1
    assert page.text.count("You rated the help:") == 1
    assert "You rated the help: Bad" in page.text

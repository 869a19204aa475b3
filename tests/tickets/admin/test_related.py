"""Tickets that belong together: linked by the desk, found by their words, and never told to who may not see them."""

import pytest
from django.test import Client

from accounts.models import Member
from helpdesk.errors import Refused
from tests.factories.cast import House
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.actions import related as links
from tickets.actions.assign import route
from tickets.actions.related import link_tickets, unlink_tickets
from tickets.actions.spam import mark_spam
from tickets.models import Ticket, TicketEvent, TicketLink
from tickets.models.event import Verb
from tickets.numbers import check_digit
from tickets.related import similar_tickets, telling_words


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer)


@pytest.fixture
def other(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer, subject="Parcel lost")


def address(ticket: Ticket, name: str = "related") -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/{name}/"


def numbers(lines: list[dict[str, str]]) -> list[str]:
    return [line["number"] for line in lines]


def test_two_tickets_are_linked_and_each_leads_to_the_other(
    agents_desk: Client, ticket: Ticket, other: Ticket
) -> None:
    form = Page(agents_desk.get(address(ticket))).form("")
    sent = {**form.values, "number": other.number.lower(), "reason": "same order"}

    assert agents_desk.post(address(ticket), sent).status_code == 303

    here, there = (agents_desk.get(address(one, "change")) for one in (ticket, other))
    assert here.context["links"] == [{"id": other.pk, "number": other.number, "reason": "same order"}]
    assert Page(there).links[ticket.number] == address(ticket, "change")
    listed = agents_desk.get(address(other)).context["linked"]
    assert [(line["number"], line["reason"]) for line in listed] == [(ticket.number, "same order")]


def test_a_link_goes_as_it_came_and_both_histories_tell(
    agents_desk: Client, ticket: Ticket, other: Ticket, agent: Member
) -> None:
    link_tickets(ticket, other, actor=agent)
    link_tickets(other, ticket, actor=agent, reason="same order")

    agents_desk.post(address(other), {"unlink": ticket.pk})
    agents_desk.post(address(other), {"unlink": ticket.pk})
    unlink_tickets(ticket, other, actor=agent)

    told = TicketEvent.objects.filter(verb__in=[Verb.LINKED, Verb.UNLINKED])
    assert TicketLink.objects.count() == 0
    assert sorted(told.values_list("ticket", "verb")) == sorted(
        (one.pk, verb) for one in (ticket, other) for verb in (Verb.LINKED, Verb.UNLINKED)
    )
    texts = [item["text"] for item in agents_desk.get(address(ticket, "history")).context["items"]]
    assert texts[:2] == [
        "Agent removed a link to another ticket",
        "Agent linked this ticket with another one",
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the number of a ticket"),
        ("own", "A ticket can't be linked with itself. Choose another one."),
        ("gone", "There is no ticket ACME-9999"),
        ("hidden", "among those you may see."),
        ("\0²", ""),
    ],
    ids=range(5),
)
def test_a_number_that_leads_nowhere_is_told_and_kept(
    house: House,
    agents_desk: Client,
    ticket: Ticket,
    other: Ticket,
    agent: Member,
    typed: str,
    said: str,
) -> None:
    route(other, category=house.other_category, actor=agent)
    number = {"own": ticket.number, "hidden": other.number, "gone": f"ACME-9999{check_digit('9999')}"}.get(
        typed, typed
    )

    answer = agents_desk.post(address(ticket), {"number": number, "reason": "same order"})

    assert answer.status_code == 422
    assert said in Page(answer).text
    assert 'value="same order"' in answer.content.decode()
    assert TicketLink.objects.count() == 0


def test_what_one_may_not_see_is_neither_linked_nor_similar_to_them(
    house: House, agents_desk: Client, ticket: Ticket, agent: Member, customer: Member
) -> None:
    alike = make_ticket(house, customer)
    link_tickets(ticket, alike, actor=agent, reason="Secret reason")
    route(alike, category=house.other_category, actor=agent)

    pages = [agents_desk.get(address(ticket, name)) for name in ("change", "related", "history")]

    assert (pages[0].context["links"], pages[1].context["linked"], pages[1].context["similar"]) == (
        [],
        [],
        [],
    )
    assert [
        name for page in pages for name in (alike.number, "Secret") if name in page.content.decode()
    ] == []


def test_similar_tickets_share_two_telling_words_best_first(
    house: House, ticket: Ticket, agent: Member, customer: Member
) -> None:
    same = make_ticket(house, customer, subject="Where is the refund for my order 1182?", body="x")
    two = make_ticket(house, customer, subject="Refund of an order", body="y")
    make_ticket(house, customer, subject="Refund", body="z")
    spam = make_ticket(house, customer)
    mark_spam(spam, actor=agent)
    linked = make_ticket(house, customer)

    found = similar_tickets(ticket, agent, besides=[linked.pk])

    assert [one.number for one in found] == [same.number, two.number]


def test_a_title_of_one_word_or_none_that_tells(house: House, agent: Member, customer: Member) -> None:
    one, other, nothing = (
        make_ticket(house, customer, subject=subject, body="x") for subject in ("Refund", "refund!", "a b")
    )

    assert similar_tickets(one, agent) == [other]
    assert (similar_tickets(nothing, agent), telling_words("a b")) == ([], [])


def test_twenty_links_are_enough(
    house: House, ticket: Ticket, agent: Member, customer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "MOST_LINKS", 1)
    second, third = (make_ticket(house, customer) for _number in range(2))
    link_tickets(ticket, second, actor=agent)

    with pytest.raises(Refused, match="is linked with 1 tickets already"):
        link_tickets(third, second, actor=agent)


def test_the_page_costs_the_same_with_one_and_with_three(
    house: House, agents_desk: Client, ticket: Ticket, agent: Member, customer: Member
) -> None:
    def more() -> None:
        make_ticket(house, customer)
        link_tickets(ticket, make_ticket(house, customer), actor=agent)

    more()
    before = count_queries(lambda: agents_desk.get(address(ticket)))
    more()
    more()

    assert_same_queries(before, count_queries(lambda: agents_desk.get(address(ticket))))
    page = agents_desk.get(address(ticket))
    assert (len(page.context["linked"]), len(page.context["similar"])) == (3, 3)

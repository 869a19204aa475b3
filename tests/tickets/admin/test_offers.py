"""What the composer offers: tickets by number and title, articles that the reader may open; nothing of anybody else's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from helpcenter.actions.articles import Text, create_article, publish
from helpcenter.models import Section, Translation, Visibility
from helpdesk.templatetags.parts import marked
from tests.factories.cast import House, make_guest, make_member
from tests.factories.tickets import make_ticket
from tests.queries import count_queries
from tests.tickets.admin.test_acts import url_of
from tickets.actions.related import link_tickets
from tickets.admin.offers import link_to
from tickets.models import Ticket


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer, subject="My refund is late", body="It should have come on Monday.")


@pytest.fixture
def elsewhere(house: House) -> Ticket:
    """Another customer's, that speaks of the same."""
    return make_ticket(house, make_member("ben@else.example", name="Ben"), subject="Refund of a ruler")


def texts(desk: Client, ticket: Ticket, q: str = "", **asked: str) -> list[str]:
    """What would be put in, in the order of the list."""
    answer: Any = desk.get(url_of(ticket, "offers"), {"for": "tickets", "q": q} | asked)
    return [row["text"] for row in answer.json()["rows"]]


def article(title: str, visibility: int = Visibility.PUBLIC, locale: str = "en") -> Translation:
    section, _made = Section.objects.get_or_create(contact_path="refund-late")
    text = Text(title, f"{title}: wait two days.")
    return publish(create_article(section, locale=locale, text=text, author=None, visibility=visibility))


def articles(desk: Client, ticket: Ticket, q: str = "", kind: str = "public") -> list[str]:
    answer: Any = desk.get(url_of(ticket, "offers"), {"for": "articles", "q": q, "kind": kind})
    return [row["label"] for row in answer.json()["rows"]]


def test_the_customers_own_and_linked_tickets_stand_first(
    agents_desk: Client, house: House, customer: Member, agent: Member, ticket: Ticket, elsewhere: Ticket
) -> None:
    same = make_ticket(house, customer, subject="Refund of a lamp")
    linked = make_ticket(house, make_member("cleo@else.example"), subject="Bank refuses refund")
    newest = make_ticket(house, make_member("dora@else.example"), subject="A refund, please")
    link_tickets(ticket, linked, actor=agent, reason="")

    assert texts(agents_desk, ticket) == [linked.number, same.number]
    assert texts(agents_desk, ticket, "refund") == [
        *(linked.number, same.number),
        *(newest.number, elsewhere.number),
    ]
    assert texts(agents_desk, ticket, "refund lam") == [same.number]


def test_digits_begin_a_number_and_are_no_words(
    agents_desk: Client, house: House, customer: Member, ticket: Ticket, elsewhere: Ticket
) -> None:
    same = make_ticket(house, customer, subject="Refund for order 118277")
    digits = same.number.rpartition("-")[2]

    assert texts(agents_desk, ticket, digits[:2]) == []
    assert same.number in texts(agents_desk, ticket, digits[:3])
    assert texts(agents_desk, ticket, "118277") == []
    assert texts(agents_desk, ticket, elsewhere.number.rpartition("-")[2]) == [elsewhere.number]
    assert texts(agents_desk, ticket, elsewhere.number.lower()) == [elsewhere.number]
    assert texts(agents_desk, ticket, ticket.number) == []


def test_a_ticket_that_one_may_not_see_is_not_offered(
    house: House, customer: Member, agents_desk: Client, outsiders_desk: Client, ticket: Ticket
) -> None:
    hidden = make_ticket(house, customer, subject="Refund kept from you", category=house.other_category)

    for asked in ("", "refund kept", hidden.number):
        assert hidden.number not in texts(agents_desk, ticket, asked)
    assert outsiders_desk.get(url_of(ticket, "offers"), {"for": "tickets"}).status_code == 404


def test_a_reply_is_offered_what_its_reader_may_open(
    house: House, agents_desk: Client, ticket: Ticket
) -> None:
    article("When a refund is late")
    article("Refunds: what we do", Visibility.INTERNAL)
    article("Refunds of members", Visibility.SIGNED_IN)
    create_article(Section.objects.get(), locale="en", text=Text("Refund draft", "Not yet."), author=None)
    of_guest = make_ticket(house, make_guest("guest@elsewhere.example"), subject="My refund is late")

    assert set(articles(agents_desk, ticket, "refund")) == {"When a refund is late", "Refunds of members"}
    assert articles(agents_desk, of_guest, "refund") == ["When a refund is late"]
    assert articles(agents_desk, of_guest) == ["When a refund is late"]
    assert articles(agents_desk, of_guest, "refund", kind="?") == ["When a refund is late"]
    assert "Refunds: what we do" in articles(agents_desk, ticket, "refund", kind="internal")


def test_it_is_offered_in_the_customers_language(
    house: House, customer: Member, agents_desk: Client, ticket: Ticket
) -> None:
    there = article("When a refund is late")
    publish(
        create_article(
            there.article.section, locale="de", text=Text("Refund kommt nicht", "Zwei Tage."), author=None
        )
    )
    Member.objects.filter(pk=customer.pk).update(locale="de")

    assert articles(agents_desk, ticket, "refund")[0] == "Refund kommt nicht"


def test_a_title_is_a_title_whatever_its_signs(house: House, agents_desk: Client, ticket: Ticket) -> None:
    text = article("Refund [beta] *and* `more` \\ <b>")

    link = link_to(text)

    address = f"http://acme.localhost:8000/en/articles/{text.article_id}-{text.slug}/"
    assert articles(agents_desk, ticket, "refund beta") == [text.title]
    assert marked(link) == (
        f'<p dir="auto"><a href="{address}" rel="nofollow noopener">Refund [beta] *and* `more` \\ &lt;b&gt;</a></p>\n'
    )


def test_it_costs_the_same_however_many_there_are(
    house: House, customer: Member, agents_desk: Client, ticket: Ticket
) -> None:
    def ask(kind: str) -> int:
        return count_queries(
            lambda: agents_desk.get(url_of(ticket, "offers"), {"for": kind, "q": "refund late"})
        )

    article("When a refund is late")
    make_ticket(house, customer, subject="Refund late again")
    one = {kind: ask(kind) for kind in ("tickets", "articles")}
    for place in range(8):
        article(f"When a refund is late {place}")
        make_ticket(house, customer, subject="Refund late again")

    assert {kind: ask(kind) for kind in one} == one
    assert max(one.values()) <= 12
    assert len(texts(agents_desk, ticket, "refund late")) == 6

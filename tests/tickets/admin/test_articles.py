"""An agent finds articles beside the ticket, answers with one, and makes one of the ticket."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member, Sender
from helpcenter.actions.articles import Text, create_article, publish
from helpcenter.models import Article, Section, State, Translation, Visibility
from tests.factories.cast import House, make_guest
from tests.factories.tickets import answer, make_ticket
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.actions.desk_drafts import save_desk_draft
from tickets.models import DeskDraft, Message, Ticket


@pytest.fixture
def section(house: House) -> Section:
    return Section.objects.create(contact_path="refund-late")


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer, subject="My refund is late", body="It should have come on Monday.")


def article(section: Section, title: str, visibility: int = Visibility.PUBLIC) -> Translation:
    text = Text(title, f"{title}: wait **two** days.")
    return publish(create_article(section, locale="en", text=text, author=None, visibility=visibility))


def url_of(ticket: Ticket) -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/articles/"


def offered(answer: Any) -> set[str]:
    """The slugs of the articles on the page."""
    return set(re.findall(r'href="/en/articles/\d+-([^"/]+)/"', answer.content.decode()))


def test_articles_that_fit_stand_there_and_others_are_found(
    agents_desk: Client, section: Section, ticket: Ticket
) -> None:
    article(section, "When a refund is late")
    article(section, "Late refunds: what we do", Visibility.INTERNAL)
    article(section, "Change your colour")
    create_article(section, locale="en", text=Text("Refund draft", "Not yet."), author=None)

    suggested = offered(agents_desk.get(url_of(ticket)))
    found = offered(agents_desk.get(url_of(ticket), {"find": "color change"}))
    nothing = Page(agents_desk.get(url_of(ticket), {"find": "xyzzy"}))

    assert suggested == {"when-a-refund-is-late", "late-refunds-what-we-do"}
    assert "Articles…" in Page(agents_desk.get(f"/admin/tickets/ticket/{ticket.pk}/change/")).links
    assert found == {"change-your-colour"}
    assert "No article holds these words." in nothing.text


def test_one_is_put_below_what_the_agent_has_written(
    agents_desk: Client, section: Section, ticket: Ticket, agent: Member
) -> None:
    text = article(section, "When a refund is late")
    key = uuid.uuid4()
    save_desk_draft(ticket, author=agent, kind=Message.Kind.PUBLIC, body="Hello.", key=key)

    reply = agents_desk.post(url_of(ticket), {"article": str(text.pk)})
    shown = Page(agents_desk.get(reply["Location"]))

    address = f"http://acme.localhost:8000/en/articles/{text.article_id}-when-a-refund-is-late/"
    draft = DeskDraft.objects.get()
    assert reply["Location"].endswith("mode=public#composer")
    assert draft.key == key
    assert draft.body == (
        f"Hello.\n\nWhen a refund is late\n\nWhen a refund is late: wait two days.\n\n{address}"
    )
    assert shown.form(f"/admin/tickets/ticket/{ticket.pk}/reply/").values["body"] == draft.body


def test_what_the_customer_may_not_read_is_no_answer(
    agents_desk: Client, house: House, section: Section, ticket: Ticket
) -> None:
    ours = article(section, "Late refunds: what we do", Visibility.INTERNAL)
    members = article(section, "Late refunds of members", Visibility.SIGNED_IN)
    guests = make_ticket(house, make_guest("guest@elsewhere.example"), subject="My refund is late")

    pages = [
        Page(agents_desk.post(url_of(asked), {"article": str(text.pk)}, follow=True))
        for asked, text in ((ticket, ours), (guests, members))
    ]
    refused = DeskDraft.objects.count()
    agents_desk.post(url_of(ticket), {"article": str(members.pk)})

    assert ["The customer cannot read this article" in page.text for page in pages] == [True, True]
    assert (refused, DeskDraft.objects.count()) == (0, 1)


def test_what_is_for_an_audience_answers_those_who_belong_to_it(
    agents_desk: Client, house: House, section: Section, ticket: Ticket, customer: Member
) -> None:
    partners = Sender.objects.create(audience="Partners", from_name="A", from_address="p@acme.example")
    text = article(section, "Late refunds of partners", Visibility.SIGNED_IN)
    Article.objects.filter(pk=text.article_id).update(audience=partners)

    listed = Page(agents_desk.get(url_of(ticket), {"find": "refunds"})).text
    refused = Page(agents_desk.post(url_of(ticket), {"article": str(text.pk)}, follow=True)).text
    before = DeskDraft.objects.count()
    Member.objects.filter(pk=customer.pk).update(audience=partners)
    agents_desk.post(url_of(ticket), {"article": str(text.pk)})

    assert "Signed in: Partners" in listed
    assert "The customer cannot read this article" in refused
    assert (before, DeskDraft.objects.count()) == (0, 1)


@pytest.mark.parametrize("key", ["", "x", "0", "9" * 40])
def test_an_article_that_is_not_there_is_not_found(agents_desk: Client, ticket: Ticket, key: str) -> None:
    assert agents_desk.post(url_of(ticket), {"article": key}).status_code == 404
    assert DeskDraft.objects.count() == 0


def test_an_article_is_made_of_question_and_answer_for_the_team(
    agents_desk: Client, section: Section, house: House, agent: Member, customer: Member
) -> None:
    other = Section.objects.create(position=0)
    secret = make_ticket(house, customer, subject="Refund late", body="My card is 4111 1111 1111 1111.")

    early = agents_desk.post(url_of(secret), follow=True)
    answer(secret, agent, "It comes tomorrow.")
    reply = agents_desk.post(url_of(secret))

    text = Translation.objects.select_related("article").get()
    assert "Answer the ticket first" in Page(early).text
    assert reply["Location"] == f"/admin/helpcenter/translation/{text.pk}/change/"
    assert (text.title, text.state, text.article.visibility) == (
        "Refund late",
        State.DRAFT,
        Visibility.INTERNAL,
    )
    assert text.article.section == section != other
    assert "It comes tomorrow." in text.body
    assert "4111 1111" not in text.body


def test_without_a_section_nothing_is_made(agents_desk: Client, ticket: Ticket, agent: Member) -> None:
    answer(ticket, agent, "It comes tomorrow.")

    page = Page(agents_desk.post(url_of(ticket), follow=True))

    assert "There is no section for articles yet." in page.text
    assert Translation.objects.count() == 0


def test_the_page_costs_the_same_with_one_article_and_with_three(
    agents_desk: Client, section: Section, ticket: Ticket
) -> None:
    article(section, "When a refund is late")
    one = count_queries(lambda: agents_desk.get(url_of(ticket)))
    article(section, "Late refunds by bank")
    article(section, "Late refunds of partners")

    assert_same_queries(one, count_queries(lambda: agents_desk.get(url_of(ticket))))


def test_agents_of_other_teams_find_nothing(outsiders_desk: Client, section: Section, ticket: Ticket) -> None:
    assert outsiders_desk.get(url_of(ticket)).status_code == 404
    assert outsiders_desk.post(url_of(ticket)).status_code == 404
    assert Message.objects.filter(ticket=ticket).count() == 1

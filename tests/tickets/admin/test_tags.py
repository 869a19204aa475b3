"""Tags and fields in the desk's pages."""

import pytest
from django.test import Client

from accounts.models import AuditEntry, Member
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.actions.tags import add_tag, tag_named
from tickets.models import CategoryPrompt, PromptTranslation, Tag, Ticket
from tickets.tags import tags_of

TAGS = "/admin/tickets/tag/"
NAMES = "/admin/tickets/ticket/tags/"


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer)


def url_of(ticket: Ticket, act: str) -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/{act}/"


def test_an_agent_adds_and_removes_a_tag_without_script(agents_desk: Client, ticket: Ticket) -> None:
    added = agents_desk.post(url_of(ticket, "tag"), {"tag": "Refund"}, follow=True)
    page = Page(added)
    removed = agents_desk.post(url_of(ticket, "untag"), {"tag": page.values_of("tag")[0]}, follow=True)

    assert added.redirect_chain == [(url_of(ticket, "change"), 303)]
    assert "Tag added: Refund" in page.text
    assert "Agent added the tag Refund" in page.text
    assert "Agent removed the tag Refund" in Page(removed).text
    assert tags_of(ticket) == []


def test_a_tag_that_can_be_none_comes_back_as_typed(agents_desk: Client, ticket: Ticket) -> None:
    wrong = agents_desk.post(url_of(ticket, "tag"), {"tag": "x" * 41})
    nothing = agents_desk.post(url_of(ticket, "tag"), {"tag": " "})

    assert (wrong.status_code, nothing.status_code) == (422, 422)
    assert "You have used 41." in Page(wrong).text
    assert Page(wrong).form(url_of(ticket, "tag")).values["tag"] == "x" * 41
    assert Page(wrong).title.startswith("Error:")
    assert "Enter a tag" in Page(nothing).text


def test_a_tag_that_is_gone_is_removed_without_a_word(agents_desk: Client, ticket: Ticket) -> None:
    answers = [agents_desk.post(url_of(ticket, "untag"), {"tag": tag}) for tag in ("", "x", "9" * 30, "77")]

    assert [answer.status_code for answer in answers] == [303] * 4


def test_only_own_tags_are_offered(
    house: House, other_house: House, agents_desk: Client, ticket: Ticket
) -> None:
    tag_named("Refund")
    with tenant_scope(other_house.tenant.pk):
        tag_named("Refusal")

    assert agents_desk.get(f"{NAMES}?q=ref").json() == {"tags": ["Refund"]}
    assert agents_desk.get(f"{NAMES}?q={'x' * 300}").json() == {"tags": []}


def test_a_foreign_tag_stays_where_it_is(
    house: House, other_house: House, agents_desk: Client, ticket: Ticket
) -> None:
    with tenant_scope(other_house.tenant.pk):
        foreign = tag_named("Foreign")

    response = agents_desk.post(url_of(ticket, "untag"), {"tag": foreign.pk}, follow=True)

    assert "Foreign" not in Page(response).text


def test_an_admin_renames_a_tag_and_a_taken_name_is_an_error(house: House, admins_desk: Client) -> None:
    tag, _other = tag_named("refnud"), tag_named("VIP")
    path = f"/admin/tickets/tag/{tag.pk}/change/"

    taken = admins_desk.post(path, {"name": "vip"})
    renamed = admins_desk.post(path, {"name": "Refund"})

    assert "Merge the two instead." in Page(taken).text
    assert renamed.status_code == 302
    assert Tag.objects.get(pk=tag.pk).name == "Refund"
    assert list(AuditEntry.objects.values_list("kind", "changes")) == [
        ("tickets.tag", [["Name", "refnud", "Refund"]])
    ]


def test_an_admin_merges_two_tags_and_is_told_on_how_many_tickets(
    house: House, customer: Member, admins_desk: Client, agent: Member, ticket: Ticket
) -> None:
    add_tag(ticket, name="money back", actor=agent)
    gone, stays = tag_named("money back"), tag_named("Refund")
    path = f"/admin/tickets/tag/{gone.pk}/merge/"

    asked = Page(admins_desk.get(path))
    unknown = admins_desk.post(path, {"into": "nothing"})
    itself = admins_desk.post(path, {"into": "Money Back"})
    merged = admins_desk.post(path, {"into": "refund"}, follow=True)

    assert "money back is on 1 ticket." in asked.text
    assert (unknown.status_code, itself.status_code) == (422, 422)
    assert "There is no tag called “nothing”." in Page(unknown).text
    assert "Merged money back into Refund: 1 ticket." in Page(merged).text
    assert tags_of(ticket) == [stays]


def test_agents_keep_no_list_of_tags(agents_desk: Client, house: House) -> None:
    tag = tag_named("Refund")

    answers = [agents_desk.get(f"/admin/tickets/tag/{page}") for page in ("", "add/", f"{tag.pk}/merge/")]

    assert [answer.status_code for answer in answers] == [403] * 3


# Fields


@pytest.fixture
def asked(house: House) -> CategoryPrompt:
    prompt = CategoryPrompt.objects.create(
        category=house.category, key="plan", kind="choice", is_required=True, needed_to_solve=True
    )
    PromptTranslation.objects.create(prompt=prompt, locale="en", label="Plan", choices="Gold\nSilver")
    number = CategoryPrompt.objects.create(category=house.category, key="amount", kind="number", position=1)
    PromptTranslation.objects.create(prompt=number, locale="en", label="Amount")
    return prompt


def test_fields_are_changed_on_a_page_of_their_own(
    agents_desk: Client, ticket: Ticket, asked: CategoryPrompt
) -> None:
    path = url_of(ticket, "answers")

    before = Page(agents_desk.get(path))
    wrong = agents_desk.post(path, {"ask_plan": "Gold", "ask_amount": "many"})
    kept = agents_desk.post(path, {"ask_plan": "Gold", "ask_amount": "١٢٫٥"}, follow=True)

    ticket.refresh_from_db()
    assert "Needed to solve: Plan" in before.text
    assert wrong.status_code == 422
    assert Page(wrong).forms[-1].values["ask_amount"] == "many"
    assert ticket.fields == {"plan": "Gold", "amount": "12.5"}
    assert "Agent changed the fields: plan – → Gold; amount – → 12.5" in Page(kept).text


def test_an_answer_that_is_offered_no_more_is_kept(
    house: House, customer: Member, agents_desk: Client, asked: CategoryPrompt
) -> None:
    ticket = make_ticket(house, customer, fields={"plan": "Bronze"})
    path = url_of(ticket, "answers")

    shown = Page(agents_desk.get(path)).forms[-1].values
    agents_desk.post(path, {**shown, "ask_amount": "1"})

    ticket.refresh_from_db()
    assert ticket.fields == {"plan": "Bronze", "amount": "1"}


def test_solving_without_what_is_needed_names_the_field(
    agents_desk: Client, ticket: Ticket, asked: CategoryPrompt
) -> None:
    response = agents_desk.post(url_of(ticket, "status"), {"status": "solved"}, follow=True)

    ticket.refresh_from_db()
    assert "Answer “Plan” under Fields before you solve this ticket." in Page(response).text
    assert ticket.status == "new"


def test_a_category_without_questions_says_so(agents_desk: Client, ticket: Ticket) -> None:
    page = Page(agents_desk.get(url_of(ticket, "answers")))

    assert "The category of this ticket asks nothing." in page.text


def test_the_list_of_tags_tells_how_many_tickets_have_each_in_one_statement(
    house: House, admins_desk: Client, agent: Member, customer: Member
) -> None:
    tickets = [make_ticket(house, customer) for _ticket in range(2)]
    add_tag(tickets[0], name="bank", actor=agent)
    first, one = admins_desk.get(TAGS), count_queries(lambda: admins_desk.get(TAGS))
    for name in ("bank", "bug", "card"):
        add_tag(tickets[1], name=name, actor=agent)
    page, three = admins_desk.get(TAGS), count_queries(lambda: admins_desk.get(TAGS))

    told = {str(tag): page.context["cl"].model_admin.used_on(tag) for tag in page.context["cl"].result_list}
    assert told == {"bank": "2 tickets", "bug": "1 ticket", "card": "1 ticket"}
    assert "1 ticket" in first.content.decode()
    assert "2 tickets" in page.content.decode()
    assert_same_queries(one, three)

"""The answers of the forms narrow the queue: by their question's words, in the address, in chips and in saved views."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils.http import urlencode

from accounts.models import Member
from tests.factories.cast import House
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.models import CategoryPrompt, PromptTranslation, SavedView, Ticket

QUEUE = "/admin/tickets/ticket/"


def ask(house: House, key: str, label: str, **wishes: Any) -> CategoryPrompt:
    """A question on the form of the house's category."""
    choices = wishes.pop("choices", {})
    prompt = CategoryPrompt.objects.create(category=house.category, key=key, **wishes)
    PromptTranslation.objects.create(prompt=prompt, locale="en", label=label, choices=choices.get("en", ""))
    if choices:
        PromptTranslation.objects.create(prompt=prompt, locale="ar", label="المنتج", choices=choices["ar"])
    return prompt


@pytest.fixture
def order(house: House) -> CategoryPrompt:
    return ask(house, "order_number", "Order number", kind="pattern", pattern='"ORD"-99999')


@pytest.fixture
def product(house: House) -> CategoryPrompt:
    choices = {"en": "Phone\nTablet", "ar": "هاتف\nلوحي"}
    return ask(house, "product", "Product", kind="choice", choices=choices)


def numbers(desk: Client, **asked: str) -> list[str]:
    return [row.number for row in desk.get(f"{QUEUE}?{urlencode(asked)}").context["rows"]]


def test_an_answer_narrows_the_list_however_it_is_typed(
    house: House, agents_desk: Client, customer: Member, order: CategoryPrompt
) -> None:
    wanted = make_ticket(house, customer, fields={"order_number": "ORD-01182"})
    make_ticket(house, customer, fields={"order_number": "ORD-01183"})
    make_ticket(house, customer)

    for typed in ("ORD-01182", "ord 01182", " ORD-01182 "):
        page = agents_desk.get(QUEUE, {"answer.order_number": typed})

        assert [row.number for row in page.context["rows"]] == [wanted.number]
        assert [(chip["label"], chip["url"]) for chip in page.context["chips"]] == [
            ("Order number: ORD-01182", QUEUE)
        ]
    assert numbers(agents_desk, **{"answer.order_number": "ORD-011"}) == []


def test_two_answers_and_a_status_narrow_together(
    house: House, agents_desk: Client, customer: Member, order: CategoryPrompt, product: CategoryPrompt
) -> None:
    both = make_ticket(house, customer, fields={"order_number": "ORD-00001", "product": "Phone"})
    make_ticket(house, customer, fields={"order_number": "ORD-00001", "product": "Tablet"})
    asked = {"answer.order_number": "ORD-00001", "answer.product": "Phone"}

    assert numbers(agents_desk, **asked, status="new") == [both.number]
    assert numbers(agents_desk, **asked, status="pending") == []


def test_more_filters_offer_a_box_for_each_question(
    house: House, agents_desk: Client, order: CategoryPrompt, product: CategoryPrompt
) -> None:
    ask(house, "story", "What happened", kind="long_text")
    ask(house, "gone", "Not asked any more", is_active=False)
    asked = {"answer.product": "Phone", "filters": "1"}

    form = agents_desk.get(QUEUE, asked).context["filter_form"]

    boxes = [name for name in form.fields if name.startswith("answer.")]
    assert boxes == ["answer.product", "answer.order_number"]
    assert form.fields["answer.product"].choices == [
        ("", "Any answer"),
        ("Phone", "Phone"),
        ("Tablet", "Tablet"),
    ]
    assert form["answer.product"].value() == "Phone"


def test_the_short_form_keeps_an_answer(
    house: House, agents_desk: Client, product: CategoryPrompt, customer: Member
) -> None:
    ticket = make_ticket(house, customer, fields={"product": "Tablet"})
    make_ticket(house, customer, fields={"product": "Phone"})

    page = Page(agents_desk.get(QUEUE, {"answer.product": "Tablet"}))
    form = next(form for form in page.forms if "priority" in form.values)
    again = agents_desk.get(QUEUE, form.values)

    assert form.values["answer.product"] == "Tablet"
    assert [row.number for row in again.context["rows"]] == [ticket.number]


def test_a_choice_is_told_in_the_language_of_the_page(
    house: House, agents_desk: Client, agent: Member, product: CategoryPrompt
) -> None:
    Member.objects.filter(pk=agent.pk).update(locale="ar")

    page = agents_desk.get(QUEUE, {"answer.product": "Tablet", "filters": "1"})

    assert "المنتج" in page.context["chips"][0]["label"]
    assert "لوحي" in page.context["chips"][0]["label"]
    assert page.context["filter_form"].fields["answer.product"].choices[2] == ("Tablet", "لوحي")


def test_an_answer_whose_question_is_gone_still_narrows(
    house: House, agents_desk: Client, customer: Member
) -> None:
    ticket = make_ticket(house, customer, fields={"old_code": "Straße 7"})
    make_ticket(house, customer)

    page = agents_desk.get(QUEUE, {"answer.old_code": "STRASSE 7"})

    assert [row.number for row in page.context["rows"]] == [ticket.number]
    assert [chip["label"] for chip in page.context["chips"]] == ["Old code: STRASSE 7"]


@pytest.mark.parametrize("name", ["answer.", "answer.Order", "answer.1a", "answer.a-b", "answer." + "a" * 41])
def test_a_name_that_no_question_has_narrows_nothing(
    house: House, agents_desk: Client, customer: Member, name: str
) -> None:
    ticket = make_ticket(house, customer)

    page = agents_desk.get(QUEUE, {name: "x"})

    assert [row.number for row in page.context["rows"]] == [ticket.number]
    assert page.context["chips"] == []


def test_a_saved_view_holds_an_answer(
    house: House, agents_desk: Client, agent: Member, customer: Member, product: CategoryPrompt
) -> None:
    ticket = make_ticket(house, customer, fields={"product": "Phone"})
    make_ticket(house, customer, fields={"product": "Tablet"})
    page = agents_desk.get(QUEUE, {"answer.product": "Phone"})

    saved = agents_desk.post(page.context["save_url"], {"name": "Phones"}, follow=True)

    links = agents_desk.get(QUEUE).context["desk_saved"]
    assert SavedView.objects.get().query == "answer.product=Phone"
    assert [(link["label"], link["count"]) for link in links] == [("Phones", "1")]
    assert [row.number for row in saved.context["rows"]] == [ticket.number]


def test_an_answer_reaches_no_other_team_or_tenant(
    house: House,
    agents_desk: Client,
    foreign_admins_desk: Client,
    customer: Member,
    product: CategoryPrompt,
) -> None:
    make_ticket(house, customer, category=house.other_category, fields={"product": "Phone"})

    assert numbers(agents_desk, **{"answer.product": "Phone"}) == []
    assert numbers(foreign_admins_desk, **{"answer.product": "Phone"}) == []


def test_narrowing_by_an_answer_costs_the_same_at_one_and_at_three(
    house: House, agents_desk: Client, customer: Member, product: CategoryPrompt
) -> None:
    def make() -> Ticket:
        return make_ticket(house, customer, fields={"product": "Phone"})

    look = partial(agents_desk.get, QUEUE, {"answer.product": "Phone"})
    make()
    look()
    one = count_queries(look)
    make()
    make()

    three = count_queries(look)

    assert_same_queries(one, three)


def test_a_short_name_with_two_lines_in_it_narrows_like_any_other(
    house: House, agents_desk: Client, customer: Member
) -> None:
    ask(house, "team__size", "Team size", kind="text")
    wanted = make_ticket(house, customer, fields={"team__size": "12"})
    make_ticket(house, customer, fields={"team__size": "13"})

    assert numbers(agents_desk, **{"answer.team__size": "12"}) == [wanted.number]

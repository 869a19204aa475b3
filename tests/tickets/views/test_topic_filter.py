"""The first page of the flow: a word filters the topics, a sentence suggests some, and nobody is blocked."""

import pytest
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House, make_category
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.models import Category, CategoryTranslation


@pytest.fixture
def payments(house: House) -> Category:
    """Payments › Refund late, beside Upload fails."""
    parent = make_category("payments", house.team, en="Payments and rewards", ar="المدفوعات")
    Category.objects.filter(pk=house.category.pk).update(parent=parent)
    CategoryTranslation.objects.filter(category=house.category, locale="en").update(
        synonyms="money back", examples="Where is my money?"
    )
    return parent


@pytest.mark.parametrize("typed", ["refund", "REFNUD", "money back", "استرداد"])
def test_a_word_leads_to_its_topic_at_every_level(site: Client, payments: Category, typed: str) -> None:
    page = Page(site.get("/contact/", {"q": typed}))

    assert page.status == 200
    assert f"1 topic for “{typed}”" in page.text
    assert page.links["Refund late"] == "/contact/payments/refund-late/"
    assert page.form("/contact/").values["q"] == typed


def test_a_sentence_suggests_a_topic(site: Client, payments: Category) -> None:
    page = Page(site.get("/contact/", {"q": "Hello, I sent it back and want my money now"}))

    assert "It may be one of these" in page.text
    assert page.links["Refund late"] == "/contact/payments/refund-late/"
    assert page.links["Something else"] == "/contact/something-else/"


@pytest.mark.parametrize(
    "typed", ["xyzzy", "<script>alert(1)</script>", "x" * 5_000, "\u202eevil", "%", "'; --"]
)
def test_nothing_found_shows_all_topics(site: Client, payments: Category, typed: str) -> None:
    reply = site.get("/contact/", {"q": typed})

    page = Page(reply)
    assert page.status == 200
    assert "No topic matches" in page.text
    assert "<script>alert" not in reply.content.decode()
    assert "\u202e" not in page.text
    assert page.links["Something else"] == "/contact/something-else/"


@pytest.mark.parametrize("typed", ["", "   ", "\u200b"])
def test_without_words_the_page_is_as_ever(site: Client, payments: Category, typed: str) -> None:
    page = Page(site.get("/contact/", {"q": typed}))

    assert "No topic matches" not in page.text
    assert "All topics" not in page.text


def test_what_the_address_brings_is_carried_along(site: Client, payments: Category) -> None:
    page = Page(site.get("/contact/", {"q": "refund", "app_version": "34.2"}))

    assert page.links["Refund late"] == "/contact/payments/refund-late/?app_version=34.2"
    assert page.form("/contact/").values["app_version"] == "34.2"


def test_a_topic_for_members_says_so(site: Client, payments: Category, customer: Member) -> None:
    Category.objects.filter(slug="refund-late").update(account_required=True)

    visitor = Page(site.get("/contact/", {"q": "refund"})).text
    site.force_login(customer)

    assert visitor.count("Sign in first") == 2  # among the found and in the tree
    assert "Sign in first" not in Page(site.get("/contact/", {"q": "refund"})).text


def test_nobodys_tickets_are_searched(house: House, site: Client, customer: Member) -> None:
    make_ticket(house, customer, subject="xylophone", body="xylophone")

    assert "No topic matches “xylophone”" in Page(site.get("/contact/", {"q": "xylophone"})).text


def test_filter_costs_the_same_with_more_topics(house: House, site: Client, payments: Category) -> None:
    before = count_queries(lambda: site.get("/contact/", {"q": "refund"}))
    for number in range(3):
        make_category(f"more-{number}", house.team, parent=payments, en=f"Refund {number}", ar="استرداد")

    assert_same_queries(before, count_queries(lambda: site.get("/contact/", {"q": "refund"})))


@pytest.mark.parametrize(
    ("typed", "heading"), [("refund", "1 topic for “refund”"), ("xyzzy", "No topic matches “xyzzy”")]
)
def test_the_script_gets_only_what_was_found(
    site: Client, payments: Category, typed: str, heading: str
) -> None:
    reply = site.get("/contact/", {"q": typed, "app_version": "34.2"}, headers={"x-sent-by": "page"})

    page = Page(reply)
    assert heading in page.text
    assert "<html" not in reply.content.decode()
    assert "Something else" not in page.text
    assert page.links.get("Refund late", "/contact/payments/refund-late/?app_version=34.2") == (
        "/contact/payments/refund-late/?app_version=34.2"
    )


def test_the_script_gets_nothing_for_no_words(site: Client, payments: Category) -> None:
    assert site.get("/contact/", headers={"x-sent-by": "page"}).content.strip() == b""

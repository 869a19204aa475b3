"""Articles beside the form: the best for topic and title, only what the person may read, and never in the way."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Member
from helpcenter.actions.articles import Text, create_article, publish
from helpcenter.models import Section, Visibility
from tests.factories.cast import House
from tests.pages import Page
from tests.tickets.views.asking import ADDRESS, ask, go_on, open_form


@pytest.fixture
def articles(house: House) -> Iterator[Section]:
    """Three articles on refunds for everybody, one of them for members, and one on something else."""
    section = Section.objects.create()
    for title, visibility in (
        ("Late refunds by bank", Visibility.PUBLIC),
        ("When a refund is late", Visibility.PUBLIC),
        ("Late refunds of partners", Visibility.SIGNED_IN),
        ("Change the colour of your page", Visibility.PUBLIC),
    ):
        text = Text(title, f"{title}. All about it.")
        publish(create_article(section, locale="en", text=text, author=None, visibility=visibility))
    cache.clear()
    yield section
    cache.clear()


def suggested(page: Page) -> set[str]:
    """The articles that a page offers, by title."""
    return {title for title, url in page.links.items() if "/articles/" in url}


def test_form_offers_articles_on_its_topic(site: Client, articles: Section) -> None:
    page = Page(site.get(ADDRESS))

    assert suggested(page) == {"When a refund is late", "Late refunds by bank"}
    assert "These may solve it now" in page.text


def test_title_decides_after_the_topic_also_without_script(site: Client, articles: Section) -> None:
    values = open_form(site) | {"subject": "Change the colour of my page", "upload": "1"}

    shown = Page(site.post(ADDRESS, values))
    checked = Page(site.get(go_on(site, subject="Change the colour of my page")["Location"]))

    assert "Change the colour of your page" in suggested(shown)
    assert "Change the colour of your page" in suggested(checked)


def test_script_gets_the_part_alone_while_the_title_is_typed(site: Client, articles: Section) -> None:
    reply = site.get("/suggested-articles/", {"topic": "/contact/something-else/", "subject": "colour"})
    nothing = site.get("/suggested-articles/", {"topic": "/contact/nothing/", "subject": " "})

    assert suggested(Page(reply)) == {"Change the colour of your page"}
    assert 'data-told="1 article may solve it now"' in reply.content.decode()
    assert "<html" not in reply.content.decode()
    assert nothing.content.strip() == b""


def test_receipt_offers_what_its_topic_has_while_one_waits(site: Client, articles: Section) -> None:
    page = Page(site.get(ask(site, subject="Change the colour of my page")["Location"]))

    assert "While you wait" in page.text
    assert suggested(page) == {"When a refund is late", "Late refunds by bank"}


def test_who_may_read_more_is_offered_more_and_nobody_else(
    site: Client, articles: Section, customer: Member
) -> None:
    visitor = suggested(Page(site.get(ADDRESS)))
    site.force_login(customer)

    assert suggested(Page(site.get(ADDRESS))) == visitor | {"Late refunds of partners"}
    assert "Late refunds of partners" not in visitor


def test_a_new_article_is_offered_at_once(site: Client, articles: Section) -> None:
    site.get(ADDRESS)
    text = Text("Refund late: what we do", "Everything.")
    publish(create_article(articles, locale="en", text=text, author=None, visibility=Visibility.PUBLIC))

    assert "Refund late: what we do" in suggested(Page(site.get(ADDRESS)))


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "x" * 5000, "\u202e%_'\\"])
def test_whatever_is_typed_is_answered(site: Client, articles: Section, typed: str) -> None:
    reply = site.get("/suggested-articles/", {"topic": typed, "subject": typed})

    assert reply.status_code == 200
    assert "<script>" not in reply.content.decode()


def test_without_articles_nothing_is_offered(house: House, site: Client) -> None:
    page = Page(site.get(ADDRESS))

    assert "These may solve it now" not in page.text

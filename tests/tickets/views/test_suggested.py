"""Articles beside the form: the best for topic and title, only what the person may read, and never in the way."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from helpcenter.actions.articles import Text, create_article, publish
from helpcenter.actions.deflection import RETURN_DAYS
from helpcenter.models import Deflection, Section, Translation, Visibility
from helpcenter.todo import solved_by_articles
from tests.factories.cast import House, make_member
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.tickets.views.asking import ADDRESS, ANSWERS, ask, go_on, open_form
from tickets.models import Category, Ticket


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


def test_a_topic_may_show_its_articles_before_the_form(site: Client, articles: Section) -> None:
    Category.objects.update(articles_first=True)

    first = Page(site.get(f"{ADDRESS}?app_version=34.2&title=Refund"))
    form = Page(site.get(first.links["No, continue"]))
    checked = site.post(ADDRESS, form.form(ADDRESS).values | ANSWERS)

    assert (suggested(first), [form for form in first.forms if form.action == ADDRESS]) == (
        {"When a refund is late", "Late refunds by bank"},
        [],
    )
    assert form.form(ADDRESS).values["app_version"] == "34.2"
    assert checked.status_code == 303
    assert "Before you write" not in Page(site.get(checked["Location"])).text


@pytest.mark.parametrize("way", ["?article=1", "?anyway=1", "?draft=x", "?follows=ACME-1007"])
def test_nobody_is_shown_them_twice(site: Client, articles: Section, way: str) -> None:
    Category.objects.update(articles_first=True)

    assert Page(site.get(f"{ADDRESS}{way}")).form(ADDRESS).values["key"]


def test_without_a_fitting_article_the_form_is_there_at_once(site: Client, house: House) -> None:
    Category.objects.update(articles_first=True)

    assert open_form(site)["key"]


def test_title_decides_after_the_topic_also_without_script(site: Client, articles: Section) -> None:
    values = open_form(site) | {"subject": "Change the colour of my page", "upload": "1"}

    shown = Page(site.post(ADDRESS, values))
    address = go_on(site, subject="Change the colour of my page")["Location"]
    cache.clear()  # nobody looked for this title yet
    checked = Page(site.get(address))
    looked = Page(site.get(checked.links["Look for articles that may solve it now"]))

    assert "Change the colour of your page" in suggested(shown)
    assert suggested(checked) == set()
    assert "Change the colour of your page" in looked.text


def test_what_was_found_while_the_title_was_typed_stands_beside_the_summary(
    site: Client, articles: Section
) -> None:
    site.get("/suggested-articles/", {"topic": ADDRESS, "subject": "Change the colour of my page"})
    address = go_on(site, subject="Change the colour of my page")["Location"]

    checked = Page(site.get(address))

    assert "Change the colour of your page" in suggested(checked)
    assert "Look for articles that may solve it now" not in checked.text


def test_feedback_leads_to_no_search(site: Client, articles: Section, house: House) -> None:
    house.category.kind = Category.Kind.FEEDBACK
    house.category.save()

    assert "Look for articles" not in Page(site.get(go_on(site)["Location"])).text


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


def test_it_did_ends_the_flow_and_nothing_is_sent(site: Client, articles: Section) -> None:
    form = Page(site.get(ADDRESS)).form("/suggested-articles/solved/")
    text = Translation.objects.get(title="When a refund is late")

    reply = site.post("/suggested-articles/solved/", {**form.values, "article": str(text.article_id)})
    again = site.post("/suggested-articles/solved/", {**form.values, "article": str(text.article_id)})
    page = Page(site.get(reply["Location"]))

    kept = Deflection.objects.get()
    assert (reply.status_code, again.status_code) == (303, 303)
    assert (kept.article_id, kept.member, kept.came_back_at) == (text.article_id, None, None)
    assert page.links["It did not help after all"] == ADDRESS
    assert Ticket.objects.count() == 0


def test_who_writes_all_the_same_is_not_counted_as_helped(site: Client, articles: Section) -> None:
    text = Translation.objects.get(title="When a refund is late")
    site.post("/suggested-articles/solved/", {"article": str(text.article_id)})

    before = solved_by_articles(now=timezone.now())
    ask(site)

    later = solved_by_articles(now=timezone.now() + dt.timedelta(days=RETURN_DAYS))
    assert (before.said, before.returned, before.young, before.proven) == (1, 0, 1, 0)
    assert (later.said, later.returned, later.young, later.proven) == (1, 1, 0, 0)


def test_what_a_member_writes_elsewhere_counts_too_and_others_words_do_not(
    house: House, site: Client, articles: Section, customer: Member
) -> None:
    text = Translation.objects.get(title="When a refund is late")
    site.force_login(customer)
    site.post("/suggested-articles/solved/", {"article": str(text.article_id)})
    later = timezone.now() + dt.timedelta(days=RETURN_DAYS + 1)
    make_ticket(house, make_member("somebody@acme.example"))

    helped = solved_by_articles(now=later)
    make_ticket(house, customer)
    not_helped = solved_by_articles(now=later)

    assert (helped.proven, helped.returned) == (1, 0)
    assert (not_helped.proven, not_helped.returned) == (0, 1)


@pytest.mark.parametrize("article", ["", "x", "0", "9" * 40, "partners"])
def test_an_article_that_the_person_may_not_read_solves_nothing(
    site: Client, articles: Section, article: str
) -> None:
    if article == "partners":
        article = str(Translation.objects.get(title="Late refunds of partners").article_id)

    reply = site.post("/suggested-articles/solved/", {"article": article})

    assert reply.status_code == 404
    assert Deflection.objects.count() == 0


def test_the_way_back_leads_to_no_other_site(site: Client, articles: Section) -> None:
    page = Page(
        site.get("/suggested-articles/solved/", {"back": "https://evil.example/contact/refund-late/"})
    )

    assert page.links["It did not help after all"].startswith("/contact/")

"""What fails people reaches the editors, the worst first."""

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from helpcenter.actions.articles import Text, publish, send_to_review, write_translation
from helpcenter.actions.misses import note_miss
from helpcenter.actions.votes import vote
from helpcenter.models import SearchMiss, Section, Significance, UnsavedText, Visibility
from helpcenter.tasks import forget
from helpcenter.todo import tasks
from helpcenter.views.search import MISSES_PER_HOUR
from tests.factories.cast import House
from tests.factories.tickets import make_ticket
from tests.helpcenter.conftest import Write
from tests.helpcenter.test_publishing import draft
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries

TODO = "/admin/helpcenter/translation/todo/"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def kinds() -> list[tuple[str, str, str]]:
    return [(task.kind, task.title, task.locale) for task in tasks(now=timezone.now())]


def test_searches_without_result_are_counted_in_their_language(write: Write, site: Client) -> None:
    write("Refund is late")

    for path in ("/en/search/?q=Xyzzy", "/en/search/?q=xyzzy", "/ar/search/?q=xyzzy", "/en/search/?q=refund"):
        site.get(path)
    site.get("/en/search/?q=ana@example.org")
    site.get("/en/search/?q=4111 1111 1111 1111")

    found = SearchMiss.objects.order_by("locale").values_list("locale", "asked", "times")
    assert list(found) == [("ar", "xyzzy", 1), ("en", "xyzzy", 2)]


def test_one_address_cannot_fill_the_list(write: Write, site: Client, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 3 / MISSES_PER_HOUR
    write("Refund is late")

    for number in range(5):
        site.get("/en/search/", {"q": f"qqq{'z' * (number + 1)}"})

    assert SearchMiss.objects.count() == 3


def test_every_source_is_on_the_list_the_worst_first(
    write: Write, shelf: Section, house: House, customer: Member
) -> None:
    text = write("Refund is late")
    write("تأخر الاسترداد", locale="ar", of=text)
    big = Text("Refund is late", "All is different.")
    publish(
        write_translation(text.article, locale="en", text=big, author=None, significance=Significance.MAJOR)
    )
    other = write("Card declined")
    ours = write("How we do it", visibility=Visibility.INTERNAL)
    vote(other.article, locale="en", voter="a", is_helpful=False, reason="Which card?")
    make_ticket(house, customer, metadata={"page": f"/articles/{text.article_id}/"})
    make_ticket(house, customer, metadata={"page": "/somewhere/"})
    for _time in range(5):
        note_miss("colour", locale="en", now=timezone.now())
    send_to_review(draft(shelf))

    found = kinds()

    assert found == [
        ("miss", "colour", "en"),
        ("asked", "Refund is late", "en"),
        ("waiting", "Refund is late", "en"),
        ("vote", "Card declined", "en"),
        ("stale", "تأخر الاسترداد", "ar"),
        ("missing", "Card declined", "ar"),
    ]
    assert ours.title not in {title for _kind, title, _locale in found}


def test_the_page_leads_to_what_is_to_do_and_lets_a_search_go(
    write: Write, site: Client, agent: Member
) -> None:
    text = write("Refund is late")
    vote(text.article, locale="en", voter="a", is_helpful=False, reason="<b>Which</b> card?")
    note_miss("colour", locale="en", now=timezone.now())
    site.force_login(agent)

    page = Page(site.get(TODO))
    narrowed = Page(site.get(TODO + "?kind=miss"))
    reply = site.post(TODO, {"miss": str(SearchMiss.objects.get().pk)})

    assert page.links["Refund is late"] == f"/admin/helpcenter/translation/{text.pk}/change/"
    assert page.links["colour"] == "/admin/helpcenter/translation/add/?locale=en&title=colour"
    assert "<b>Which</b> card?" in page.text
    assert "Refund is late" not in narrowed.links
    assert (reply.status_code, SearchMiss.objects.count()) == (303, 0)
    assert 'value="colour"' in site.get(page.links["colour"]).content.decode()


def test_the_page_costs_the_same_with_one_thing_and_with_three(
    write: Write, site: Client, admin: Member
) -> None:
    site.force_login(admin)

    def add(title: str) -> None:
        text = write(title)
        vote(text.article, locale="en", voter="a", is_helpful=False, reason="Why?")
        note_miss(title, locale="en", now=timezone.now())

    add("One")
    one = count_queries(lambda: site.get(TODO))
    add("Two")
    add("Three")

    assert_same_queries(one, count_queries(lambda: site.get(TODO)))


def test_what_nobody_needs_is_forgotten(shelf: Section, admin: Member) -> None:
    now = timezone.now()
    note_miss("old", locale="en", now=now - dt.timedelta(days=91))
    note_miss("new", locale="en", now=now)
    UnsavedText.objects.create(author=admin, locale="en", updated_at=now - dt.timedelta(days=91))

    removed = forget()

    assert removed == 2
    assert SearchMiss.objects.get().asked == "new"

"""What somebody may not read is nowhere for them: not found, not suggested, not listed, not counted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from helpcenter.actions.articles import Text, archive, create_article, send_to_review
from helpcenter.actions.publishing import schedule_publishing
from helpcenter.models import Section, Translation, Visibility
from tests.helpcenter.conftest import Write

# A word of each article that no other one has.
HIDDEN = {
    "internal": "quokkaone",
    "signed_in": "quokkatwo",
    "draft": "quokkathree",
    "in_review": "quokkafour",
    "scheduled": "quokkafive",
    "archived": "quokkasix",
}
MAY_READ = {"visitor": set(), "customer": {"signed_in"}, "agent": {"signed_in", "internal"}}


@pytest.fixture
def articles(write: Write, shelf: Section, admin: Member) -> dict[str, Translation]:
    """One public article, and one of each kind that not everybody may read."""
    cache.clear()
    write("Refund is late")

    def draft(kind: str) -> Translation:
        text = Text(f"Refund {HIDDEN[kind]}", f"Refund {HIDDEN[kind]}.")
        return create_article(shelf, locale="en", text=text, author=None)

    now = timezone.now()
    scheduled = draft("scheduled")
    schedule_publishing(scheduled, at=now + dt.timedelta(days=1), actor=admin, now=now)
    return {
        "internal": write(f"Refund {HIDDEN['internal']}", visibility=Visibility.INTERNAL),
        "signed_in": write(f"Refund {HIDDEN['signed_in']}", visibility=Visibility.SIGNED_IN),
        "draft": draft("draft"),
        "in_review": send_to_review(draft("in_review")),
        "scheduled": scheduled,
        "archived": archive(write(f"Refund {HIDDEN['archived']}")),
    }


def told_by(site: Client, path: str, typed: str) -> set[str]:
    """The kinds that the page names beyond the words that were typed."""
    content = site.get(path).content.decode()
    return {kind for kind, word in HIDDEN.items() if word in content and word not in typed}


@pytest.mark.parametrize("reader", ["visitor", "customer", "agent"])
def test_readers_meet_only_what_they_may_read(
    articles: dict[str, Translation],
    shelf: Section,
    site: Client,
    customer: Member,
    agent: Member,
    reader: str,
) -> None:
    if reader != "visitor":
        site.force_login({"customer": customer, "agent": agent}[reader])
    pages = [
        "/en/",
        "/ar/",
        f"/en/sections/{shelf.pk}/",
        "/en/search/?q=refund",
        "/en/search/?q=quokka",
        "/contact/refund-late/",
        "/suggested-articles/?topic=/contact/refund-late/&subject=refund",
    ]

    told = {page: told_by(site, page, "") for page in pages}

    assert {page: kinds - MAY_READ[reader] for page, kinds in told.items() if kinds - MAY_READ[reader]} == {}
    assert told["/en/search/?q=refund"] == MAY_READ[reader]
    home = site.get(f"/en/sections/{shelf.pk}/").content.decode()
    assert home.count("/articles/") >= 1 + len(MAY_READ[reader])


@pytest.mark.parametrize("reader", ["visitor", "agent"])
def test_machines_are_told_what_everybody_may_read_whoever_asks(
    articles: dict[str, Translation], site: Client, agent: Member, reader: str
) -> None:
    if reader == "agent":
        site.force_login(agent)
    paths = ["/sitemap.xml", "/robots.txt", "/api/v1/articles/search/?q=refund&limit=50"]
    words = [f"/api/v1/articles/search/?q={word}" for word in HIDDEN.values()]

    told = [told_by(site, path, "") for path in paths]
    found = [
        result["title"]
        for path in words
        for result in site.get(path).json()["results"]
        if "quokka" in result["title"]
    ]

    assert told == [set(), set(), set()]
    assert found == []


@pytest.mark.parametrize("reader", ["visitor", "customer", "agent"])
def test_an_address_says_no_more_than_that_it_is_not_there(
    articles: dict[str, Translation], site: Client, customer: Member, agent: Member, reader: str
) -> None:
    if reader != "visitor":
        site.force_login({"customer": customer, "agent": agent}[reader])

    opened = {
        kind
        for kind, text in articles.items()
        if site.get(f"/articles/{text.article_id}/").status_code == 302
    }
    voted = {
        kind
        for kind, text in articles.items()
        if site.post(f"/articles/{text.article_id}/vote/", {"helpful": "no"}).status_code == 303
    }

    assert (opened, voted) == (MAY_READ[reader], MAY_READ[reader])


def test_a_folder_for_everybody_holds_none_of_it(articles: dict[str, Translation], tmp_path: Path) -> None:
    call_command("export_articles", "acme", str(tmp_path / "site"), verbosity=0)

    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.md"))

    assert "Refund is late" in written
    assert "quokka" not in written

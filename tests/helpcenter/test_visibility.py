"""What somebody may not read is nowhere for them: not found, not suggested, not listed, not counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Member, Sender
from helpcenter.actions.articles import Text, archive, create_article, index_article, send_to_review
from helpcenter.actions.publishing import schedule_publishing
from helpcenter.models import Section, Translation, Visibility
from tests.factories.cast import make_member
from tests.helpcenter.conftest import Write

API = "/api/v1/articles/"
# A word of each article that no other one has.
HIDDEN = {
    "internal": "quokkaone",
    "signed_in": "quokkatwo",
    "draft": "quokkathree",
    "in_review": "quokkafour",
    "scheduled": "quokkafive",
    "archived": "quokkasix",
    "audience": "quokkaseven",
}
MAY_READ = {
    "visitor": set(),
    "customer": {"signed_in"},  # of another audience
    "partner": {"signed_in", "audience"},
    "agent": {"signed_in", "internal", "audience"},
}


@pytest.fixture
def partners() -> Sender:
    return Sender.objects.create(audience="Partners", from_name="Acme", from_address="partners@acme.example")


@pytest.fixture
def readers(customer: Member, agent: Member, partners: Sender) -> dict[str, Member]:
    customer.audience = Sender.objects.get(is_default=True)
    customer.save()
    partner = make_member("partner@acme.example", audience=partners)
    return {"customer": customer, "partner": partner, "agent": agent}


@pytest.fixture
def articles(write: Write, shelf: Section, admin: Member, partners: Sender) -> dict[str, Translation]:
    """One public article, and one of each kind that not everybody may read."""
    cache.clear()
    write("Refund is late")

    def draft(kind: str) -> Translation:
        text = Text(f"Refund {HIDDEN[kind]}", f"Refund {HIDDEN[kind]}.")
        return create_article(shelf, locale="en", text=text, author=None)

    now = timezone.now()
    scheduled = draft("scheduled")
    schedule_publishing(scheduled, at=now + dt.timedelta(days=1), actor=admin, now=now)
    for_partners = write(f"Refund {HIDDEN['audience']}", visibility=Visibility.SIGNED_IN)
    for_partners.article.audience = partners
    for_partners.article.save()
    index_article(for_partners.article)
    return {
        "audience": for_partners,
        "internal": write(f"Refund {HIDDEN['internal']}", visibility=Visibility.INTERNAL),
        "signed_in": write(f"Refund {HIDDEN['signed_in']}", visibility=Visibility.SIGNED_IN),
        "draft": draft("draft"),
        "in_review": send_to_review(draft("in_review")),
        "scheduled": scheduled,
        "archived": archive(write(f"Refund {HIDDEN['archived']}")),
    }


def walked(site: Client, address: str) -> Iterator[dict[str, Any]]:
    """The pages of a list for programs, from the first to the last."""
    while address:
        page = site.get(address).json()
        yield page
        address = page["next"]


def told_by(site: Client, path: str, typed: str) -> set[str]:
    """The kinds that the page names beyond the words that were typed."""
    content = site.get(path).content.decode()
    return {kind for kind, word in HIDDEN.items() if word in content and word not in typed}


@pytest.mark.parametrize("reader", MAY_READ)
def test_readers_meet_only_what_they_may_read(
    articles: dict[str, Translation],
    shelf: Section,
    site: Client,
    readers: dict[str, Member],
    reader: str,
) -> None:
    if reader != "visitor":
        site.force_login(readers[reader])
    pages = [
        "/en/",
        "/ar/",
        f"/en/sections/{shelf.pk}/",
        "/en/search/?q=refund",
        "/en/search/?q=quokka",
        "/contact/refund-late/",
        "/suggested-articles/?topic=/contact/refund-late/&subject=refund",
        API,
        f"{API}?locale=en&section={shelf.pk}&updated_since=2020-01-01&limit=1",
    ]

    told = {page: told_by(site, page, "") for page in pages}

    assert {page: kinds - MAY_READ[reader] for page, kinds in told.items() if kinds - MAY_READ[reader]} == {}
    assert told["/en/search/?q=refund"] == told[API] == MAY_READ[reader]
    pages_of_one = list(walked(site, f"{API}?limit=1"))
    assert [len(page["results"]) for page in pages_of_one] == [1] * (1 + len(MAY_READ[reader]))
    home = site.get(f"/en/sections/{shelf.pk}/").content.decode()
    assert home.count("/articles/") >= 1 + len(MAY_READ[reader])


@pytest.mark.parametrize("reader", ["visitor", "partner", "agent"])
def test_machines_are_told_what_everybody_may_read_whoever_asks(
    articles: dict[str, Translation], site: Client, readers: dict[str, Member], reader: str
) -> None:
    if reader != "visitor":
        site.force_login(readers[reader])
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


@pytest.mark.parametrize("reader", MAY_READ)
def test_an_address_says_no_more_than_that_it_is_not_there(
    articles: dict[str, Translation], site: Client, readers: dict[str, Member], reader: str
) -> None:
    if reader != "visitor":
        site.force_login(readers[reader])

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

    answered = {
        kind for kind, text in articles.items() if site.get(f"{API}{text.article_id}/").status_code == 200
    }
    assert (opened, voted, answered) == (MAY_READ[reader], MAY_READ[reader], MAY_READ[reader])


def test_who_leaves_an_audience_reads_nothing_from_a_kept_copy(
    articles: dict[str, Translation], shelf: Section, site: Client, readers: dict[str, Member]
) -> None:
    text, partner = articles["audience"], readers["partner"]
    paths = [
        f"/en/articles/{text.article_id}-{text.slug}/",
        f"/en/sections/{shelf.pk}/",
        "/en/search/?q=refund",
        f"{API}{text.article_id}/",
        API,
    ]
    site.force_login(partner)
    kept = {path: site.get(path) for path in paths}
    again = [site.get(path, headers={"If-None-Match": kept[path]["ETag"]}).status_code for path in paths]

    partner.audience = None
    partner.save()
    asked = [site.get(path, headers={"If-None-Match": kept[path]["ETag"]}) for path in paths]

    assert {answer["Cache-Control"] for answer in kept.values()} == {"private, no-cache"}
    assert "For Partners only" in kept[paths[0]].content.decode()
    assert again == [304] * 5
    assert [answer.status_code for answer in asked] == [404, 200, 200, 404, 200]
    assert [HIDDEN["audience"] in answer.content.decode() for answer in asked[1:]] == [False] * 4


def test_what_one_audience_was_offered_is_not_kept_for_another(
    articles: dict[str, Translation], site: Client, readers: dict[str, Member]
) -> None:
    path = "/suggested-articles/?topic=/contact/refund-late/&subject=quokkaseven"

    told = {}
    for reader in ("partner", "customer"):
        site.force_login(readers[reader])
        told[reader] = told_by(site, path, "")

    assert told == {"partner": {"audience"}, "customer": told["customer"] - {"audience"}}


def test_only_the_signed_in_have_an_audience(write: Write, partners: Sender) -> None:
    text = write("Refund is late")
    text.article.audience = partners

    with pytest.raises(IntegrityError, match="audience_is_signed_in"), transaction.atomic():
        text.article.save()


@pytest.mark.parametrize(("audience", "is_there"), [("", False), ("Partners", True)])
def test_a_folder_for_the_signed_in_holds_one_audience_s_when_named(
    articles: dict[str, Translation], tmp_path: Path, audience: str, is_there: bool
) -> None:
    chosen = ["--up-to", "signed_in", *(["--audience", audience] if audience else [])]

    call_command("export_articles", "acme", str(tmp_path / "site"), *chosen, verbosity=0)

    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.md"))
    assert HIDDEN["signed_in"] in written
    assert (HIDDEN["audience"] in written) is is_there
    assert HIDDEN["internal"] not in written


def test_a_folder_for_everybody_holds_none_of_it(articles: dict[str, Translation], tmp_path: Path) -> None:
    call_command("export_articles", "acme", str(tmp_path / "site"), verbosity=0)

    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.md"))

    assert "Refund is late" in written
    assert "quokka" not in written

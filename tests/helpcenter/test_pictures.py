"""Pictures in articles: kept clean, described, and shown to nobody who may not read the text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Member
from helpcenter.actions.articles import Text, archive, create_article, index_article, write_translation
from helpcenter.actions.pictures import SIZE_LIMIT, keep_picture
from helpcenter.checks import faults_of
from helpcenter.folder import write_folder
from helpcenter.models import Picture, Section, Translation, Visibility
from helpcenter.rules import EVERYBODY
from tests.helpcenter.conftest import Write
from tests.helpcenter.test_desk import LIST, typed
from tests.pages import Page
from tests.pictures import SECRET, png
from tests.queries import count_queries

UPLOADS = f"{LIST}pictures/"


def file(content: bytes = b"", name: str = "screen.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or png(), "image/png")


@pytest.fixture
def picture(admin: Member) -> Picture:
    return keep_picture(file(), uploaded_by=admin)


@pytest.fixture
def address(picture: Picture) -> str:
    return f"/articles/pictures/{picture.pk}/"


def body_with(picture: Picture) -> str:
    return f"Look:\n\n![The button at the top](picture:{picture.pk})"


def test_readers_get_the_picture_of_what_they_read_without_its_secrets(
    write: Write, site: Client, picture: Picture, address: str
) -> None:
    text = write("Where the button is", body_with(picture))
    page = site.get(f"/en/articles/{text.article_id}-{text.slug}/").content.decode()

    answer = site.get(address)
    content = answer.content
    again = site.get(address, headers={"if-none-match": answer["ETag"]})

    assert f'<img src="{address}" alt="The button at the top">' in page
    assert (answer.status_code, answer["Content-Type"], again.status_code) == (200, "image/png", 304)
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-cache"
    assert content.startswith(b"\x89PNG")
    assert SECRET in png()
    assert SECRET not in content


def test_a_picture_is_seen_by_whoever_may_read_a_text_that_shows_it(
    write: Write,
    shelf: Section,
    site: Client,
    customer: Member,
    agent: Member,
    picture: Picture,
    address: str,
) -> None:
    def seen() -> dict[str, int]:
        found = {"visitor": site.get(address).status_code}
        for name, member in (("customer", customer), ("agent", agent)):
            site.force_login(member)
            found[name] = site.get(address).status_code
        site.logout()
        return found

    create_article(shelf, locale="en", text=Text("Draft", body_with(picture)), author=None)
    drafted = seen()
    text = write("Among us", body_with(picture), visibility=Visibility.INTERNAL)
    internal = seen()
    text.article.visibility = Visibility.SIGNED_IN
    text.article.save()
    index_article(text.article)
    signed_in = seen()
    public = write("For everybody", body_with(picture))
    published = seen()
    archive(public)
    archived = seen()

    nobody = {"visitor": 404, "customer": 404, "agent": 200}
    assert (drafted, internal) == (nobody, nobody)
    assert signed_in == archived == {"visitor": 404, "customer": 200, "agent": 200}
    assert published == {"visitor": 200, "customer": 200, "agent": 200}


def test_a_new_revision_without_it_takes_the_picture_away(
    write: Write, site: Client, picture: Picture, address: str
) -> None:
    text = write("Where the button is", body_with(picture))
    write_translation(text.article, locale="en", text=Text("Where", "Gone."), author=None)
    before = site.get(address).status_code

    write("Where", "Gone.", of=text)

    assert (before, site.get(address).status_code) == (200, 404)


def test_asking_for_a_picture_costs_one_statement(
    write: Write, site: Client, picture: Picture, address: str
) -> None:
    write("One", body_with(picture))
    write("Two", body_with(picture))

    assert count_queries(lambda: site.get(address)) == 1


def test_a_chosen_picture_goes_below_the_text_and_no_mistake_loses_it(
    shelf: Section, site: Client, admin: Member
) -> None:
    site.force_login(admin)
    chosen = {"picture": file(), "picture_alt": "The [red] button"}

    wrong = site.post(f"{LIST}add/", typed(shelf, title="", _save="1") | chosen)
    kept = Picture.objects.get()
    saved = site.post(f"{LIST}add/", typed(shelf, _save="1") | chosen | {"picture": file()})

    shown = f"![The \\[red\\] button](picture:{kept.pk})"
    assert shown in wrong.content.decode()
    assert saved.status_code == 302
    assert Translation.objects.get().body.startswith("Wait.\n\n![The \\[red\\] button](picture:")


def test_a_picture_must_be_described(shelf: Section, site: Client, admin: Member) -> None:
    site.force_login(admin)

    page = site.post(f"{LIST}add/", typed(shelf, _save="1") | {"picture": file()})

    assert "Say what the picture at the end shows" in Page(page).text
    assert f"![](picture:{Picture.objects.get().pk})" in page.content.decode()
    assert Translation.objects.count() == 0


def test_the_script_gets_markdown_or_the_reason(site: Client, admin: Member) -> None:
    site.force_login(admin)

    kept = site.post(UPLOADS, {"picture": file(), "picture_alt": "A button"})
    bare = site.post(UPLOADS, {"picture": file()})
    text = site.post(UPLOADS, {"picture": file(b"<svg onload=alert(1)>", "a.svg")})
    large = site.post(UPLOADS, {"picture": file(png() + bytes(SIZE_LIMIT))})
    keys = list(Picture.objects.values_list("pk", flat=True))

    assert (kept.status_code, bare.status_code) == (201, 201)
    assert kept.json()["markdown"] == f"![A button](picture:{keys[0]})"
    assert bare.json()["markdown"] == f"![](picture:{keys[1]})"
    assert (text.status_code, large.status_code, len(keys)) == (422, 422, 2)
    assert "“a.svg” is no picture that browsers show." in text.json()["told"]
    assert "is larger than 5.0" in large.json()["told"]


@pytest.mark.parametrize("who", ["visitor", "customer"])
def test_only_the_team_adds_pictures(site: Client, customer: Member, who: str) -> None:
    if who == "customer":
        site.force_login(customer)

    answer = site.post(UPLOADS, {"picture": file()})

    assert answer.status_code == {"visitor": 303, "customer": 403}[who]
    assert Picture.objects.count() == 0


def test_a_folder_of_everything_holds_its_pictures(write: Write, picture: Picture, tmp_path: Path) -> None:
    text = write("Where the button is", body_with(picture))

    write_folder(tmp_path / "site", reach=EVERYBODY)

    page = next((tmp_path / "site" / "en").rglob(f"{text.article_id}-*.md"))
    shown = re.search(r"!\[The button at the top\]\(([^)]+)\)", page.read_text())
    assert shown is not None
    assert (page.parent / shown[1]).read_bytes().startswith(b"\x89PNG")


def test_publishing_stops_at_pictures_that_readers_would_not_see(picture: Picture) -> None:
    def told(body: str) -> list[Any]:
        return [str(fault) for fault in faults_of(body, readers=EVERYBODY)]

    assert told(body_with(picture)) == []
    assert told("![a](picture:987654)") == ["Line 1: This picture is not there."]
    assert told("![a](https://example.org/a.png)") == [
        "Line 1: This picture lies on another site, from where readers' browsers load none. Add it here."
    ]

"""Articles for programs: what is read is what readers see, and what is sent in passes the rights of who sends it."""

from __future__ import annotations

import base64
import datetime as dt
import json
from functools import partial
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Member, TenantSettings
from helpcenter.actions.articles import Text, publish, write_translation
from helpcenter.actions.change import lock_help_center
from helpcenter.actions.importing import import_rows
from helpcenter.importing import Row
from helpcenter.models import Article, Picture, Revision, Section, Translation, Visibility
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House
from tests.helpcenter.conftest import Write
from tests.pictures import png
from tests.queries import assert_same_queries, count_queries

API = "/api/v1/articles/"
ORIGIN = "http://acme.localhost:8000"


@pytest.fixture
def line(shelf: Section) -> dict[str, Any]:
    """A text as a program sends it, into the section that is there."""
    return {
        "source_id": "docs:refunds",
        "locale": "en",
        "source": "acme",
        "section": f"section-{shelf.pk}",
        "title": "Refund is late",
        "body_markdown": "Wait.",
    }


def send(site: Client, told: Any, *, key: str = "", **options: Any) -> Any:
    body = told if isinstance(told, str | bytes) else json.dumps(told)
    act = site.put if key else site.post
    return act(f"{API}{key}/" if key else API, body, content_type="application/json", **options)


def refused(answer: Any) -> tuple[int, list[str | None]]:
    """The status and the fields of a refusal, which is JSON whatever it is about."""
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    return answer.status_code, [error["field"] for error in told.get("errors", [])]


def test_the_list_names_every_text_and_goes_on_by_address(write: Write, shelf: Section, site: Client) -> None:
    first = write("Refund is late")
    write("تأخر الاسترداد", locale="ar", of=first)
    second = write("Upload fails")

    page = site.get(API, {"limit": 1}).json()
    following = site.get(page["next"]).json()
    arabic = site.get(API, {"locale": "AR"}).json()

    told = page["results"][0]
    assert {name: told[name] for name in told if name != "texts"} == {
        "id": first.article_id,
        "source_id": f"acme:{first.article_id}",
        "section_id": shelf.pk,
        "section_title": "Payments",
    }
    assert [text["locale"] for text in told["texts"]] == ["ar", "en"]
    assert told["texts"][1]["url"] == f"{ORIGIN}/en/articles/{first.article_id}-refund-is-late/"
    assert page["next"] == f"{ORIGIN}{API}?limit=1&after={first.article_id}"
    assert [one["id"] for one in following["results"]] == [second.article_id]
    assert following["next"] is None
    assert [(one["id"], one["section_title"]) for one in arabic["results"]] == [
        (first.article_id, "المدفوعات")
    ]
    assert [text["locale"] for text in arabic["results"][0]["texts"]] == ["ar"]


def test_filters_leave_what_is_asked_for(write: Write, shelf: Section, site: Client) -> None:
    with time_machine.travel(dt.datetime(2025, 5, 1, tzinfo=dt.UTC), tick=False):
        older = write("Refund is late")
    newer = write("Upload fails")
    below = Section.objects.create(parent=shelf)
    Article.objects.filter(pk=newer.article_id).update(section=below)

    def found(**asked: Any) -> list[int]:
        return [one["id"] for one in site.get(API, asked).json()["results"]]

    assert found(section=below.pk) == [newer.article_id]
    assert found(section=shelf.pk) == [older.article_id, newer.article_id]
    assert found(section=987_654_321) == []
    assert found(updated_since="2025-06-01") == [newer.article_id]
    assert found(updated_since="2025-05-01T02:00:00+02:00") == [older.article_id, newer.article_id]


def test_what_a_file_dates_back_is_new_to_programs(house: House, site: Client) -> None:
    past, begun = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), timezone.now()
    row = Row("s", "s:a", "en", "pay", "Pay", "A", "", "", "x", "", is_source=True, updated_at=past)
    import_rows([row])

    found = site.get(API, {"updated_since": begun.isoformat()}).json()["results"]

    assert [(one["source_id"], one["texts"][0]["updated_at"]) for one in found] == [
        ("s:a", "2020-01-01T00:00:00+00:00")
    ]


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "ten"},
        {"after": "-1"},
        {"section": "1 OR 1=1"},
        {"section": "9" * 30},
        {"locale": "xx"},
        {"updated_since": "yesterday"},
        {"updated_since": "0001-01-01T00:00:00+14:00"},
        {"state": "draft"},
    ],
    ids=lambda asked: "-".join(*asked.items())[:20],
)
def test_a_filter_that_cannot_be_is_named(house: House, site: Client, asked: dict[str, str]) -> None:
    assert refused(site.get(API, asked)) == (422, list(asked))


def test_one_article_tells_all_that_its_reader_may_read(write: Write, site: Client, agent: Member) -> None:
    hidden = write("Ours", visibility=Visibility.INTERNAL)
    other = write("Upload fails")
    body = f"See [a](article:{other.article_id}#s-one), [b](article:{hidden.article_id})."
    text = write("Refund is late", body)
    write_translation(text.article, locale="en", text=Text("Not yet shown", "Soon."), author=None)

    told = site.get(f"{API}{text.article_id}/").json()
    by_name = site.get(f"{API}acme:{text.article_id}/").json()
    site.force_login(agent)
    own = site.get(f"{API}{text.article_id}/").json()

    public, link = f"](#acme:{other.article_id}#s-one)", f"](article:{hidden.article_id})"
    assert by_name == told
    assert [(row["title"], row["state"]) for row in told["texts"]] == [("Refund is late", "published")]
    assert (public in told["texts"][0]["body_markdown"], link in told["texts"][0]["body_markdown"]) == (
        True,
        True,
    )
    assert f"](#acme:{hidden.article_id})" in own["texts"][0]["body_markdown"]


def test_names_with_slashes_are_addresses_too(line: dict[str, Any], site: Client, admin: Member) -> None:
    site.force_login(admin)

    made = send(site, line | {"source_id": "docs:swriter/wrap"})
    read = site.get(f"{API}docs:swriter/wrap/")
    missing = site.get(f"{API}docs:swriter/")

    assert made.status_code == 201
    assert read.json()["id"] == made.json()["id"]
    assert refused(missing) == (404, [])


def test_an_admin_makes_an_article_once_and_readers_see_it(
    line: dict[str, Any], site: Client, admin: Member
) -> None:
    site.force_login(admin)
    lines = [
        line | {"translation": "source"},
        line | {"locale": "ar", "title": "تأخر", "body_markdown": "انتظر."},
    ]

    made = send(site, lines)
    again = send(site, lines)
    site.logout()
    read = site.get(made["Location"])

    assert (made.status_code, again.status_code) == (201, 200)
    assert [(text["outcome"], text["state"]) for text in made.json()["texts"]] == [("new", "published")] * 2
    assert [text["outcome"] for text in again.json()["texts"]] == ["unchanged", "unchanged"]
    assert [row["title"] for row in read.json()["texts"]] == ["تأخر", "Refund is late"]
    assert list(Revision.objects.values_list("author", flat=True)) == [admin.pk, admin.pk]
    assert "-refund-is-late/" in site.get("/en/search/?q=refund").content.decode()


def test_what_is_read_can_be_sent_back(write: Write, site: Client, admin: Member) -> None:
    source = write("Refund is late", "Wait five days.")
    stale = write("تأخر الاسترداد", "انتظر.", locale="ar", of=source)
    publish(write_translation(source.article, locale="en", text=Text("Refund is late", "Ask."), author=None))
    site.force_login(admin)
    document = site.get(f"{API}{source.article_id}/").json()

    same = send(site, document, key=f"{source.article_id}")
    document["texts"][0]["body_markdown"] = "انتظر قليلا."
    changed = send(site, document, key=f"{source.article_id}")
    alone = send(
        site, document["texts"][0] | {"title": "تأخر", "source_hash": ""}, key=f"{source.article_id}"
    )

    assert [text["outcome"] for text in same.json()["texts"]] == ["unchanged", "unchanged"]
    assert [text["outcome"] for text in changed.json()["texts"]] == ["changed", "unchanged"]
    assert alone.json()["texts"][0]["outcome"] == "changed"
    stale.refresh_from_db()
    lags = [Translation.Lag.STALE, Translation.Lag.NONE]
    assert [lag_after(stale, number) for number in (2, 3)] == lags


def lag_after(text: Translation, number: int) -> int:
    """How far the text is behind when this revision of it was made from what it names."""
    source = Translation.objects.get(article=text.article_id, locale="en")
    made_from = Revision.objects.get(translation=text, number=number).source_number
    return Translation.Lag.NONE if made_from == source.published else Translation.Lag.STALE


def test_an_agent_writes_drafts_and_publishes_nothing(
    line: dict[str, Any], write: Write, site: Client, agent: Member
) -> None:
    shown = write("Upload fails", "Try again.")
    here = line | {"source_id": None}
    site.force_login(agent)

    unsaid = send(site, line)
    drafted = send(site, line | {"state": "draft"})
    there = {"key": f"acme:{shown.article_id}"}
    newer = send(site, here | {"title": "Upload breaks", "state": "draft"}, **there)
    asked = send(site, here | {"title": "Upload breaks", "state": "in_review"}, **there)
    opened = send(site, here | {"visibility": "internal", "state": "draft"}, **there)
    shelved = send(site, line | {"section": "new-one", "state": "draft"})

    assert refused(unsaid) == (403, ["state"])
    assert (drafted.status_code, drafted.json()["texts"][0]["state"]) == (201, "draft")
    assert newer.json()["texts"] == [
        {"locale": "en", "outcome": "changed", "state": "published", "is_newest_published": False}
    ]
    assert refused(asked) == (409, ["state"])
    assert refused(opened) == (403, ["visibility"])
    assert refused(shelved) == (422, ["section"])
    shown.refresh_from_db()
    assert (shown.title, shown.published, shown.article.visibility) == ("Upload fails", 1, Visibility.PUBLIC)
    assert site.get(f"{API}docs:refunds/").status_code == 404


def test_where_two_have_to_look_a_program_is_no_way_around(
    line: dict[str, Any], site: Client, admin: Member
) -> None:
    help_settings = lock_help_center()
    help_settings.needs_second_person = True
    help_settings.save()
    site.force_login(admin)

    answer = send(site, line)

    assert refused(answer) == (403, ["state"])
    assert not Article.objects.exists()


def test_who_reads_it_and_where_it_stands_change_with_a_record(
    line: dict[str, Any], write: Write, site: Client, admin: Member
) -> None:
    text = write("Refund is late", "Wait.")
    moved = line | {"section": "new-one", "section_title": "New", "visibility": "internal", "source": "docs"}
    del moved["source_id"]
    site.force_login(admin)

    answer = send(site, moved, key=f"{text.article_id}")
    away = send(site, moved | {"state": "archived"}, key=f"{text.article_id}")

    assert (answer.status_code, away.json()["texts"][0]["state"]) == (200, "archived")
    article = Article.objects.get()
    assert (article.visibility, article.section.source_key) == (Visibility.INTERNAL, "docs:new-one")
    changes = [change for entry in AuditEntry.objects.all() for change in entry.changes]
    assert ["Who may read it", "Everybody", "The team only"] in changes
    assert ["Section", "Payments", "New"] in changes
    assert site.get(f"{API}{text.article_id}/").status_code == 404


def test_pictures_come_along_once_or_not_at_all(line: dict[str, Any], site: Client, admin: Member) -> None:
    site.force_login(admin)
    content = base64.b64encode(png()).decode()
    picture = {"picture": "button", "name": "button.png", "content": content}
    shows = line | {"body_markdown": "![A button](picture:button)"}

    lost = send(site, shows)
    unfit = send(site, [line | {"body_markdown": "![](picture:button)"}, picture])
    left = Picture.objects.count()
    made = send(site, [shows, picture])
    again = send(site, [shows, picture])
    document = site.get(made["Location"]).json()
    back = send(site, document["texts"], key="docs:refunds")

    assert refused(lost) == refused(unfit) == (422, ["body_markdown"])
    assert left == 0
    kept = Picture.objects.get()
    assert document["pictures"] == [
        {"picture": f"acme-{kept.pk}", "url": f"{ORIGIN}/articles/pictures/{kept.pk}/"}
    ]
    assert [one.json()["texts"][0]["outcome"] for one in (again, back)] == ["unchanged", "unchanged"]
    assert kept.uploaded_by == admin


@pytest.mark.parametrize(
    ("told", "status", "fields"),
    [
        ("{", 400, []),
        (b"\xff\xfe", 400, []),
        ("[" * 100_000, 400, []),
        ("[]", 422, ["texts"]),
        ("[1]", 422, [None]),
        ({"title": None}, 422, ["title"]),
        ({"title": "\ud800"}, 422, ["title"]),
        ({"source_id": "docs:\udfff"}, 422, ["source_id"]),
        ({"source_id": "acme:987654321"}, 422, ["source_id"]),
        ({"locale": "tlh"}, 422, ["locale"]),
        ({"visibility": "all"}, 422, ["visibility"]),
        ({"visibility": "signed_in", "audience": "Nobody"}, 422, ["audience"]),
        ({"state": "shown"}, 422, ["state"]),
        ({"body_markdown": "[It](article:987654321)"}, 422, ["body_markdown"]),
        ({"body_markdown": "x" * 100_001}, 422, ["body_markdown"]),
    ],
    ids=range(15),
)
def test_a_line_that_cannot_be_is_refused_by_field(
    line: dict[str, Any], site: Client, admin: Member, told: Any, status: int, fields: list[str | None]
) -> None:
    site.force_login(admin)

    answer = send(site, line | told if isinstance(told, dict) else told)

    assert refused(answer) == (status, fields)
    assert not Article.objects.exists()


def test_lines_of_one_article_agree(line: dict[str, Any], site: Client, admin: Member) -> None:
    site.force_login(admin)
    send(site, line)

    answers = [
        send(site, [line, line | {"locale": "ar", "visibility": "internal"}]),
        send(site, [line, line]),
        send(site, line | {"source_id": "docs:other"}, key="docs:refunds"),
        send(site, line, key="987654321"),
    ]

    told = [(422, ["visibility"]), (422, ["locale"]), (409, ["source_id"]), (404, [])]
    assert [refused(answer) for answer in answers] == told


def test_nul_never_reaches_the_database(line: dict[str, Any], site: Client, admin: Member) -> None:
    site.force_login(admin)

    written = send(site, line | {"title": "Refund\0late", "body_markdown": "Wa\0it.", "source_hash": "\0"})
    address = site.get(f"{API}docs%3A%00/")

    assert written.status_code == 201
    assert (Translation.objects.get().title, Translation.objects.get().body) == ("Refund late", "Wait.")
    assert refused(address) == (400, [])


def test_who_may_not_is_told_in_json(
    line: dict[str, Any], house: House, customer: Member, admin: Member
) -> None:
    def browser(member: Member | None, *, checks: bool = False) -> Client:
        made = Client(headers={"host": house.host}, enforce_csrf_checks=checks)
        made.raise_request_exception = False
        if member:
            made.force_login(member)
        return made

    visitor, strict, team = browser(None), browser(admin, checks=True), browser(admin)
    large = b'{"a": "' + b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"}'

    answers = {
        "visitor": send(visitor, line),
        "visitor without token": send(browser(None, checks=True), line),
        "customer": send(browser(customer), line),
        "without token": send(strict, line),
        "put without token": send(strict, line, key="docs:refunds"),
        "form": team.post(API, {"title": "x"}),
        "plain": team.post(API, "x", content_type="text/plain"),
        "large": send(team, large),
        "large form": team.post(
            API, "a=" + "x" * 5_000_000, content_type="application/x-www-form-urlencoded"
        ),
        "torn": team.post(API, b"--x\r\n", content_type="multipart/form-data; boundary="),
        "delete": team.delete(f"{API}1/"),
        "patch": team.patch(API),
        "nowhere": team.get("/api/v1/nothing/"),
    }
    TenantSettings.objects.update(second_factor_required=True)
    answers["second step"] = team.get(API)

    assert {name: refused(answer)[0] for name, answer in answers.items()} == {
        "visitor": 401,
        "visitor without token": 401,
        "customer": 403,
        "without token": 403,
        "put without token": 403,
        "form": 415,
        "plain": 415,
        "large": 413,
        "large form": 415,
        "torn": 400,
        "delete": 405,
        "patch": 405,
        "nowhere": 404,
        "second step": 403,
    }
    assert answers["delete"]["Allow"] == "GET, HEAD, PUT"
    assert not Article.objects.exists()


def test_with_the_token_of_the_page_it_goes_through(
    line: dict[str, Any], house: House, admin: Member
) -> None:
    browser = Client(headers={"host": house.host}, enforce_csrf_checks=True)
    browser.force_login(admin)
    browser.get("/accounts/profile/")
    token = browser.cookies[settings.CSRF_COOKIE_NAME].value

    answer = send(browser, line, headers={"X-CSRFToken": token})

    assert answer.status_code == 201


def test_the_same_name_elsewhere_is_another_article(
    line: dict[str, Any], site: Client, admin: Member, house: House, other_house: House
) -> None:
    site.force_login(admin)
    send(site, line)

    foreign = Client(headers={"host": other_house.host})
    read = foreign.get(f"{API}docs:refunds/")

    assert refused(read) == (404, [])
    assert foreign.get(API).json() == {"results": [], "next": None}
    with tenant_scope(other_house.tenant.pk):
        assert not Article.objects.exists()


def test_answers_are_kept_by_their_mark_only(write: Write, site: Client, agent: Member) -> None:
    text = write("Refund is late")
    addresses = [API, f"{API}{text.article_id}/"]

    first = [site.get(address) for address in addresses]
    marks = [answer["ETag"] for answer in first]
    same = [
        site.get(address, headers={"If-None-Match": mark})
        for address, mark in zip(addresses, marks, strict=True)
    ]
    write("Upload fails")
    changed = [
        site.get(address, headers={"If-None-Match": mark})
        for address, mark in zip(addresses, marks, strict=True)
    ]

    assert {answer["Cache-Control"] for answer in [*first, *same]} == {"private, no-cache"}
    assert ["Cookie" in answer["Vary"] for answer in first] == [True, True]
    assert [answer.status_code for answer in same] == [304, 304]
    assert [answer.status_code for answer in changed] == [200, 200]


def test_answers_cost_the_same_whatever_there_is(write: Write, shelf: Section, site: Client) -> None:
    other = write("Upload fails")
    text = write("Refund is late", f"See [it](article:{other.article_id}).")
    asked = [f"{API}?section={shelf.pk}&locale=en&updated_since=2020-01-01", f"{API}{text.article_id}/"]
    few = [count_queries(partial(site.get, address)) for address in asked]

    for number in range(4):
        more = write(f"More {number}", f"See [it](article:{other.article_id}).")
        write("تأخر", locale="ar", of=more)
    write("تأخر", f"انظر [هنا](article:{more.article_id}).", locale="ar", of=text)
    many = [count_queries(partial(site.get, address)) for address in asked]

    for before, after in zip(few, many, strict=True):
        assert_same_queries(before, after)
    assert many == [3, 4]

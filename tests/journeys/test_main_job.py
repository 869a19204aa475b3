"""The reason the product exists, on the running product: ask, answer, write back; and nobody else sees any of it."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.utils import translation
from django.utils.formats import date_format
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.keyboard import tab_to
from tests.journeys.main_job import PICTURE, TOPIC, Talk, action_of, ask, digit_is_right, do_main_job, link_in
from tests.live import PASSWORD, Live

pytestmark = pytest.mark.xdist_group("live")


@pytest.fixture(scope="module")
def talk(live: Live) -> Talk:
    return do_main_job(live)


def test_a_guest_gets_a_number_and_a_time_on_screen_and_by_mail(live: Live, talk: Talk) -> None:
    asked, receipt = talk.asked, talk.receipt
    due = first_reply_due(live, asked.number)
    moment = due.astimezone(zoneinfo.ZoneInfo("America/New_York"))

    assert digit_is_right(asked.number)
    assert asked.sent.path.startswith("/contact/sent/")
    assert f"{moment:%H:%M}" in asked.sent.page.text
    assert asked.number in receipt["subject"]
    assert f"{date_format(moment, 'D j M')}, {moment:%H:%M}" in receipt["text"]
    assert f"{moment:%H:%M}" in receipt["html"]
    assert receipt["to"] == [asked.email]


def test_the_mail_to_an_unproven_address_repeats_nothing_that_was_typed(talk: Talk) -> None:
    receipt = talk.receipt
    everything = "\n".join([receipt["subject"], receipt["text"], receipt["html"], str(receipt["headers"])])

    assert [typed for typed in talk.asked.typed if typed in everything] == []
    assert "Zebrafish" not in everything
    assert receipt["attachments"] == []


def test_an_agent_finds_it_in_the_queue_with_its_file(live: Live, talk: Talk) -> None:
    shown = talk.workspace.page

    assert talk.asked.number in talk.queue.page.text
    assert "It worked on Monday." in shown.text
    assert "<b>Error</b> 5 & more." in shown.text
    assert talk.asked.name in shown.text
    path = next(url for url in shown.links.values() if url.startswith("/files/"))
    assert live.signed_in("agent@acme.example").get(path).content == PICTURE


def test_the_guest_reads_the_answer_by_the_mailed_link_and_answers_back(talk: Talk) -> None:
    seen = talk.guest_page.page.text

    assert talk.reply in seen
    assert talk.write_back in seen
    assert talk.asked.number in seen
    assert talk.asked.subject in seen
    assert talk.reply not in talk.notice["text"]  # the address was not proven when the agent wrote
    assert talk.asked.number in talk.notice["subject"]
    assert talk.write_back in talk.workspace_after.page.text


def test_once_proven_the_address_gets_answers_in_full(live: Live, talk: Talk) -> None:
    agent = live.signed_in("agent@acme.example")
    shown = agent.get(talk.workspace.path)

    agent.send(shown, action_of(shown, "reply"), {"body": "Glad to hear it.", "status": "solved"})

    mail = live.mail(talk.asked.email, nth=3)
    assert mail["subject"] == f"Re: [{talk.asked.number}] {talk.asked.subject}"
    assert "Glad to hear it." in mail["text"]
    assert mail["headers"]["In-Reply-To"] == talk.receipt["headers"]["Message-ID"]


def test_a_member_sees_it_all_under_support_tickets(live: Live) -> None:
    member = live.signed_in("customer@acme.example")
    form = member.get("/contact/payouts/payout-late/")
    sent = member.submit(
        form, "/contact/payouts/payout-late/", {"subject": "Aardvark payout", "body": "October is missing."}
    )
    listed = member.get("/tickets/")
    ticket = member.get(listed.page.links["Aardvark payout"])

    replied = member.send(ticket, action_of(ticket, "reply"), {"body": "It came just now."})

    assert sent.path.startswith("/contact/sent/")
    assert "October is missing." in ticket.page.text
    assert "It came just now." in replied.page.text
    solved = member.send(replied, action_of(replied, "solve"), {})
    assert "Solved" in solved.page.text


@pytest.mark.parametrize("who", ["agent@globex.example", "customer@globex.example"])
def test_the_other_tenants_people_find_nothing_at_these_addresses(live: Live, talk: Talk, who: str) -> None:
    stranger = live.signed_in(who)
    guest = next(form.action for form in talk.guest_page.page.forms if form.action.startswith("/t/ticket/"))
    desk = f"/admin/tickets/ticket/{talk.ticket_id}"
    own = [talk.asked.sent.path, link_in(talk.notice), talk.file_path, f"/tickets/{talk.asked.number}/"]
    own.append(guest.removesuffix("reply/"))

    seen = {path: stranger.get(path) for path in own}
    posted = {
        path: stranger.post(
            path, {"csrfmiddlewaretoken": token_of(stranger.get("/contact/").text), "body": "x"}
        )
        for path in (guest, f"/tickets/{talk.asked.number}/reply/", f"/tickets/{talk.asked.number}/solve/")
    }
    if who.startswith("agent"):
        seen[desk] = stranger.get(f"{desk}/change/")
        posted[desk] = stranger.post(
            f"{desk}/reply/",
            {"csrfmiddlewaretoken": token_of(stranger.get("/contact/").text), "body": "x", "status": "open"},
        )

    assert {path: answer.status_code for path, answer in (seen | posted).items()} == dict.fromkeys(
        seen | posted, 404
    )
    assert [path for path, answer in (seen | posted).items() if "Zebrafish" in answer.text] == []


def test_raw_sql_inside_the_other_tenant_finds_no_row(live: Live, talk: Talk) -> None:
    questions = {
        "tickets_ticket": "id = %s",
        "tickets_message": "ticket_id = %s",
        "tickets_ticketevent": "ticket_id = %s",
        "tickets_participant": "ticket_id = %s",
        "tickets_clock": "ticket_id = %s",
        "tickets_attachment": "message_id IN (SELECT id FROM tickets_message WHERE ticket_id = %s)",
        "outbox_outboxrow": "about = 'ticket:' || %s",
    }

    found = {
        where: {
            table: live.rows(
                f"SELECT count(*) FROM {table} WHERE {condition}", [talk.ticket_id], tenant=where
            )[0][0]
            for table, condition in questions.items()
        }
        for where in ("acme", "globex", "")
    }

    assert all(found["acme"].values())
    assert set(found["globex"].values()) == {0}
    assert set(found[""].values()) == {0}
    with live.database(tenant="globex") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(
            "INSERT INTO tickets_ticketalias (tenant_id, number, ticket_id)"
            " SELECT id, 'X-1', %s FROM accounts_tenant WHERE slug = 'acme'",
            [talk.ticket_id],
        )


@pytest.fixture
def person(browser: Browser) -> Iterator[BrowserContext]:
    """A person whose browser runs no script."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    yield context
    context.close()


def test_the_same_in_chromium_without_script(live: Live, browser: Browser, person: BrowserContext) -> None:
    page = person.new_page()
    page.goto(live.url("acme", "/"))
    page.get_by_role("link", name="Contact us").first.click()
    page.locator("summary", has_text="Videos and uploads").click()
    page.get_by_role("link", name="Upload fails or stops").click()
    told = [page.locator(".promise-line").inner_text()]
    fill_in(page, subject="Chromium upload stops", email="chromium@elsewhere.example")
    page.get_by_label("Files").set_input_files(
        {"name": "shot.png", "mimeType": "image/png", "buffer": PICTURE}
    )
    page.get_by_role("button", name="Continue").click()
    told.append(page.locator(".promise-line").inner_text())
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Request received")
    number = page.locator(".confirmation-number bdi").inner_text()
    assert_told_everywhere(live, page, number, told, mail=live.mail("chromium@elsewhere.example"))

    desk = browser.new_context(java_script_enabled=False).new_page()
    sign_in(desk, live.url("acme", "/admin/"), "agent@acme.example")
    desk.get_by_role("searchbox").fill(number)
    desk.get_by_role("button", name="Search").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Chromium upload stops")
    expect(desk.get_by_role("link", name="shot.png")).to_have_count(1)
    desk.get_by_label("Your reply").fill("Try it once more.")
    desk.locator(".composer-public button.button-primary").click()
    expect(desk.locator(".message", has_text="Try it once more.")).to_be_visible()

    page.goto(live.url("acme", link_in(live.mail("chromium@elsewhere.example", nth=2))))
    expect(page.locator(".message", has_text="Try it once more.")).to_be_visible()
    page.get_by_label("Your reply").fill("Now it works.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator(".message", has_text="Now it works.")).to_be_visible()
    desk.reload()
    expect(desk.locator(".message", has_text="Now it works.")).to_be_visible()
    desk.context.close()


def test_a_request_in_arabic_by_keyboard_alone(live: Live, browser: Browser) -> None:
    context = browser.new_context(locale="ar", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(live.url("globex", "/contact/something-else/"))
    assert page.locator("html").get_attribute("dir") == "rtl"
    subject, email = "الطلبية لم تصل بعد", "keyboard@elsewhere.example"
    told = [page.locator(".promise-line").inner_text()]

    tab_to(page, page.locator("[name=subject]"))
    page.keyboard.type(subject)
    tab_to(page, page.locator("[name=body]"))
    page.keyboard.type("لم يصل المندوب منذ ثلاثة أيام.")
    tab_to(page, page.locator("[name=email]"))
    page.keyboard.type(email)
    tab_to(page, page.locator(".form-actions .button-primary"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/contact/check/**")
    told.append(page.locator(".promise-line").inner_text())
    tab_to(page, page.locator(".form-actions .button-primary"))
    page.keyboard.press("Enter")

    page.wait_for_url("**/contact/sent/**")
    number = page.locator(".confirmation-number bdi").first.inner_text()
    mail = live.mail(email)
    assert digit_is_right(number)
    assert number in mail["subject"]
    with translation.override("ar"):
        assert_told_everywhere(live, page, number, told, mail=mail, tenant="globex", zone="Asia/Riyadh")
    assert re.search(r'<html[^>]*lang="ar"[^>]*dir="rtl"', mail["html"])
    assert subject not in mail["text"] + mail["html"] + mail["subject"]
    context.close()


def test_a_guest_of_arabic_acme_is_written_to_in_arabic(live: Live) -> None:
    asked = ask(live, topic=TOPIC, language="ar")

    mail = live.mail(asked.email)

    assert 'lang="ar"' in asked.sent.text
    assert 'lang="ar"' in mail["html"]


def assert_told_everywhere(
    live: Live,
    page: Page,
    number: str,
    told: list[str],
    *,
    mail: dict[str, Any],
    tenant: str = "acme",
    zone: str = "America/New_York",
) -> None:
    """The confirmation that is open, the mail and the ticket tell the promise that is kept, in the reader's language
    and zone; `told` before it was sent was the same, but for the minutes in which it was written.
    """
    moment = first_reply_due(live, number, tenant=tenant).astimezone(zoneinfo.ZoneInfo(zone))
    shown = [page.locator(".confirmation").inner_text(), mail["text"]]
    page.goto(live.url(tenant, link_in(mail)))
    shown.append(page.locator(".promises").text_content() or "")
    day = date_format(moment, "D")
    before = [moment - timedelta(minutes=minutes) for minutes in range(5)]

    assert [f"{moment:%H:%M}" in text and day in text for text in shown] == [True] * 3
    assert [any(f"{one:%H:%M}" in text for one in before) for text in told] == [True] * 2


def first_reply_due(live: Live, number: str, *, tenant: str = "acme"):  # type: ignore[no-untyped-def]
    """When the product has promised the first reply, as it stands in the database."""
    question = (
        "SELECT c.due_at FROM tickets_clock c JOIN tickets_ticket t ON t.id = c.ticket_id"
        " WHERE t.number = %s AND c.kind = 'first_response'"
    )
    return live.rows(question, [number], tenant=tenant)[0][0]


def fill_in(page: Page, *, subject: str, email: str) -> None:
    page.get_by_label("Title").fill(subject)
    page.get_by_label("What happened?").fill("It stops at 40 percent.")
    page.get_by_label("Email address").fill(email)


def sign_in(page: Page, url: str, email: str) -> None:
    page.goto(url)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("form button.button-primary").first.click()


def token_of(html: str) -> str:
    """Any valid CSRF token of a page."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    assert found
    return found[1]


def test_tickets_of_the_demo_are_found_and_dated_like_any_other(live: Live) -> None:
    customer = live.signed_in("customer@acme.example")

    found = customer.get("/tickets/?q=payout").page.links.values()
    elsewhere = live.rows(
        "SELECT t.number FROM tickets_ticket t WHERE t.told_at <>"
        " (SELECT max(e.at) FROM tickets_ticketevent e WHERE e.ticket_id = t.id AND e.is_public)",
        tenant="acme",
    )

    assert [url for url in found if re.fullmatch(r"/tickets/ACME-\d+/", url)]
    assert elsewhere == []

"""A reply that was sent can be taken back for ten seconds: on the running product, with its worker and its mail."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.main_job import ask, link_in
from tests.live import PASSWORD, Live

pytestmark = pytest.mark.xdist_group("live")


def test_a_reply_taken_back_is_never_mailed_and_the_next_one_waits(live: Live, browser: Browser) -> None:
    asked = ask(live)
    live.mail(asked.email)
    page = browser.new_page()
    page.goto(live.url("acme", "/admin/"))
    page.get_by_label("Email").fill("agent@acme.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main .button-primary").click()
    page.get_by_role("searchbox").fill(asked.number)
    page.keyboard.press("Enter")
    box = page.get_by_label("Your reply")

    box.fill("Too quick.")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("Not sent. Your text is in the box again.")).to_be_visible()
    expect(box).to_have_value("Too quick.")
    box.fill("Well thought.")
    pressed = dt.datetime.now(dt.UTC)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".held")).to_contain_text("Well thought.")
    mails_while_held = len(live.mails(asked.email))
    live.mail(asked.email, nth=2)
    ((sent_at,),) = live.rows(
        "SELECT m.created_at FROM tickets_message m JOIN tickets_ticket t ON t.id = m.ticket_id"
        " WHERE t.number = %s AND m.body = %s",
        [asked.number, "Well thought."],
        tenant="acme",
    )
    read = asked.browser.get(link_in(live.mail(asked.email, nth=2)))
    page.close()

    assert mails_while_held == 1
    assert sent_at - pressed >= dt.timedelta(seconds=9)
    assert len(live.mails(asked.email)) == 2  # the one taken back would have left before
    assert "Well thought." in read.page.text
    assert "Too quick." not in read.page.text

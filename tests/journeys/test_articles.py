"""An article's whole life in a real browser: written, translated, reviewed, published, found, changed and taken back."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import Member
from helpcenter.models import HelpSettings, Section, SectionTranslation
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_member
from tests.journeys.conftest import Visitor
from tests.pictures import png

LIST = "/admin/helpcenter/translation/"


@pytest.fixture
def editor(live_house: House, visit: Callable[..., Visitor]) -> Visitor:
    """An admin's browser, in a help center of two languages with one empty section."""
    with tenant_scope(live_house.tenant.pk):
        HelpSettings.objects.create(languages=["en", "ar"], default_locale="en")
        section = Section.objects.create()
        for locale, name in (("en", "Payments"), ("ar", "المدفوعات")):
            SectionTranslation.objects.create(section=section, locale=locale, name=name)
        client = Client(headers={"host": live_house.host})
        client.force_login(make_member("admin@acme.example", role=Member.Role.ADMIN, name="Mona Adel"))
    visitor = visit()
    cookies = {"session": client.cookies["session"].value, "language": "en"}
    visitor.context.add_cookies(
        [{"name": name, "value": value, "url": visitor.origin} for name, value in cookies.items()]
    )
    return visitor


def write(page: Page, title: str, body: str, button: str) -> None:
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Text", exact=True).fill(body)
    page.get_by_role("button", name=button, exact=True).click()


def test_written_translated_published_found_changed_and_taken_back(
    editor: Visitor, visit: Callable[..., Visitor]
) -> None:
    page, reader = editor.page, visit()

    editor.open(f"{LIST}add/")
    page.get_by_label("Section", exact=True).select_option(label="Payments")
    write(page, "Refund is late", "Refunds take five days.\n\nThen write to us.", "Send to review")
    expect(page.get_by_text("In review", exact=True).first).to_be_visible()
    source = page.url
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("link", name="Open as a reader")).to_be_visible()
    page.get_by_role("link", name="Arabic").click()
    expect(page.get_by_text("Refunds take five days.")).to_be_visible()
    write(page, "تأخر الاسترداد", "يستغرق خمسة أيام.\n\nثم راسلنا.", "Publish")
    expect(page.get_by_role("link", name="Open as a reader")).to_be_visible()
    translation = page.url

    for locale, asked, title in (("en", "refnd late", "Refund is late"), ("ar", "استرداد", "تأخر الاسترداد")):
        reader.open(f"/{locale}/search/?q={asked}").get_by_role("link", name=title).click()
        expect(reader.page.get_by_role("heading", level=1)).to_have_text(title)

    page.goto(source)
    write(page, "Refund is late", "Refunds take two days.\n\nThen write to us.", "Publish")
    page.goto(translation)
    beside = page.get_by_role("group", name="The source, paragraph by paragraph")
    expect(beside.locator("del")).to_have_text(["Refunds take five days."])
    expect(beside.locator("ins")).to_have_text(["Refunds take two days."])
    expect(beside.get_by_text("Then write to us.")).to_be_visible()
    assert editor.axe() == []
    reader.page.reload()
    expect(reader.page.locator(".article .banner-warn")).to_be_visible()

    page.goto(source)
    page.get_by_role("link", name="History").first.click()
    page.get_by_role("button", name="Go back to this one").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("link", name="Open as a reader")).to_be_visible()
    reader.open("/en/search/?q=refund").get_by_role("link", name="Refund is late").click()
    expect(reader.page.get_by_text("Refunds take five days.")).to_be_visible()
    assert editor.complaints == []


# Hands a picture to an element as a browser does that carries or pastes one.
CARRY = """(place, [kind, content]) => {
  const carried = new DataTransfer();
  const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
  carried.items.add(new File([bytes], "button.png", { type: "image/png" }));
  const facts = { bubbles: true, cancelable: true };
  place.dispatchEvent(kind === "paste"
    ? new ClipboardEvent(kind, { ...facts, clipboardData: carried })
    : new DragEvent(kind, { ...facts, dataTransfer: carried }));
}"""


def test_pictures_are_dropped_and_pasted_where_the_text_goes_on(editor: Visitor) -> None:
    content = base64.b64encode(png()).decode()
    page = editor.open(f"{LIST}add/")
    text = page.get_by_label("Text", exact=True)

    text.fill("Look here:")
    text.evaluate(CARRY, ["drop", content])
    expect(text).to_have_value(re.compile(r"^Look here:\n\n!\[\]\(picture:\d+\)\n\n$"))
    page.keyboard.type("A gear")  # the caret waits where the description goes
    page.get_by_label("What the picture shows").fill("The red button")
    text.press("Control+End")
    text.evaluate(CARRY, ["paste", content])

    both = r"^Look here:\n\n!\[A gear\]\(picture:\d+\)\n\n!\[The red button\]\(picture:\d+\)\n\n$"
    expect(text).to_have_value(re.compile(both))
    expect(page.get_by_role("img", name="The red button")).to_be_visible()
    assert editor.axe() == []
    assert editor.complaints == []

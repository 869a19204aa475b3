"""Signing up, in and out in a real browser, with and without script."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from accounts.actions.invitations import invite
from accounts.models import Member
from helpdesk.outbox.models import OutboxRow
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_member
from tests.journeys.conftest import Variant, Visitor, variants

Visit = Callable[..., Visitor]
ADDRESS = "ana@elsewhere.example"
CHOSEN = "correct horse battery"


def code_for(house: House, email: str) -> str:
    """What the newest mail to `email` says."""
    with tenant_scope(house.tenant.pk):
        newest = OutboxRow.objects.filter(to_address=email).latest("pk")
    code: str = newest.secrets["code"]
    return code


def button(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def test_a_person_signs_up_sets_a_profile_and_leaves_without_script(visit: Visit, live_house: House) -> None:
    page = visit(java_script_enabled=False).open("/accounts/signup/")

    page.get_by_label("Your name").fill("Ana Adel")
    page.get_by_label("Email address").fill(ADDRESS)
    page.get_by_label("Password", exact=True).fill(CHOSEN)
    button(page, "Create account")
    page.get_by_label("Code").fill(code_for(live_house, ADDRESS))
    button(page, "Continue")
    page.goto(page.url.split("/tickets")[0] + "/accounts/profile/")
    page.get_by_label("Language", exact=True).select_option("ar")
    page.get_by_label("Time zone").select_option("Asia/Riyadh")
    button(page, "Save profile")

    assert page.locator("html").get_attribute("dir") == "rtl"
    with tenant_scope(live_house.tenant.pk):
        member = Member.objects.get()
    assert (member.name, member.locale, member.timezone) == ("Ana Adel", "ar", "Asia/Riyadh")


def test_wrong_words_take_the_focus_to_what_is_wrong(visit: Visit, live_house: House) -> None:
    visitor = visit()
    page = visitor.open("/accounts/login/")

    page.get_by_label("Email address").fill("ana@elsewhere")
    page.keyboard.press("Enter")
    page.locator(".error-summary").wait_for()

    assert page.title() == "Error: Sign in · Acme"
    assert page.evaluate("document.activeElement.classList.contains('error-summary')")
    assert page.get_by_label("Email address").input_value() == "ana@elsewhere"
    assert visitor.axe() == []


def test_the_desk_asks_for_a_sign_in_and_opens(visit: Visit, live_house: House) -> None:
    with tenant_scope(live_house.tenant.pk):
        make_member("agent@acme.example", role=Member.Role.AGENT, team=live_house.team)
    page = visit().open("/admin/")

    page.get_by_label("Email address").fill("agent@acme.example")
    page.get_by_label("Password", exact=True).fill("demo-password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/tickets/ticket/")

    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("variant", variants())
def test_every_page_of_accounts_is_accessible_and_fits(
    visit: Visit, live_house: House, variant: Variant
) -> None:
    with tenant_scope(live_house.tenant.pk):
        make_member(ADDRESS)
        link = invite(make_member("boss@acme.example", role=Member.Role.ADMIN))
    visitor = visit(variant)
    origin = visitor.origin
    language = "ar" if variant.direction == "rtl" else "en"
    visitor.context.add_cookies([{"name": "language", "value": language, "url": origin}])

    def look(name: str) -> None:
        picture(visitor.page, f"{name}-{variant}")
        assert (name, visitor.axe()) == (name, [])
        assert (name, visitor.sideways_scroll()) == (name, 0)
        assert (name, visitor.small_targets()) == (name, [])

    page = visitor.open("/accounts/signup/")
    look("sign-up")
    visitor.open(link.partition(".localhost:8000")[2])
    look("invitation")
    visitor.open("/accounts/password/reset/")
    look("reset")
    visitor.open("/accounts/login/")
    look("sign-in")
    page.locator("#id_login").fill(ADDRESS)
    page.locator("button[name=by]").click()
    look("code")
    page.locator("#id_code").fill("12")
    page.keyboard.press("Enter")
    page.locator(".error-summary").wait_for()
    look("wrong-code")
    page.locator("#id_code").fill(code_for(live_house, ADDRESS))
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets/")
    visitor.open("/accounts/profile/")
    look("profile")
    visitor.open("/accounts/password/change/")
    look("password")
    visitor.open("/admin/")
    look("refused")

    assert [said for said in visitor.complaints if "422" not in said and "403" not in said] == []


@pytest.mark.parametrize("variant", variants())
def test_the_list_of_the_demo_is_accessible_and_fits(visit: Visit, variant: Variant, settings: Any) -> None:
    settings.DEMO = True
    visitor = visit(variant)
    visitor.origin = visitor.origin.replace("acme.", "")

    visitor.open("/")
    picture(visitor.page, f"platform-{variant}")

    assert (visitor.axe(), visitor.sideways_scroll(), visitor.small_targets()) == ([], 0, [])


def picture(page: Page, name: str) -> None:
    """Keeps what the page looks like, for somebody who asked for it with PICTURES=<folder>."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

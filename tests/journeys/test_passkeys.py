"""Passkeys, an authenticator app and lost sessions in a real browser, with a virtual authenticator for finger or PIN."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page

from accounts.models import Member, Session
from helpdesk.tenancy import tenant_scope
from tests.accounts.factors import app_code, require_second_factor
from tests.factories.cast import House, make_member
from tests.factories.tickets import make_ticket
from tests.journeys.conftest import Variant, Visitor, variants
from tests.journeys.test_accounts import button, picture

Visit = Callable[..., Visitor]
ADDRESS = "ana@acme.example"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def empty_cache(live_house: House) -> None:
    """Counts and used codes of other tests are forgotten."""
    cache.clear()


def with_device(visitor: Visitor, **changed: Any) -> tuple[Any, str]:
    """Gives the visitor's browser an authenticator (Chrome DevTools Protocol, domain WebAuthn); how to speak to it."""
    device = visitor.context.new_cdp_session(visitor.page)
    device.send("WebAuthn.enable")
    added = device.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, **changed}})
    return device, added["authenticatorId"]


def sign_in(page: Page, email: str = ADDRESS) -> None:
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill("demo-password")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def add_passkey(visitor: Visitor) -> Page:
    """Signs Ana in and adds a passkey by keyboard alone; stands on the page of the recovery codes."""
    page = visitor.open("/accounts/login/")
    sign_in(page)
    page = visitor.open("/accounts/passkeys/add/")
    page.get_by_label("Name").focus()
    page.keyboard.type("Laptop")
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-factor/codes/")
    return page


def test_a_passkey_is_added_and_signs_in_on_its_own(visit: Visit, live_house: House) -> None:
    with tenant_scope(live_house.tenant.pk):
        make_member(ADDRESS)
    visitor = visit()
    with_device(visitor)

    page = add_passkey(visitor)
    codes = page.locator(".recovery-codes li").count()
    page.get_by_role("link", name="I kept them, continue").click()
    named = page.locator(".summary-list").inner_text()
    visitor.context.clear_cookies()
    page = visitor.open("/accounts/login/?next=/contact/")
    button(page, "Sign in with a passkey")
    page.wait_for_url("**/contact/")

    assert codes == 10
    assert "Laptop" in named
    assert visitor.complaints == []


def test_a_passkey_is_the_second_step_of_the_team(visit: Visit, live_house: House) -> None:
    with tenant_scope(live_house.tenant.pk):
        make_member(ADDRESS, role=Member.Role.AGENT, team=live_house.team)
        require_second_factor()
    visitor = visit()
    with_device(visitor)
    page = visitor.open("/admin/tickets/ticket/")
    sign_in(page)
    page.wait_for_url("**/accounts/second-factor/?next=/admin/tickets/ticket/")
    page.get_by_role("link", name="Passkey").click()
    button(page, "Make a passkey")
    page.get_by_role("link", name="I kept them, continue").click()
    page.wait_for_url("**/admin/tickets/ticket/")
    visitor.context.clear_cookies()

    page = visitor.open("/admin/tickets/ticket/")
    sign_in(page)
    page.wait_for_url("**/accounts/second-step/")
    button(page, "Use a passkey")
    page.wait_for_url("**/admin/tickets/ticket/")

    assert visitor.complaints == []


def test_a_device_without_a_passkey_is_told_in_plain_words(visit: Visit, live_house: House) -> None:
    visitor = visit()
    device, authenticator = with_device(visitor)
    device.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page = visitor.open("/accounts/login/")

    button(page, "Sign in with a passkey")
    page.locator("[data-said]").wait_for()

    assert page.locator("[data-said]").inner_text() == "Your browser didn't offer a passkey. Use another way."
    assert page.evaluate("document.activeElement.textContent").strip() == "Sign in with a passkey"
    assert visitor.axe() == []


def test_a_device_that_has_one_already_is_told_so(visit: Visit, live_house: House) -> None:
    with tenant_scope(live_house.tenant.pk):
        make_member(ADDRESS)
    visitor = visit()
    with_device(visitor)
    add_passkey(visitor)
    page = visitor.open("/accounts/passkeys/add/")

    button(page, "Make a passkey")
    page.locator("[data-said]").wait_for()

    assert page.locator("[data-said]").inner_text() == "This device has a passkey for you already."


def test_without_script_all_other_ways_are_there(visit: Visit, live_house: House) -> None:
    with tenant_scope(live_house.tenant.pk):
        make_member(ADDRESS)
    visitor = visit(java_script_enabled=False)
    page = visitor.open("/accounts/login/")
    offered = page.get_by_role("button", name="Sign in with a passkey").is_visible()
    sign_in(page)
    page = visitor.open("/accounts/passkeys/add/")
    said = page.locator("main").inner_text()
    page = visitor.open("/accounts/second-factor/app/")
    page.get_by_label("Code").fill(app_code(page.locator("[data-copy]").get_attribute("data-copy") or ""))
    button(page, "Set up the app")
    page.wait_for_url("**/second-factor/codes/")

    assert not offered
    assert "An authenticator app works everywhere." in said
    assert page.locator(".recovery-codes li").count() == 10


def test_words_written_when_the_session_ended_come_back(visit: Visit, live_house: House) -> None:
    with tenant_scope(live_house.tenant.pk):
        member = make_member(ADDRESS)
        ticket = make_ticket(live_house, member)
    visitor = visit()
    sign_in(visitor.open("/accounts/login/"))
    page = visitor.open(f"/tickets/{ticket.number}/")
    with tenant_scope(live_house.tenant.pk):
        Session.objects.all().delete()

    page.locator("textarea[name=body]").fill("First line\nand a second one")
    page.locator("form:has(textarea[name=body]) button.button-primary").first.click()
    page.wait_for_url("**/accounts/login/?next=**")
    said = page.locator("main").inner_text()
    sign_in(page)
    page.wait_for_url("**/accounts/interrupted/")
    kept = page.get_by_label("Your message").input_value()
    axe = visitor.axe()
    button(page, "Send it now")
    page.wait_for_url(f"**/tickets/{ticket.number}/**")

    assert "Your session ended. Sign in to go on; what you wrote is kept." in said
    assert kept == "First line\nand a second one"
    assert "and a second one" in page.locator("main").inner_text()
    assert axe == []


@pytest.mark.parametrize("variant", variants())
def test_the_page_that_resets_is_accessible_and_fits(
    visit: Visit, live_house: House, variant: Variant
) -> None:
    with tenant_scope(live_house.tenant.pk):
        make_member(ADDRESS, role=Member.Role.ADMIN)
        other = make_member("x" * 60 + "@acme.example", role=Member.Role.AGENT)
    visitor = visit(variant)
    language = "ar" if variant.direction == "rtl" else "en"
    visitor.context.add_cookies([{"name": "language", "value": language, "url": visitor.origin}])
    page = visitor.open("/accounts/login/")
    page.locator("#id_login").fill(ADDRESS)
    page.locator("#id_password").fill("demo-password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/**")

    visitor.open(f"/admin/accounts/member/{other.pk}/reset-second-step/")
    picture(visitor.page, f"reset-{variant}")

    assert page.locator("h1").count() == 1
    assert (visitor.axe(), visitor.sideways_scroll(), visitor.small_targets()) == ([], 0, [])


@pytest.mark.parametrize("variant", variants())
def test_every_page_of_second_steps_is_accessible_and_fits(
    visit: Visit, live_house: House, variant: Variant
) -> None:
    with tenant_scope(live_house.tenant.pk):
        member = make_member(ADDRESS)
        make_ticket(live_house, member)
    visitor = visit(variant)
    with_device(visitor)
    language = "ar" if variant.direction == "rtl" else "en"
    visitor.context.add_cookies([{"name": "language", "value": language, "url": visitor.origin}])

    def look(name: str) -> None:
        picture(visitor.page, f"{name}-{variant}")
        assert (name, visitor.axe()) == (name, [])
        assert (name, visitor.sideways_scroll()) == (name, 0)
        assert (name, visitor.small_targets()) == (name, [])

    page = visitor.open("/accounts/login/")
    page.locator("#id_login").fill(ADDRESS)
    page.locator("#id_password").fill("demo-password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets/")
    visitor.open("/accounts/second-factor/")
    look("choose")
    visitor.open("/accounts/passkeys/add/")
    look("passkey")
    page.locator("#id_name").fill("A passkey with a name of sixty characters, which is a lot 123")
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-factor/codes/")
    look("codes")
    visitor.open("/accounts/second-factor/codes/")
    look("codes-seen")
    visitor.open("/accounts/second-factor/app/")
    look("app")
    page.locator("#id_code").fill("12")
    page.keyboard.press("Enter")
    page.locator(".error-summary").wait_for()
    look("app-wrong")
    page.locator("#id_code").fill(app_code(page.locator("[data-copy]").get_attribute("data-copy") or ""))
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile/")
    look("profile")
    page.locator("a[href$='/remove/']").first.click()
    look("remove")
    visitor.open("/accounts/confirm/")
    look("confirm")
    page.locator("#id_code").fill("12")
    page.keyboard.press("Enter")
    page.locator(".error-summary").wait_for()
    look("confirm-wrong")
    visitor.context.clear_cookies()
    visitor.context.add_cookies([{"name": "language", "value": language, "url": visitor.origin}])
    visitor.open("/accounts/login/")
    page.locator("#id_login").fill(ADDRESS)
    page.locator("#id_password").fill("demo-password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-step/")
    look("step")

    assert [said for said in visitor.complaints if "422" not in said] == []

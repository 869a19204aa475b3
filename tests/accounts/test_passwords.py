"""Resetting, changing and setting a password."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from tests.accounts.conftest import is_signed_in, mails_to, newest_code, sign_in
from tests.factories.cast import House

CHOSEN = "correct horse battery"


def reset(browser: Client, email: str, password: str = CHOSEN) -> Any:
    browser.post("/accounts/password/reset/", {"email": email})
    browser.post("/accounts/password/reset/confirm/", {"code": newest_code(email)})
    return browser.post("/accounts/password/reset/complete/", {"password1": password})


def test_a_code_lets_a_person_choose_a_new_password(site: Client, customer: Member) -> None:
    answer = reset(site, customer.email)

    customer.refresh_from_db()
    assert customer.check_password(CHOSEN)
    assert answer["Location"] == "/tickets/"
    assert is_signed_in(site)


def test_a_reset_ends_every_other_session_and_says_so_by_mail(
    site: Client, house: House, customer: Member, fresh_browser: Any
) -> None:
    other = fresh_browser(house.host)
    sign_in(other, customer.email)

    reset(site, customer.email)

    assert not is_signed_in(other)
    notice = mails_to(customer.email)[-1]
    assert notice.topic == "account_password_changed"
    assert notice.context["reset_url"] == "http://acme.localhost:8000/accounts/password/reset/"


def test_a_guest_gets_a_first_password_by_the_same_way(site: Client, guest: Member) -> None:
    reset(site, guest.email)

    guest.refresh_from_db()
    assert guest.check_password(CHOSEN)
    assert guest.email_proven_at is not None
    assert is_signed_in(site)


def test_known_and_unknown_addresses_get_the_same_answer(house: House, customer: Member) -> None:
    def answer(email: str) -> tuple[int, str, str]:
        browser = Client(headers={"host": house.host})
        got = browser.post("/accounts/password/reset/", {"email": email})
        page = browser.get(got["Location"]).content.decode()
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
        return got.status_code, got["Location"], text.replace(email, "ADDRESS")

    assert answer(customer.email) == answer("nobody@acme.example")


def test_without_the_code_there_is_no_new_password(site: Client, customer: Member) -> None:
    site.post("/accounts/password/reset/", {"email": customer.email})

    answer = site.post("/accounts/password/reset/complete/", {"password1": CHOSEN})

    customer.refresh_from_db()
    assert answer["Location"] == "/accounts/password/reset/confirm/"
    assert customer.check_password("demo-password")


def test_a_reset_code_works_once(site: Client, customer: Member) -> None:
    reset(site, customer.email)
    site.post("/accounts/logout/")

    answer = site.post("/accounts/password/reset/complete/", {"password1": "another three words"})

    customer.refresh_from_db()
    assert answer["Location"] == "/accounts/password/reset/"
    assert customer.check_password(CHOSEN)


def test_three_wrong_codes_end_a_reset(site: Client, customer: Member) -> None:
    site.post("/accounts/password/reset/", {"email": customer.email})
    code = newest_code(customer.email)
    wrong = "000000" if code != "000000" else "111111"

    for _try in range(3):
        site.post("/accounts/password/reset/confirm/", {"code": wrong})
    site.post("/accounts/password/reset/confirm/", {"code": code})
    site.post("/accounts/password/reset/complete/", {"password1": CHOSEN})

    customer.refresh_from_db()
    assert customer.check_password("demo-password")


def test_changing_needs_the_old_password_and_keeps_this_session_only(
    site: Client, house: House, customer: Member, fresh_browser: Any
) -> None:
    other = fresh_browser(house.host)
    for browser in (site, other):
        sign_in(browser, customer.email)

    refused = site.post("/accounts/password/change/", {"oldpassword": "wrong", "password1": CHOSEN})
    changed = site.post("/accounts/password/change/", {"oldpassword": "demo-password", "password1": CHOSEN})

    assert (refused.status_code, changed.status_code, changed["Location"]) == (422, 303, "/accounts/profile/")
    assert is_signed_in(site)
    assert not is_signed_in(other)
    assert mails_to(customer.email)[-1].topic == "account_password_changed"


def test_a_person_without_password_can_set_one(site: Client, guest: Member) -> None:
    site.post("/accounts/login/code/", {"email": guest.email})
    site.post("/accounts/login/code/confirm/", {"code": newest_code(guest.email)})

    answer = site.post("/accounts/password/set/", {"password1": CHOSEN})

    guest.refresh_from_db()
    assert answer["Location"] == "/accounts/profile/"
    assert guest.check_password(CHOSEN)
    assert is_signed_in(site)


@pytest.mark.parametrize("password", ["short", "password123", "customer@acme"])
def test_weak_passwords_are_refused(site: Client, customer: Member, password: str) -> None:
    sign_in(site, customer.email)

    answer = site.post("/accounts/password/change/", {"oldpassword": "demo-password", "password1": password})

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "path", ["/accounts/password/change/", "/accounts/password/set/", "/accounts/profile/"]
)
def test_pages_about_oneself_need_a_sign_in(site: Client, house: House, path: str) -> None:
    answer = site.get(path)

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")

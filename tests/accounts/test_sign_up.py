"""Signing up: everybody gets a code, and nothing is kept under an address before it is proven."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import Member, TenantSettings
from tests.accounts.conftest import is_signed_in, mails_to, newest_code, sign_in
from tests.factories.cast import House, make_member
from tests.factories.tickets import make_ticket

CHOSEN = "correct horse battery"


def sign_up(browser: Client, email: str, **fields: str) -> Any:
    return browser.post("/accounts/signup/", {"email": email, "name": "Ana", "password1": CHOSEN, **fields})


def enter_code(browser: Client, email: str) -> Any:
    return browser.post("/accounts/login/code/confirm/", {"code": newest_code(email)})


def test_a_new_person_signs_up_with_a_code(site: Client, house: House) -> None:
    sign_up(site, "Ana@Elsewhere.example")
    enter_code(site, "ana@elsewhere.example")

    member = Member.objects.get(email="ana@elsewhere.example")
    assert is_signed_in(site)
    assert (member.name, member.role, member.locale) == ("Ana", "customer", "en")
    assert member.check_password(CHOSEN)
    assert member.email_proven_at is not None
    assert EmailAddress.objects.get(user=member).verified


def test_the_password_works_from_then_on(site: Client, house: House, fresh_browser: Any) -> None:
    sign_up(site, "ana@elsewhere.example")
    enter_code(site, "ana@elsewhere.example")
    browser = fresh_browser(house.host)

    sign_in(browser, "ana@elsewhere.example", CHOSEN)

    assert is_signed_in(browser)


def test_nothing_is_kept_before_the_code(site: Client, house: House) -> None:
    sign_up(site, "victim@elsewhere.example", name="Visit evil.example")

    member = Member.objects.get(email="victim@elsewhere.example")
    assert (member.name, member.has_usable_password(), member.email_proven_at) == ("", False, None)
    mail = mails_to(member.email)[-1]
    assert (mail.topic, mail.to_name, mail.is_proven) == ("account_code", "", False)
    assert "evil" not in str(mail.context)


def test_a_password_left_by_a_stranger_never_works(site: Client, house: House, fresh_browser: Any) -> None:
    sign_up(site, "victim@elsewhere.example", password1="the attacker's words")
    victim = fresh_browser(house.host)
    victim.post("/accounts/login/code/", {"email": "victim@elsewhere.example"})
    enter_code(victim, "victim@elsewhere.example")

    sign_in(site, "victim@elsewhere.example", "the attacker's words")

    assert is_signed_in(victim)
    assert not is_signed_in(site)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/accounts/login/", {"login": "victim@elsewhere.example", "by": "code"}),
        ("/accounts/login/code/", {"email": "victim@elsewhere.example"}),
    ],
)
def test_a_password_left_in_a_shared_browser_never_works(
    site: Client, house: House, path: str, fields: dict[str, str]
) -> None:
    sign_up(site, "victim@elsewhere.example", password1="the attacker's words")
    site.post("/accounts/logout/")

    site.post(path, fields)
    enter_code(site, "victim@elsewhere.example")

    assert is_signed_in(site)
    assert Member.objects.get().is_guest


def test_a_guest_becomes_a_member_and_keeps_the_tickets(site: Client, house: House, guest: Member) -> None:
    ticket = make_ticket(house, guest, is_proven=False)

    sign_up(site, guest.email)
    enter_code(site, guest.email)

    guest.refresh_from_db()
    assert guest.check_password(CHOSEN)
    assert guest.email_proven_at is not None
    assert ticket.number in site.get("/tickets/").content.decode()


def test_a_guest_signs_in_by_code_and_keeps_the_tickets(site: Client, house: House, guest: Member) -> None:
    ticket = make_ticket(house, guest, is_proven=False)

    site.post("/accounts/login/code/", {"email": guest.email})
    enter_code(site, guest.email)

    guest.refresh_from_db()
    assert guest.email_proven_at is not None
    assert EmailAddress.objects.get(user=guest).verified
    assert guest.is_guest
    assert ticket.number in site.get("/tickets/").content.decode()


def test_a_proven_guest_still_needs_the_code_to_sign_up(site: Client, house: House) -> None:
    guest = make_member("guest@elsewhere.example")
    guest.set_unusable_password()
    guest.save()

    sign_up(site, guest.email)

    assert not is_signed_in(site)
    guest.refresh_from_db()
    assert guest.is_guest


def test_signing_up_twice_signs_in_and_keeps_the_password(site: Client, customer: Member) -> None:
    sign_up(site, customer.email, name="Somebody Else")
    answer = enter_code(site, customer.email)

    customer.refresh_from_db()
    assert customer.check_password("demo-password")
    assert customer.name == "Customer"
    assert "Your password is unchanged" in site.get(answer["Location"]).content.decode()


def test_everybody_gets_the_same_answer(house: House, customer: Member, guest: Member) -> None:
    make_member("gone@acme.example", is_active=False)

    def answer(email: str) -> tuple[int, str, str]:
        browser = Client(headers={"host": house.host})
        got = sign_up(browser, email)
        page = browser.get(got["Location"]).content.decode()
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
        return got.status_code, got["Location"], text.replace(email, "ADDRESS")

    answers = [
        answer(email) for email in ("new@acme.example", customer.email, guest.email, "gone@acme.example")
    ]

    assert answers == [answers[0]] * 4


def test_bad_words_are_named_and_kept(site: Client, house: House) -> None:
    answer = sign_up(site, "ana@nowhere", password1="short")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Enter an email address like name@example.com." in page
    assert "at least 10 characters" in page
    assert 'value="ana@nowhere"' in page
    assert "short" not in page.replace("too short", "")


def test_more_fields_than_the_form_has_change_nothing(site: Client, house: House) -> None:
    sign_up(
        site, "mal@elsewhere.example", role="admin", is_staff="1", tenant="1", email_proven_at="2020-01-01"
    )
    enter_code(site, "mal@elsewhere.example")

    assert Member.objects.get(email="mal@elsewhere.example").role == Member.Role.CUSTOMER


def test_a_tenant_may_close_its_doors(site: Client, house: House) -> None:
    TenantSettings.objects.update(signup_open=False)

    shown = site.get("/accounts/signup/").content.decode()
    sign_up(site, "ana@elsewhere.example")
    site.post("/accounts/login/code/", {"email": "ana@elsewhere.example"})

    assert "No new accounts" in shown
    assert not Member.objects.filter(email="ana@elsewhere.example").exists()
    assert "signup_url" not in mails_to("ana@elsewhere.example")[-1].context
    assert "/accounts/signup/" not in site.get("/accounts/login/code/").content.decode()


def test_a_guest_of_a_closed_tenant_can_still_sign_in(site: Client, house: House, guest: Member) -> None:
    TenantSettings.objects.update(signup_open=False)

    site.post("/accounts/login/code/", {"email": guest.email})
    enter_code(site, guest.email)

    assert is_signed_in(site)


def test_somebody_who_is_signed_in_is_not_asked_to_sign_up(site: Client, customer: Member) -> None:
    sign_in(site, customer.email)

    assert site.get("/accounts/signup/")["Location"] == "/tickets/"

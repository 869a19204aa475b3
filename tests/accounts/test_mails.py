"""Account mails as people read them."""

import pytest
from django.test import Client

from accounts.models import Member
from helpdesk.outbox.render import render
from tests.accounts.conftest import mails_to, sign_in
from tests.factories.cast import House


def test_the_mail_with_a_code_says_code_and_time(site: Client, customer: Member) -> None:
    site.post("/accounts/login/code/", {"email": customer.email})
    row = mails_to(customer.email)[-1]

    mail = render(row)

    assert mail.subject == "Your code for Acme"
    for part in (mail.text, mail.html):
        assert row.secrets["code"] in part
        assert "10 minutes" in part


def test_a_mail_is_in_the_persons_language(site: Client, customer: Member) -> None:
    Member.objects.filter(pk=customer.pk).update(locale="ar", timezone="Asia/Riyadh")

    site.post("/accounts/login/code/", {"email": customer.email})

    row = mails_to(customer.email)[-1]
    assert (row.locale, row.timezone) == ("ar", "Asia/Riyadh")
    assert 'dir="rtl"' in render(row).html


def test_a_mail_to_a_stranger_is_in_the_language_of_the_page(house: House) -> None:
    browser = Client(headers={"host": house.host, "accept-language": "ar"})

    browser.post("/accounts/login/code/", {"email": "nobody@elsewhere.example"})

    assert mails_to("nobody@elsewhere.example")[-1].locale == "ar"


def test_links_in_mails_come_from_the_tenants_stored_address(house: House) -> None:
    browser = Client(headers={"host": f"{house.host}:9999", "x-forwarded-host": "evil.example"})

    browser.post("/accounts/login/code/", {"email": "nobody@elsewhere.example"})

    row = mails_to("nobody@elsewhere.example")[-1]
    assert row.context["signup_url"] == "http://acme.localhost:8000/accounts/signup/"


@pytest.mark.parametrize("locale", ["en", "ar"])
@pytest.mark.parametrize("closed", [True, False])
def test_every_account_mail_has_its_parts(
    site: Client, customer: Member, guest: Member, locale: str, closed: bool
) -> None:
    Member.objects.update(locale=locale)
    site.post("/accounts/login/code/", {"email": "nobody@acme.example"})
    site.post("/accounts/logout/")
    site.post("/accounts/password/reset/", {"email": customer.email})
    sign_in(site, customer.email)
    site.post(
        "/accounts/password/change/", {"oldpassword": "demo-password", "password1": "correct horse battery"}
    )
    rows = mails_to("nobody@acme.example") + mails_to(customer.email)
    if closed:
        rows[0].context.pop("signup_url")

    mails = [render(row) for row in rows]

    assert [row.topic for row in rows] == [
        "account_unknown",
        "account_reset_code",
        "account_password_changed",
    ]
    for mail in mails:
        assert mail.subject
        assert "{" not in mail.text + mail.subject
        assert "None" not in mail.text
        assert "<h1" in mail.html

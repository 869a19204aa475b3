"""Signing in by password or by a mailed code, and what strangers learn by trying."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import Member, Session
from tests.accounts.conftest import PASSWORD, is_signed_in, mails_to, newest_code, sign_in
from tests.factories.cast import House, make_member


def test_a_password_signs_in_and_leads_to_the_tickets(site: Client, customer: Member) -> None:
    answer = sign_in(site, customer.email)

    assert (answer.status_code, answer["Location"]) == (303, "/tickets/")
    assert is_signed_in(site)


def test_the_address_may_be_typed_in_any_case_and_with_blanks(site: Client, customer: Member) -> None:
    sign_in(site, "  Customer@ACME.example ")

    assert is_signed_in(site)


def test_agents_land_at_the_desk(site: Client, agent: Member) -> None:
    assert sign_in(site, agent.email)["Location"] == "/admin/"


def test_a_code_signs_in_without_a_password(site: Client, customer: Member) -> None:
    asked = site.post("/accounts/login/", {"login": customer.email, "password": "", "by": "code"})
    entered = site.post("/accounts/login/code/confirm/", {"code": newest_code(customer.email)})

    assert asked["Location"] == "/accounts/login/code/confirm/"
    assert (entered.status_code, entered["Location"]) == (303, "/tickets/")
    assert is_signed_in(site)


def test_a_code_is_six_digits_kept_out_of_the_mails_context_and_subject(
    site: Client, customer: Member
) -> None:
    site.post("/accounts/login/code/", {"email": customer.email})

    mail = mails_to(customer.email)[-1]
    assert re.fullmatch(r"[0-9]{6}", mail.secrets["code"])
    assert mail.secrets["code"] not in str(mail.context)
    assert (mail.topic, mail.is_automatic, mail.is_proven) == ("account_code", True, True)
    assert (mail.sender_name, mail.sender_address) == ("Acme Support", "support@acme.example")


@pytest.mark.parametrize("typed", ["{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}", "\u200e{0}"])
def test_a_code_may_be_pasted_with_blanks_and_marks(site: Client, customer: Member, typed: str) -> None:
    site.post("/accounts/login/code/", {"email": customer.email})

    site.post("/accounts/login/code/confirm/", {"code": typed.format(newest_code(customer.email))})

    assert is_signed_in(site)


def test_a_code_may_be_typed_with_arabic_digits(site: Client, customer: Member) -> None:
    site.post("/accounts/login/code/", {"email": customer.email})
    typed = newest_code(customer.email).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    site.post("/accounts/login/code/confirm/", {"code": typed})

    assert is_signed_in(site)


def test_three_wrong_codes_end_the_code(site: Client, customer: Member) -> None:
    site.post("/accounts/login/code/", {"email": customer.email})
    code = newest_code(customer.email)
    wrong = "000000" if code != "000000" else "111111"

    answers = [site.post("/accounts/login/code/confirm/", {"code": wrong}) for _try in range(3)]
    site.post("/accounts/login/code/confirm/", {"code": code})

    assert [answer.status_code for answer in answers] == [422, 422, 303]
    assert not is_signed_in(site)
    assert "Codes work for 10 minutes" in site.get(answers[2]["Location"]).content.decode()


def test_a_code_works_once(site: Client, customer: Member) -> None:
    site.post("/accounts/login/code/", {"email": customer.email})
    code = newest_code(customer.email)
    site.post("/accounts/login/code/confirm/", {"code": code})
    site.post("/accounts/logout/")

    site.post("/accounts/login/code/confirm/", {"code": code})

    assert not is_signed_in(site)


def test_a_new_code_ends_the_old_one(site: Client, customer: Member) -> None:
    site.post("/accounts/login/code/", {"email": customer.email})
    old = newest_code(customer.email)
    site.post("/accounts/login/code/confirm/", {"action": "resend"})
    new = newest_code(customer.email)

    answer = site.post("/accounts/login/code/confirm/", {"code": old})

    assert old == new or answer.status_code == 422
    assert len(mails_to(customer.email)) == 2


def test_an_old_code_is_refused(site: Client, customer: Member, settings: Any) -> None:
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1
    site.post("/accounts/login/code/", {"email": customer.email})

    site.post("/accounts/login/code/confirm/", {"code": newest_code(customer.email)})

    assert not is_signed_in(site)


def test_another_address_can_be_used_after_asking_for_a_code(
    site: Client, customer: Member, house: House
) -> None:
    site.post("/accounts/login/code/", {"email": customer.email})
    assert site.get("/accounts/login/").status_code == 302  # back to the code that was asked for

    left = site.post("/accounts/logout/", {"next": "/accounts/login/"})

    assert left["Location"] == "/accounts/login/"
    assert site.get("/accounts/login/").status_code == 200


def test_the_same_page_answers_for_people_and_strangers(house: House, customer: Member) -> None:
    def answer(email: str, **fields: str) -> tuple[int, str, str]:
        browser = Client(headers={"host": house.host})
        got = browser.post("/accounts/login/", {"login": email, "password": "", **fields})
        page = browser.get(got["Location"]) if got.status_code == 303 else got
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode())
        return got.status_code, got.get("Location", ""), text.replace(email, "ADDRESS")

    known, unknown = customer.email, "nobody@acme.example"

    assert answer(known, password="wrong-password") == answer(unknown, password="wrong-password")
    assert answer(known, by="code") == answer(unknown, by="code")


def test_an_unknown_address_gets_a_mail_without_a_code(site: Client, house: House) -> None:
    site.post("/accounts/login/code/", {"email": "nobody@acme.example"})

    mail = mails_to("nobody@acme.example")[-1]
    assert (mail.topic, mail.secrets, mail.is_proven) == ("account_unknown", {}, False)
    assert mail.context["signup_url"] == "http://acme.localhost:8000/accounts/signup/"


def test_a_code_for_an_unknown_address_is_refused_whatever_is_typed(site: Client, house: House) -> None:
    site.post("/accounts/login/code/", {"email": "nobody@acme.example"})

    answer = site.post("/accounts/login/code/confirm/", {"code": ""})

    assert answer.status_code == 422
    assert not is_signed_in(site)


def test_missing_words_are_named_and_kept(site: Client, house: House) -> None:
    answer = sign_in(site, "someone@acme.example", password="")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Enter your password, or choose a code by email." in page
    assert 'value="someone@acme.example"' in page
    assert "<title>Error: " in page


def test_who_was_shut_out_cannot_sign_in_and_gets_no_mail(site: Client, house: House) -> None:
    make_member("gone@acme.example", is_active=False)

    by_password = sign_in(site, "gone@acme.example")
    site.post("/accounts/login/code/", {"email": "gone@acme.example"})

    assert by_password["Location"] == "/accounts/inactive/"
    assert not is_signed_in(site)
    assert mails_to("gone@acme.example") == []


def test_shutting_somebody_out_ends_their_session_at_once(site: Client, customer: Member) -> None:
    sign_in(site, customer.email)
    Member.objects.filter(pk=customer.pk).update(is_active=False)

    assert not is_signed_in(site)


def test_the_session_gets_a_new_key_at_sign_in_and_ends_at_sign_out(site: Client, customer: Member) -> None:
    site.post("/accounts/login/code/", {"email": customer.email})
    before = site.cookies["session"].value
    site.post("/accounts/login/code/confirm/", {"code": newest_code(customer.email)})
    after = site.cookies["session"].value

    site.post("/accounts/logout/")

    assert before != after
    assert Session.objects.filter(session_key__in=[before, after]).count() == 0
    assert not is_signed_in(site)


def test_cookies_belong_to_one_host_and_no_script(site: Client, customer: Member) -> None:
    sign_in(site, customer.email)

    cookie = site.cookies["session"]
    assert (cookie["domain"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")


def test_an_unproven_password_needs_a_code_once(site: Client, house: House) -> None:
    member = Member.objects.create_user("new@acme.example", PASSWORD)

    first = sign_in(site, member.email)
    site.post("/accounts/confirm-email/", {"code": newest_code(member.email)})

    assert first["Location"] == "/accounts/confirm-email/"
    assert is_signed_in(site)
    member.refresh_from_db()
    assert member.email_proven_at is not None


def test_a_proven_address_is_enough_for_a_password(site: Client, house: House) -> None:
    member = make_member("new@acme.example")
    EmailAddress.objects.filter(user=member).delete()  # as loaders leave it

    sign_in(site, member.email)

    assert is_signed_in(site)
    assert EmailAddress.objects.get(user=member).verified


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "%0d%0aLocation:%20//evil.example",
        "http:///evil.example",
        "https://globex.localhost/",
    ],
)
def test_next_never_leaves_the_host(site: Client, customer: Member, target: str) -> None:
    by_password = sign_in(site, customer.email, next=target)
    signed_in = site.get("/accounts/login/", {"next": target})
    signed_out = site.post("/accounts/logout/", {"next": target})

    for answer in (by_password, signed_in, signed_out):
        assert answer["Location"].startswith("/")
        assert not answer["Location"].startswith(("//", "/\\"))


def test_next_survives_a_code(site: Client, customer: Member) -> None:
    asked = site.post("/accounts/login/", {"login": customer.email, "by": "code", "next": "/contact/"})

    entered = site.post(asked["Location"], {"code": newest_code(customer.email)})

    assert entered["Location"] == "/contact/"


def test_a_post_from_another_site_is_refused(house: House, customer: Member) -> None:
    browser = Client(headers={"host": house.host}, enforce_csrf_checks=True)

    answer = sign_in(browser, customer.email)

    assert answer.status_code == 403
    assert not is_signed_in(browser)


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/",
        "/accounts/confirm-email/abc/",
        "/accounts/password/reset/key/1-set-password/",
        "/accounts/password/reset/done/",
        "/accounts/3rdparty/",
        "/accounts/phone/verify/",
    ],
)
def test_pages_of_allauth_that_we_do_not_use_are_not_there(site: Client, house: House, path: str) -> None:
    assert site.get(path).status_code in {302, 404}
    assert site.get(path, follow=True).redirect_chain in (
        [],
        [("/accounts/login/?next=/accounts/email/", 302)],
        [("/accounts/login/", 302)],
    )

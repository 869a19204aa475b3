"""Second steps: an authenticator app and recovery codes, from setting them up to losing them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from accounts.models import Member, Session
from helpdesk.tenancy import tenant_scope
from tests.accounts.conftest import PASSWORD, is_signed_in, mails_to, newest_code, sign_in
from tests.accounts.factors import app_code, codes_on, secret_on, set_up_app, stored_texts, ways
from tests.factories.cast import House, make_member

STEP = "/accounts/second-step/"
APP = "/accounts/second-factor/app/"
CODES = "/accounts/second-factor/codes/"


@pytest.fixture(autouse=True)
def empty_cache(house: House) -> Iterator[None]:
    """Counts and used codes of other tests are forgotten."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ana(site: Client, customer: Member) -> Member:
    """A person with an app, signed out again."""
    sign_in(site, customer.email)
    customer.app_secret = set_up_app(site)  # type: ignore[attr-defined]
    customer.codes = codes_on(site.get(CODES))  # type: ignore[attr-defined]
    site.post("/accounts/logout/")
    cache.clear()
    return customer


def changes_told(member: Member) -> list[str]:
    return [mail.context["change"] for mail in mails_to(member.email, "account_sign_in_changed")]


def test_an_app_is_set_up_with_its_first_code(site: Client, customer: Member) -> None:
    sign_in(site, customer.email)
    page = site.get(APP)

    wrong = site.post(APP, {"code": "12345"})
    right = site.post(APP, {"code": app_code(secret_on(page))})

    assert "<svg" in page.content.decode()
    assert (wrong.status_code, secret_on(wrong)) == (422, secret_on(page))
    assert (right.status_code, right["Location"]) == (303, CODES)
    assert ways(customer).app
    assert changes_told(customer) == ["app_added"]


def test_secrets_are_not_readable_in_the_database(site: Client, customer: Member) -> None:
    sign_in(site, customer.email)
    secret = secret_on(site.get(APP))
    session = Session.objects.get(member_id=customer.pk).get_decoded()
    set_up_app(site)
    codes = codes_on(site.get(CODES))

    assert secret not in str(session)
    assert secret not in stored_texts(customer)
    assert len(codes) == 10
    assert not any(code.replace(" ", "") in stored_texts(customer) for code in codes)


def test_the_password_alone_signs_nobody_in_any_more(site: Client, ana: Member) -> None:
    answer = sign_in(site, ana.email)

    assert (answer.status_code, answer["Location"]) == (303, STEP)
    assert not is_signed_in(site)


def test_a_code_of_the_app_is_the_second_step_and_next_survives(site: Client, ana: Any) -> None:
    sign_in(site, ana.email, next="/contact/")

    answer = site.post(STEP, {"code": app_code(ana.app_secret)})

    assert (answer.status_code, answer["Location"]) == (303, "/contact/")
    assert is_signed_in(site)


def test_a_mailed_code_needs_the_second_step_too(site: Client, ana: Any) -> None:
    site.post("/accounts/login/code/", {"email": ana.email})

    answer = site.post("/accounts/login/code/confirm/", {"code": newest_code(ana.email)})

    assert answer["Location"] == STEP
    assert not is_signed_in(site)
    site.post(STEP, {"code": app_code(ana.app_secret)})
    assert is_signed_in(site)


def test_a_new_password_by_mail_needs_the_second_step_too(site: Client, ana: Any) -> None:
    site.post("/accounts/password/reset/", {"email": ana.email})
    site.post("/accounts/password/reset/confirm/", {"code": newest_code(ana.email)})

    site.post("/accounts/password/reset/complete/", {"password1": "correct horse battery"})

    assert not is_signed_in(site)
    assert site.get(STEP).status_code == 200


def test_a_code_of_the_app_works_once_also_within_its_minute(site: Client, ana: Any) -> None:
    code = app_code(ana.app_secret)
    sign_in(site, ana.email)
    site.post(STEP, {"code": code})
    site.post("/accounts/logout/")
    cache.delete(f"allauth.mfa.totp.used?user={ana.pk}&code={code}")  # allauth forgets it after 30 seconds
    sign_in(site, ana.email)

    answer: Any = site.post(STEP, {"code": code})

    assert answer.status_code == 422
    assert not is_signed_in(site)


@pytest.mark.parametrize(("steps", "right"), [(-1, True), (1, True), (-3, False), (3, False)])
def test_a_clock_may_be_a_little_wrong(site: Client, ana: Any, steps: int, right: bool) -> None:
    sign_in(site, ana.email)

    site.post(STEP, {"code": app_code(ana.app_secret, steps=steps)})

    assert is_signed_in(site) == right


@pytest.mark.parametrize("typed", ["{0} {1}", "{0}-{1}", "\u200e{0}{1}"])
def test_a_code_may_be_typed_as_apps_show_it(site: Client, ana: Any, typed: str) -> None:
    code = app_code(ana.app_secret)
    sign_in(site, ana.email)

    site.post(STEP, {"code": typed.format(code[:3], code[3:])})

    assert is_signed_in(site)


def test_a_code_may_be_typed_with_arabic_digits(site: Client, ana: Any) -> None:
    sign_in(site, ana.email)

    site.post(STEP, {"code": app_code(ana.app_secret).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))})

    assert is_signed_in(site)


def test_a_recovery_code_works_once_and_the_person_is_told(site: Client, ana: Any) -> None:
    sign_in(site, ana.email)
    site.post(STEP, {"code": ana.codes[3]})
    assert is_signed_in(site)
    site.post("/accounts/logout/")
    sign_in(site, ana.email)

    again: Any = site.post(STEP, {"code": ana.codes[3]})

    assert again.status_code == 422
    assert not is_signed_in(site)
    assert ways(ana).codes_left == 9
    assert changes_told(ana) == ["app_added", "code_used"]


def test_recovery_codes_are_shown_once(site: Client, ana: Any) -> None:
    sign_in(site, ana.email)
    site.post(STEP, {"code": app_code(ana.app_secret)})

    page = site.get(CODES)

    assert codes_on(page) == []
    assert "10 codes are left" in page.content.decode()


def test_new_recovery_codes_end_the_old_ones(site: Client, ana: Any) -> None:
    sign_in(site, ana.email)
    site.post(STEP, {"code": app_code(ana.app_secret)})
    site.post(CODES)
    new = codes_on(site.get(CODES))
    site.post("/accounts/logout/")
    sign_in(site, ana.email)

    old = site.post(STEP, {"code": ana.codes[0]})
    site.post(STEP, {"code": new[0]})

    assert old.status_code == 422
    assert is_signed_in(site)
    assert not set(new) & set(ana.codes)


def test_five_wrong_codes_close_the_step_for_a_while(site: Client, ana: Any, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "5/300s/key"}
    sign_in(site, ana.email)
    for _try in range(5):
        assert site.post(STEP, {"code": "000000"}).status_code == 422

    answer: Any = site.post(STEP, {"code": app_code(ana.app_secret)})

    assert (answer.status_code, answer["Retry-After"]) == (429, "300")
    assert "Wait five minutes" in answer.content.decode()
    assert not is_signed_in(site)


def test_the_second_step_is_nobodys_without_the_first(site: Client, ana: Any) -> None:
    assert site.get(STEP)["Location"] == "/accounts/login/"
    assert site.post(STEP, {"code": app_code(ana.app_secret)})["Location"] == "/accounts/login/"


def test_the_step_can_be_left_for_another_account(site: Client, ana: Any) -> None:
    sign_in(site, ana.email)

    site.post("/accounts/logout/", {"next": "/accounts/login/"})

    assert site.get("/accounts/login/").status_code == 200
    assert site.get(STEP)["Location"] == "/accounts/login/"


def test_an_app_is_removed_and_all_ends_with_it(site: Client, ana: Any, house: House) -> None:
    other = Client(headers={"host": house.host})
    for browser, code in ((site, app_code(ana.app_secret)), (other, ana.codes[0])):
        sign_in(browser, ana.email)
        browser.post(STEP, {"code": code})

    answer = site.post("/accounts/second-factor/app/remove/")

    assert answer["Location"] == "/accounts/profile/"
    assert (ways(ana).has_factor, ways(ana).codes_left) == (False, None)
    assert is_signed_in(site)
    assert not is_signed_in(other)
    assert changes_told(ana)[-1] == "app_removed"


@pytest.mark.parametrize(
    "path",
    [APP, "/accounts/second-factor/app/remove/", CODES, "/accounts/passkeys/add/"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_change_needs_a_fresh_sign_in(
    site: Client, customer: Member, settings: Any, path: str, method: str
) -> None:
    sign_in(site, customer.email)
    settings.FRESH_SIGN_IN_SECONDS = 0

    answer = getattr(site, method)(path)

    assert answer["Location"] == f"/accounts/confirm/?next={path}"
    assert not Authenticator.objects.exists()


def test_a_first_password_needs_a_fresh_sign_in(site: Client, guest: Member, settings: Any) -> None:
    site.post("/accounts/login/code/", {"email": guest.email})
    site.post("/accounts/login/code/confirm/", {"code": newest_code(guest.email)})
    settings.FRESH_SIGN_IN_SECONDS = 0

    answer = site.post("/accounts/password/set/", {"password1": "correct horse battery"})

    guest.refresh_from_db()
    assert answer["Location"].startswith("/accounts/confirm/")
    assert not guest.has_usable_password()


def test_the_password_makes_a_sign_in_fresh(site: Client, customer: Member, house: House) -> None:
    site.force_login(customer)
    page = site.get(APP, follow=True)

    wrong = site.post("/accounts/confirm/", {"password": "wrong", "next": APP})
    right = site.post("/accounts/confirm/", {"password": PASSWORD, "next": APP})

    assert "Type your password once more" in page.content.decode()
    assert wrong.status_code == 422
    assert (right.status_code, right["Location"]) == (303, APP)
    assert site.get(APP).status_code == 200


def test_who_has_a_factor_shows_it_and_no_password_will_do(site: Client, ana: Any) -> None:
    site.force_login(ana)
    by_password = site.post("/accounts/confirm/", {"password": PASSWORD, "next": "/accounts/profile/"})

    by_code = site.post(
        "/accounts/confirm/", {"code": app_code(ana.app_secret), "next": "/accounts/profile/"}
    )

    assert by_password.status_code == 422
    assert by_code["Location"] == "/accounts/profile/"


def test_who_has_neither_signs_in_again(site: Client, guest: Member) -> None:
    site.force_login(guest)

    answer = site.post("/accounts/confirm/", {"again": "yes", "next": "/accounts/password/set/"})

    assert answer["Location"] == "/accounts/login/?next=/accounts/password/set/"
    assert not is_signed_in(site)


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"]
)
def test_a_fresh_sign_in_leads_to_no_other_site(site: Client, customer: Member, target: str) -> None:
    sign_in(site, customer.email)

    answer = site.post("/accounts/confirm/", {"password": PASSWORD, "next": target})

    assert answer["Location"] == "/accounts/profile/"


def test_confirming_too_often_is_a_429(site: Client, customer: Member, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"reauthenticate": "2/m/user"}
    sign_in(site, customer.email)

    answers: list[Any] = [site.post("/accounts/confirm/", {"password": "x"}) for _try in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert answers[2]["Retry-After"] == "60"


def test_the_session_gets_a_new_key_with_each_proof(site: Client, customer: Member) -> None:
    def key() -> str:
        return site.cookies["session"].value

    keys = []
    sign_in(site, customer.email)
    keys.append(key())
    site.post("/accounts/confirm/", {"password": PASSWORD})
    keys.append(key())
    set_up_app(site)
    keys.append(key())

    assert len(set(keys)) == 3
    assert Session.objects.filter(session_key__in=keys[:2]).count() == 0


def test_a_factor_is_its_tenants(site: Client, ana: Any, other_house: House) -> None:
    with tenant_scope(other_house.tenant.pk):
        twin = make_member(ana.email)
        there = Client(headers={"host": other_house.host})
        assert sign_in(there, twin.email)["Location"] == "/tickets/"
        assert not Authenticator.objects.exists()
        assert not Authenticator.objects.filter(user_id=ana.pk).update(type="webauthn")


def test_a_changed_key_of_the_server_goes_on_with_the_old_one_beside_it(
    site: Client, ana: Any, settings: Any
) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" * 8
    sign_in(site, ana.email)

    site.post(STEP, {"code": app_code(ana.app_secret)})

    assert is_signed_in(site)


def test_a_lost_key_of_the_server_is_said_and_opens_nothing(site: Client, ana: Any, settings: Any) -> None:
    settings.SECRET_KEY = "another-" * 8
    sign_in(site, ana.email)

    answer: Any = site.post(STEP, {"code": app_code(ana.app_secret)})

    assert answer.status_code == 422
    assert "ask an admin to reset" in answer.content.decode()
    assert not is_signed_in(site)


def test_the_profile_lists_every_way(
    site: Client, ana: Any, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    sign_in(site, ana.email)
    site.post(STEP, {"code": app_code(ana.app_secret)})

    with django_assert_max_num_queries(14):
        page = site.get("/accounts/profile/").content.decode()

    assert "Authenticator app" in page
    assert "Remove the app" in page
    assert "10 of 10 are left" in page
    assert "Add a passkey" in page

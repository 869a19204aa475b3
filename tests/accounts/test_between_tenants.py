"""The same address in two tenants is two people: nothing of the one opens the other."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member, Session
from helpdesk.tenancy import tenant_scope
from tests.accounts.conftest import is_signed_in, newest_code, sign_in
from tests.factories.cast import House, make_member

ADDRESS = "both@people.example"
OTHER_PASSWORD = "another-password"


@pytest.fixture
def twins(house: House, other_house: House) -> tuple[Member, Member]:
    """One address, two people, two passwords."""
    here = make_member(ADDRESS, name="Here")
    with tenant_scope(other_house.tenant.pk):
        there = make_member(ADDRESS, name="There")
        there.set_password(OTHER_PASSWORD)
        there.save()
    return here, there


def test_each_password_opens_its_own_tenant(
    site: Client, other_site: Client, twins: tuple[Member, Member]
) -> None:
    sign_in(site, ADDRESS)
    sign_in(other_site, ADDRESS, OTHER_PASSWORD)

    assert "Here" in site.get("/accounts/profile/").content.decode()
    assert "There" in other_site.get("/accounts/profile/").content.decode()


def test_a_password_of_one_is_wrong_in_the_other(
    site: Client, other_site: Client, twins: tuple[Member, Member]
) -> None:
    answers = [sign_in(site, ADDRESS, OTHER_PASSWORD), sign_in(other_site, ADDRESS)]

    assert [answer.status_code for answer in answers] == [422, 422]


def test_a_cookie_of_one_is_nobody_in_the_other(
    site: Client, other_site: Client, other_house: House, twins: tuple[Member, Member]
) -> None:
    sign_in(site, ADDRESS)
    other_site.cookies["session"] = site.cookies["session"].value

    assert not is_signed_in(other_site)
    assert is_signed_in(site)
    with tenant_scope(other_house.tenant.pk):
        assert not Session.objects.filter(session_key=site.cookies["session"].value).exists()


def test_a_code_of_one_is_wrong_in_the_other(
    site: Client, other_site: Client, other_house: House, twins: tuple[Member, Member]
) -> None:
    site.post("/accounts/login/code/", {"email": ADDRESS})
    other_site.post("/accounts/login/code/", {"email": ADDRESS})
    code = newest_code(ADDRESS)
    with tenant_scope(other_house.tenant.pk):
        other_code = newest_code(ADDRESS)

    other_site.post("/accounts/login/code/confirm/", {"code": code})

    assert code == other_code or not is_signed_in(other_site)


def test_a_pending_code_does_not_cross_with_the_cookie(
    site: Client, other_site: Client, twins: tuple[Member, Member]
) -> None:
    site.post("/accounts/login/code/", {"email": ADDRESS})
    other_site.cookies["session"] = site.cookies["session"].value

    answer = other_site.post("/accounts/login/code/confirm/", {"code": newest_code(ADDRESS)})

    assert answer["Location"] == "/accounts/login/code/"
    assert not is_signed_in(other_site)


def test_a_reset_in_one_leaves_the_other_as_it_was(
    site: Client, other_site: Client, twins: tuple[Member, Member]
) -> None:
    site.post("/accounts/password/reset/", {"email": ADDRESS})
    site.post("/accounts/password/reset/confirm/", {"code": newest_code(ADDRESS)})
    site.post("/accounts/password/reset/complete/", {"password1": "correct horse battery"})

    sign_in(other_site, ADDRESS, OTHER_PASSWORD)

    assert is_signed_in(other_site)


def test_signing_up_in_one_is_open_to_people_of_the_other(
    site: Client, other_site: Client, other_house: House, customer: Member
) -> None:
    other_site.post("/accounts/signup/", {"email": customer.email, "password1": "correct horse battery"})
    with tenant_scope(other_house.tenant.pk):
        code = newest_code(customer.email)
    other_site.post("/accounts/login/code/confirm/", {"code": code})

    sign_in(site, customer.email)

    assert is_signed_in(site)
    assert is_signed_in(other_site)
    customer.refresh_from_db()
    assert customer.check_password("demo-password")


def test_limits_of_one_leave_the_other_open(
    house: House,
    other_house: House,
    twins: tuple[Member, Member],
    settings: Any,
    fresh_browser: Callable[[str], Client],
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": "3/m/key"}
    for _try in range(4):
        fresh_browser(house.host).post("/accounts/login/code/", {"email": ADDRESS})

    answer = fresh_browser(other_house.host).post("/accounts/login/code/", {"email": ADDRESS})

    assert answer["Location"] == "/accounts/login/code/confirm/"


def test_a_staff_member_of_one_is_a_stranger_at_the_others_desk(other_site: Client, admin: Member) -> None:
    answer = sign_in(other_site, admin.email)

    assert answer.status_code == 422
    assert other_site.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")

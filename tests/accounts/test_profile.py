"""The profile: what people may say about themselves, and nothing else."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from tests.accounts.conftest import newest_code, sign_in
from tests.factories.cast import House

WANTED = {"name": "Ana Adel", "locale": "ar", "timezone": "Asia/Riyadh"}


def test_name_language_and_zone_are_saved(site: Client, customer: Member) -> None:
    sign_in(site, customer.email)

    answer = site.post("/accounts/profile/", WANTED)

    customer.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (303, "/accounts/profile/")
    assert (customer.name, customer.locale, customer.timezone) == ("Ana Adel", "ar", "Asia/Riyadh")
    assert site.get("/accounts/profile/")["Content-Language"] == "ar"


def test_the_profile_wins_over_an_older_cookie(site: Client, customer: Member) -> None:
    sign_in(site, customer.email)
    site.post("/language/", {"language": "en", "next": "/accounts/profile/"})

    answer = site.post("/accounts/profile/", WANTED)

    assert answer.cookies["language"].value == ""
    assert site.get("/accounts/profile/")["Content-Language"] == "ar"


@pytest.mark.parametrize(
    "more",
    [{"role": "admin"}, {"email": "other@acme.example"}, {"is_active": ""}, {"tenant": "1"}, {"tenant_id": "1"},
     {"email_proven_at": ""}, {"password": "x"}, {"is_staff": "on"}, {"id": "1"}, {"memberships": "1"}],
)  # fmt: skip
def test_nothing_else_can_be_said(site: Client, customer: Member, more: dict[str, str]) -> None:
    sign_in(site, customer.email)
    kept = ("pk", "role", "email", "is_active", "tenant_id", "email_proven_at", "password")
    customer.refresh_from_db()
    before = [getattr(customer, name) for name in kept]

    site.post("/accounts/profile/", {**WANTED, **more})

    customer = Member.objects.get(pk=customer.pk)
    assert [getattr(customer, name) for name in kept] == before


@pytest.mark.parametrize(
    "wrong",
    [{"timezone": "Moon/Base"}, {"locale": "tlh"}, {"name": "x" * 121}, {"timezone": ""}, {"name": "a\0b"}],
)
def test_what_cannot_be_is_refused_and_not_shown_as_stored(
    site: Client, customer: Member, wrong: dict[str, str]
) -> None:
    sign_in(site, customer.email)

    answer = site.post("/accounts/profile/", {**WANTED, **wrong})

    customer.refresh_from_db()
    assert answer.status_code == 422
    assert (customer.name, customer.locale) == ("Customer", "")
    assert answer["Content-Language"] == "en"
    assert "<title>Error: " in answer.content.decode()


def test_markup_in_a_name_is_text(site: Client, customer: Member) -> None:
    sign_in(site, customer.email)

    page = site.post(
        "/accounts/profile/", {**WANTED, "locale": "en", "name": "<script>alert(1)</script>"}, follow=True
    )

    assert "<script>alert" not in page.content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.content.decode()


def test_it_says_what_we_know_of_address_and_password(
    site: Client, house: House, customer: Member, guest: Member
) -> None:
    sign_in(site, customer.email)
    with_password = site.get("/accounts/profile/").content.decode()
    site.post("/accounts/logout/")
    site.post("/accounts/login/code/", {"email": guest.email})
    site.post("/accounts/login/code/confirm/", {"code": newest_code(guest.email)})
    without = site.get("/accounts/profile/").content.decode()

    assert "/accounts/password/change/" in with_password
    assert "/accounts/password/set/" in without
    assert "Confirmed" in without


def test_it_is_never_kept_by_a_cache(site: Client, customer: Member) -> None:
    sign_in(site, customer.email)

    answer: Any = site.get("/accounts/profile/")

    assert "no-store" in answer["Cache-Control"]


def test_the_page_costs_few_statements(
    site: Client, customer: Member, django_assert_max_num_queries: Any
) -> None:
    sign_in(site, customer.email)
    site.get("/accounts/profile/")

    with django_assert_max_num_queries(10):  # five of them are the scope's and the request's own
        site.get("/accounts/profile/")

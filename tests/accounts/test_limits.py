"""Too many tries: 429 with a time, for one address, one person, and over all tenants."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Member
from helpdesk import settings as product
from tests.accounts.conftest import is_signed_in, mails_to, sign_in
from tests.factories.cast import House


@pytest.fixture(autouse=True)
def empty_cache(house: House) -> Iterator[None]:
    """Counts of other tests are forgotten."""
    cache.clear()
    yield
    cache.clear()


def test_five_wrong_passwords_close_an_address_for_a_while(
    site: Client, customer: Member, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "5/300s/key"}
    for _try in range(5):
        sign_in(site, customer.email, "wrong-password")

    answer: Any = sign_in(site, customer.email)

    assert (answer.status_code, answer["Retry-After"]) == (429, "300")
    assert "Too many tries" in answer.content.decode()
    assert not is_signed_in(site)


def test_a_closed_address_can_still_sign_in_by_code(site: Client, customer: Member, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "1/300s/key"}
    for _try in range(2):
        sign_in(site, customer.email, "wrong-password")

    answer = site.post("/accounts/login/", {"login": customer.email, "by": "code"})

    assert answer["Location"] == "/accounts/login/code/confirm/"


def test_an_unknown_address_closes_the_same_way(site: Client, customer: Member, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "1/300s/key"}

    codes = [
        sign_in(site, email, "wrong-password").status_code
        for email in (customer.email, customer.email, "nobody@acme.example", "nobody@acme.example")
    ]

    assert codes == [422, 429, 422, 429]


@pytest.mark.parametrize(
    ("action", "path", "fields"),
    [
        ("login", "/accounts/login/", {"login": "a@b.example", "password": "x"}),
        ("signup", "/accounts/signup/", {"email": "a@b.example", "password1": "correct horse battery"}),
        ("reset_password", "/accounts/password/reset/", {"email": "a@b.example"}),
    ],
)
def test_one_network_address_is_limited(
    house: House,
    settings: Any,
    action: str,
    path: str,
    fields: dict[str, str],
    fresh_browser: Callable[[str], Client],
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {action: "2/m/ip"}

    answers = [fresh_browser(house.host).post(path, fields) for _try in range(3)]

    assert [answer.status_code == 429 for answer in answers] == [False, False, True]
    assert answers[2]["Retry-After"] == "60"
    assert "<h1" in answers[2].content.decode()


@pytest.mark.parametrize("path", ["/accounts/login/code/", "/accounts/signup/"])
def test_codes_to_one_address_are_limited_over_all_its_doors(
    house: House, settings: Any, path: str, fresh_browser: Callable[[str], Client]
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": "2/m/key"}
    fields = {"email": "victim@elsewhere.example", "password1": "correct horse battery"}

    for _try in range(4):
        fresh_browser(house.host).post(path, fields)

    assert len(mails_to("victim@elsewhere.example")) == 2


def test_a_forged_header_gives_no_new_count(house: House, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}

    codes = [
        Client(headers={"host": house.host, "x-forwarded-for": f"192.0.2.{number}"})
        .post("/accounts/login/", {"login": "a@b.example", "password": "x"})
        .status_code
        for number in range(2)
    ]

    assert codes == [422, 429]


def test_the_door_counts_over_all_tenants(
    house: House, other_house: House, settings: Any, fresh_browser: Callable[[str], Client]
) -> None:
    settings.SIGN_IN_POSTS_PER_MINUTE = 3
    hosts = [house.host, other_house.host] * 2

    answers = [fresh_browser(host).post("/accounts/login/", {}) for host in hosts]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    assert answers[3]["Retry-After"] == "60"


def test_the_scale_multiplies_every_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product, "RATE_LIMIT_SCALE", 2.5)

    assert product.limits("30/m/ip", "1/10s/key") == "75/m/ip,2/10s/key"

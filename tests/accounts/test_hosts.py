"""Which tenant a host is, and what all other hosts get."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.hosts import forget_hosts
from accounts.models import Member, Tenant, TenantHost
from helpdesk.tenancy import tenant_scope
from tests.accounts.conftest import is_signed_in, sign_in
from tests.factories.cast import House


@pytest.mark.parametrize(
    "host",
    [
        "nobody.localhost", "evil.example", "platform.localhost", "a.acme.localhost", "acme", "acme.localhost.evil.example",
        "[::1]", "127.0.0.1", "acme.localhost@evil.example", "acme.localhost/x", "acme_localhost", " ", "a" * 300,
        "acme.localhost:port", "-", "..", "acme..localhost", "xn--.localhost", "ACMÉ.localhost",
    ],
)  # fmt: skip
def test_an_unknown_or_malformed_host_gets_a_plain_404(house: House, host: str) -> None:
    answer = Client(headers={"host": host}).get("/en/")

    assert (answer.status_code, answer["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert answer.content == b"Not found\n"


@pytest.mark.parametrize(
    "host", ["acme.localhost", "acme.localhost:8000", "ACME.LocalHost", "acme.localhost."]
)
def test_a_known_host_is_its_tenant(house: House, customer: Member, host: str) -> None:
    browser = Client(headers={"host": host})

    sign_in(browser, customer.email)

    assert is_signed_in(browser)


def test_an_own_domain_is_its_tenant(house: House, other_house: House, customer: Member) -> None:
    TenantHost.objects.create(tenant=house.tenant, host="help.acme.example")
    forget_hosts()
    browser = Client(headers={"host": "help.acme.example"})

    sign_in(browser, customer.email)

    assert is_signed_in(browser)


def test_forwarded_headers_change_nothing(house: House, other_house: House, customer: Member) -> None:
    forged = {
        "x-forwarded-host": other_house.host,
        "x-original-host": other_house.host,
        "forwarded": "host=evil.example",
    }
    browser = Client(headers={"host": house.host, **forged})

    sign_in(browser, customer.email)

    assert is_signed_in(browser)
    assert not is_signed_in(Client(headers={"host": "evil.example", "x-forwarded-host": house.host}))


@pytest.mark.parametrize("name", ["x-remote-user", "remote-user", "x-forwarded-user"])
def test_headers_sign_nobody_in(house: House, admin: Member, name: str) -> None:
    assert not is_signed_in(Client(headers={"host": house.host, name: admin.email}))


def test_a_suspended_tenant_answers_503_everywhere(house: House, site: Client, other_site: Client) -> None:
    Tenant.objects.filter(pk=house.tenant.pk).update(state=Tenant.State.SUSPENDED)
    forget_hosts()

    assert [site.get(path).status_code for path in ("/en/", "/admin/", "/accounts/login/")] == [503, 503, 503]
    assert other_site.get("/accounts/login/").status_code == 200


def test_an_unknown_host_touches_no_tenants_row(house: House) -> None:
    with connection.execute_wrapper(_refuse_tenant_rows):
        Client(headers={"host": "nobody.localhost"}).get("/en/")


def _refuse_tenant_rows(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    assert "accounts_tenant" in sql
    return execute(sql, params, many, context)


def test_hosts_are_remembered_and_forgotten(
    house: House, site: Client, django_assert_num_queries: Any
) -> None:
    from accounts.hosts import tenant_of_host

    tenant_of_host(house.host)

    with django_assert_num_queries(0):
        assert tenant_of_host(house.host) == house.tenant


def test_everything_is_closed_unless_it_says_otherwise(house: House, site: Client) -> None:
    closed = [
        "/accounts/profile/",
        "/accounts/password/change/",
        "/tickets/",
        "/admin/",
        "/admin/tickets/ticket/",
    ]

    answers = [site.get(path) for path in closed]

    assert all(answer.status_code == 302 and "login/?next=" in answer["Location"] for answer in answers)


def test_the_persons_language_and_zone(house: House, site: Client) -> None:
    arab = Client(headers={"host": house.host, "accept-language": "ar-EG,ar;q=0.9,en;q=0.5"})
    german = Client(headers={"host": house.host, "accept-language": "de"})

    assert arab.get("/accounts/login/")["Content-Language"] == "ar"
    assert 'dir="rtl"' in arab.get("/accounts/login/").content.decode()
    assert german.get("/accounts/login/")["Content-Language"] == "en"


def test_the_tenants_language_is_the_last_resort(other_house: House, other_site: Client) -> None:
    assert other_site.get("/accounts/login/")["Content-Language"] == "ar"


def test_a_stored_zone_that_is_none_harms_nobody(house: House, site: Client, customer: Member) -> None:
    Member.objects.filter(pk=customer.pk).update(timezone="Moon/Base", locale="tlh")

    sign_in(site, customer.email)

    assert is_signed_in(site)


def test_scopes_of_requests_do_not_leak_into_the_test(house: House, other_site: Client) -> None:
    other_site.get("/accounts/login/")

    assert Member.objects.filter(tenant=house.tenant).exists() is False
    with tenant_scope(house.tenant.pk):
        assert Member.objects.count() == 0

"""Requests through the whole stack of middleware: each sees its tenant, whatever happened to the one before."""

import pytest
from django.test import Client

from accounts.addresses import forget_tenants
from accounts.hosts import forget_hosts
from accounts.models import Member, Team, Tenant
from helpdesk.tenancy import NoTenant, tenant_scope

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.walls.urls")]


@pytest.fixture
def tenants() -> dict[str, Tenant]:
    """Two tenants with a team each, named as the tenant is."""
    forget_hosts()
    forget_tenants()
    made = {slug: Tenant.objects.create(slug=slug, name=slug, prefix="T") for slug in ("acme", "globex")}
    for slug, tenant in made.items():
        with tenant_scope(tenant.pk):
            Team.objects.create(name=slug, slug=slug)
    return made


@pytest.fixture
def client(tenants: dict[str, Tenant]) -> Client:
    """A browser that is shown the page of a fault instead of the fault."""
    return Client(raise_request_exception=False)


def test_two_hundred_requests_in_turn_see_their_own_tenant(client: Client) -> None:
    seen = set()

    for turn in range(200):
        slug = ("acme", "globex")[turn % 2]
        if turn % 50 == 25:
            client.get(
                ("/fail/", "/fail-in-the-database/")[turn % 4 == 1], headers={"host": f"{slug}.localhost"}
            )
        answer = client.get("/teams/", headers={"host": f"{slug}.localhost"})
        seen.add((slug, answer.content))

    assert seen == {("acme", b'{"teams": ["acme"]}'), ("globex", b'{"teams": ["globex"]}')}


@pytest.mark.parametrize("page", ["/fail/", "/fail-in-the-database/"])
def test_failed_page_leaves_nothing_half_done(client: Client, page: str) -> None:
    answer = client.get(page, headers={"host": "acme.localhost"})
    after = client.get("/teams/", headers={"host": "acme.localhost"})

    assert answer.status_code == 500
    assert after.json() == {"teams": ["acme"]}


def test_lost_connection_costs_one_request(client: Client) -> None:
    answer = client.get("/lose-connection/", headers={"host": "acme.localhost"})
    after = client.get("/teams/", headers={"host": "acme.localhost"})

    assert answer.status_code == 500
    assert after.json() == {"teams": ["acme"]}


def test_key_into_another_tenant_fails_the_request(client: Client, tenants: dict[str, Tenant]) -> None:
    with tenant_scope(tenants["globex"].pk):
        stranger = Member.objects.create_user("mal@example.com")

    answer = client.get(f"/point-abroad/{stranger.pk}/", headers={"host": "acme.localhost"})

    assert answer.status_code == 500


def test_duplicate_caught_around_an_inner_transaction_keeps_the_rest(client: Client) -> None:
    answer = client.get("/catch-duplicate/", headers={"host": "acme.localhost"})
    after = client.get("/teams/", headers={"host": "acme.localhost"})

    assert answer.content == b"taken"
    assert after.json() == {"teams": ["acme", "kept"]}


def test_stream_with_a_scope_of_its_own_has_its_rows(client: Client) -> None:
    answer = client.get("/stream/", headers={"host": "acme.localhost"})

    assert answer.getvalue() == b"acme"


def test_stream_without_a_scope_refuses_instead_of_ending_empty(client: Client) -> None:
    answer = client.get("/stream-without-scope/", headers={"host": "acme.localhost"})

    with pytest.raises(NoTenant):
        answer.getvalue()


def test_unknown_host_is_answered_before_any_scope(client: Client) -> None:
    answer = client.get("/teams/", headers={"host": "nobody.localhost"})

    assert (answer.status_code, answer.content) == (404, b"Not found\n")

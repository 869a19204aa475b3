"""One door to both admin sites: our sign-in, with its limits; who may not enter is told so."""

from typing import Any

import pytest
from django.test import Client

from accounts.actions import tenants
from accounts.hosts import forget_hosts
from accounts.models import Member, Tenant
from helpdesk.errors import Refused
from helpdesk.tenancy import tenant_scope
from tests.accounts.conftest import is_signed_in, sign_in
from tests.factories.cast import House, make_member


@pytest.fixture
def platform_site(house: House) -> Client:
    """A browser on the bare domain."""
    forget_hosts()
    return Client(headers={"host": "localhost"})


@pytest.fixture
def operator(house: House) -> Member:
    with tenant_scope(Tenant.objects.get(slug=Tenant.PLATFORM).pk):
        return make_member("operator@platform.example", role=Member.Role.OPERATOR)


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/tickets/ticket/", "/admin/accounts/member/7/change/?x=1", "/admin/nothing/"]
)
def test_strangers_are_sent_to_sign_in_and_come_back(
    site: Client, house: House, agent: Member, path: str
) -> None:
    answer = site.get(path, follow=True)

    final = answer.redirect_chain[-1][0]
    back = sign_in(site, agent.email, next=answer.context["redirect_field_value"])
    assert final.startswith("/accounts/login/?next=/admin/")
    assert back["Location"] == path


def test_the_admins_own_form_signs_nobody_in(site: Client, admin: Member) -> None:
    answer = site.post(
        "/admin/login/", {"username": admin.email, "password": "demo-password", "this_is_the_login_form": "1"}
    )

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/admin/")
    assert not is_signed_in(site)


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/tickets/ticket/", "/admin/accounts/member/1/change/",
                                  "/admin/password_change/", "/admin/jsi18n/", "/admin/autocomplete/", "/admin/r/1/1/", "/admin/x/"])  # fmt: skip
def test_a_customer_is_told_why_without_a_loop(site: Client, customer: Member, path: str) -> None:
    sign_in(site, customer.email)

    answer = site.get(path)

    assert answer.status_code == 403
    assert "This part is for the team of Acme." in answer.content.decode()


def test_people_of_the_desk_go_straight_in(site: Client, agent: Member) -> None:
    sign_in(site, agent.email)

    assert site.get("/admin/login/")["Location"] == "/admin/"
    assert site.get("/admin/")["Location"] == "/admin/tickets/ticket/"


def test_the_desks_sign_out_is_a_post(site: Client, agent: Member) -> None:
    sign_in(site, agent.email)

    site.get("/admin/logout/")
    assert is_signed_in(site)
    site.post("/admin/logout/")
    assert not is_signed_in(site)


def test_the_desks_password_page_is_ours(site: Client, agent: Member) -> None:
    sign_in(site, agent.email)

    assert site.get("/admin/password_change/")["Location"] == "/accounts/password/change/"


def test_sign_in_from_the_desk_is_limited_too(site: Client, agent: Member, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "1/300s/key"}
    sign_in(site, agent.email, "wrong", next="/admin/")

    answer: Any = sign_in(site, agent.email, "wrong", next="/admin/")

    assert answer.status_code == 429


def test_an_operator_keeps_tenants_on_the_bare_domain(platform_site: Client, operator: Member) -> None:
    answer = sign_in(platform_site, operator.email)

    assert answer["Location"] == "/admin/"
    assert "Acme" in platform_site.get("/admin/accounts/tenant/").content.decode()


def test_an_operator_is_nobody_on_a_tenants_host(site: Client, operator: Member) -> None:
    answer: Any = sign_in(site, operator.email)

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/admin/tickets/ticket/",
        "/admin/accounts/team/",
        "/admin/accounts/sender/",
        "/admin/outbox/outboxrow/",
        "/tickets/",
        "/contact/",
        "/en/",
    ],
)
def test_nothing_of_a_tenant_stands_on_the_bare_domain(
    platform_site: Client, operator: Member, path: str
) -> None:
    sign_in(platform_site, operator.email)

    assert platform_site.get(path).status_code == 404


def test_an_operator_sees_operators_only(platform_site: Client, operator: Member, customer: Member) -> None:
    sign_in(platform_site, operator.email)

    page = platform_site.get("/admin/accounts/member/").content.decode()

    assert operator.email in page
    assert customer.email not in page
    assert platform_site.get(f"/admin/accounts/member/{customer.pk}/change/").status_code == 404


def test_an_admin_of_a_tenant_cannot_enter_the_platform(platform_site: Client, admin: Member) -> None:
    answer: Any = sign_in(platform_site, admin.email)

    assert answer.status_code == 422
    assert platform_site.get("/admin/accounts/tenant/").status_code == 302


@pytest.mark.parametrize(
    "path", ["/admin/accounts/tenant/", "/admin/accounts/tenanthost/", "/admin/accounts/tenant/add/"]
)
def test_tenants_are_not_kept_on_a_tenants_host(site: Client, admin: Member, path: str) -> None:
    sign_in(site, admin.email)

    assert site.get(path).status_code == 404


def test_nobody_signs_up_at_the_platform(platform_site: Client) -> None:
    platform_site.post(
        "/accounts/signup/", {"email": "mal@evil.example", "password1": "correct horse battery"}
    )

    assert "No new accounts" in platform_site.get("/accounts/signup/").content.decode()
    with tenant_scope(Tenant.objects.get(slug=Tenant.PLATFORM).pk):
        assert not Member.objects.exists()


def test_an_operator_makes_a_tenant(platform_site: Client, operator: Member) -> None:
    sign_in(platform_site, operator.email)

    answer = platform_site.post(
        "/admin/accounts/tenant/add/",
        {
            "slug": "initech",
            "name": "Initech",
            "locale": "en",
            "timezone": "Europe/Berlin",
            "prefix": "",
            "admin_email": "boss@initech.example",
        },
        follow=True,
    )

    tenant = Tenant.objects.get(slug="initech")
    assert tenant.prefix == "INITEC"
    assert "http://initech.localhost:8000/accounts/invitation/" in answer.content.decode()
    with tenant_scope(tenant.pk):
        assert Member.objects.get().email == "boss@initech.example"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"slug": "acme"}, "already"),
        ({"slug": "www"}, "reserved"),
        ({"slug": "-x-"}, "dashes"),
        ({"admin_email": "nobody"}, "like name@example.com"),
        ({"timezone": "Moon/Base"}, "valid choice"),
        ({"prefix": "a b"}, "capital letters"),
    ],
)
def test_a_tenant_that_cannot_be_is_an_error_of_the_form(
    platform_site: Client, operator: Member, fields: dict[str, str], said: str
) -> None:
    sign_in(platform_site, operator.email)
    count = Tenant.objects.count()
    wanted = {
        "slug": "initech",
        "name": "Initech",
        "locale": "en",
        "timezone": "UTC",
        "admin_email": "a@b.example",
    }

    answer = platform_site.post("/admin/accounts/tenant/add/", {**wanted, **fields})

    assert answer.status_code in {200, 422}
    assert said in answer.content.decode()
    assert Tenant.objects.count() == count


def test_an_operator_suspends_and_opens_a_tenant(
    platform_site: Client, operator: Member, house: House, site: Client
) -> None:
    sign_in(platform_site, operator.email)
    hosts = {"hosts-TOTAL_FORMS": "0", "hosts-INITIAL_FORMS": "0"}
    fields = {"name": "Acme", "locale": "en", "timezone": "UTC", **hosts}

    codes = []
    for state in ("suspended", "active"):
        platform_site.post(f"/admin/accounts/tenant/{house.tenant.pk}/change/", {**fields, "state": state})
        codes.append(site.get("/accounts/login/").status_code)

    assert codes == [503, 200]


def test_a_tenant_refused_while_it_is_made_is_an_error_of_the_form(
    platform_site: Client, operator: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(tenant: Tenant) -> None:
        raise Refused("There is no room for another one.", "slug")

    monkeypatch.setattr(tenants, "_set_up", [refuse])
    sign_in(platform_site, operator.email)
    fields = {
        "slug": "initech",
        "name": "Initech",
        "locale": "en",
        "timezone": "UTC",
        "admin_email": "a@b.example",
    }

    answer = platform_site.post("/admin/accounts/tenant/add/", fields)

    assert answer.status_code in {200, 422}
    assert "There is no room for another one." in answer.content.decode()
    assert 'value="Initech"' in answer.content.decode()
    assert not Tenant.objects.filter(slug="initech").exists()


@pytest.mark.parametrize(
    ("host", "kept"),
    [
        ("Help.Acme.example", "help.acme.example"),
        ("help.acme.example.", "help.acme.example"),
        ("Hilfe.Bücher.example", "hilfe.xn--bcher-kva.example"),
        *((host, None) for host in ("localhost", "www.localhost", "WWW。localhost", "www.localhost。", "ｌocalhost")),
        *((host, None) for host in ("a b.example", "http://a.example", "a.example:80", "a.example/x", "a_b.example")),
        *((host, None) for host in ("-a.example", "a-.example", "a..example", ".", "é" * 63 + ".example")),
        *((host, None) for host in ("a@b.example", "[::1]", f"{'a' * 64}.example", ".".join(["é" * 50] * 5))),
    ],
)  # fmt: skip
def test_an_operator_gives_a_tenant_its_own_domain(
    platform_site: Client, operator: Member, house: House, host: str, kept: str | None
) -> None:
    sign_in(platform_site, operator.email)
    fields = {
        "name": "Acme",
        "state": "active",
        "locale": "en",
        "timezone": "UTC",
        "hosts-TOTAL_FORMS": "1",
        "hosts-INITIAL_FORMS": "0",
        "hosts-0-host": host,
    }

    platform_site.post(f"/admin/accounts/tenant/{house.tenant.pk}/change/", fields)

    assert [row.host for row in house.tenant.hosts.all()] == ([kept] if kept else [])


def test_the_platform_itself_is_not_in_the_list(platform_site: Client, operator: Member) -> None:
    sign_in(platform_site, operator.email)
    platform = Tenant.objects.get(slug=Tenant.PLATFORM)

    assert platform_site.get(f"/admin/accounts/tenant/{platform.pk}/change/").status_code == 404


def test_the_demo_lists_its_tenants_and_logins(
    platform_site: Client, other_house: House, settings: Any
) -> None:
    settings.DEMO = True
    Tenant.objects.create(slug="secret", name="Secret Customer", prefix="S")

    page = platform_site.get("/").content.decode()

    assert "http://acme.localhost:8000/" in page
    assert "http://globex.localhost:8000/admin/" in page
    assert all(f"{role}@acme.example" in page for role in ("customer", "agent", "lead", "admin"))
    assert "operator@platform.example" in page
    assert 'href="/mail/"' in page
    assert "Secret Customer" not in page


def test_without_the_demo_the_platform_tells_nothing(
    platform_site: Client, other_house: House, settings: Any
) -> None:
    settings.DEMO = False

    page = platform_site.get("/").content.decode()

    assert "Globex" not in page
    assert "acme" not in page.lower()
    assert "demo-password" not in page

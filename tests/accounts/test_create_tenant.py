"""A working tenant from one command, and the link that makes its first admin."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.timezone import now

from accounts.actions.invitations import invite
from accounts.actions.people import save_person
from accounts.actions.tenants import RESERVED_SLUGS, create_tenant, prefix_of
from accounts.hosts import forget_hosts
from accounts.models import Invitation, Member, Sender, Team, Tenant, TenantSettings
from helpdesk.errors import Refused
from helpdesk.tenancy import tenant_scope
from tests.accounts.conftest import is_signed_in, sign_in
from tests.factories.cast import House
from tickets.models import Category, PolicyTarget, TicketCounter
from tickets.models.sla import CalendarVersion

WANTED = {
    "name": "Initech",
    "locale": "ar",
    "timezone": "Asia/Riyadh",
    "admin_email": "Boss@Initech.example",
}
CHOSEN = "correct horse battery"


def run(slug: str = "initech", **options: str) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("create_tenant", slug, stdout=out, **{**WANTED, **options})
    forget_hosts()
    return out.getvalue()


def test_the_command_makes_everything_a_ticket_needs(db: None) -> None:
    run()

    tenant = Tenant.objects.get(slug="initech")
    with tenant_scope(tenant.pk):
        admin = Member.objects.get()
        assert (admin.email, admin.role, admin.is_guest, admin.locale) == (
            "boss@initech.example",
            "admin",
            True,
            "ar",
        )
        assert TenantSettings.objects.get().signup_open
        assert Sender.objects.get().is_default
        assert list(Team.objects.get().members.all()) == [admin]
        definition = CalendarVersion.objects.get().definition
        assert (definition["timezone"], definition["hours"]["fri"]) == ("Asia/Riyadh", [["09:00", "17:00"]])
        assert "sat" not in definition["hours"]
        targets = dict(PolicyTarget.objects.values_list("kind", "business_seconds"))
        assert targets == {"first_response": 86_400, "next_response": 86_400, "resolution": 172_800}
        locales = Category.objects.values_list("translations__locale", flat=True)
        assert (len(locales), set(locales)) == (2 * Category.objects.count(), {"en", "ar"})
        assert TicketCounter.objects.get().last == 99


def test_the_link_makes_the_first_admin_once(db: None) -> None:
    url = run().split()[-1]
    browser = Client(headers={"host": "initech.localhost"})
    assert url.startswith("http://initech.localhost:8000/accounts/invitation/")

    opened = browser.get(url)
    refused = browser.post(opened["Location"], {"password1": "short"})
    done = browser.post(opened["Location"], {"password1": CHOSEN})

    assert (opened["Location"], refused.status_code) == ("/accounts/invitation/", 422)
    assert (done.status_code, done["Location"]) == (303, "/admin/")
    assert is_signed_in(browser)
    again = Client(headers={"host": "initech.localhost"})
    assert again.get(url).status_code == 410
    sign_in(again, WANTED["admin_email"], CHOSEN)
    assert is_signed_in(again)


def test_only_the_hash_of_the_link_is_kept(house: House, admin: Member) -> None:
    token = invite(admin).rstrip("/").rpartition("/")[2]

    assert len(token) >= 43  # 256 bits
    assert token not in str(Invitation.objects.values())


def test_a_newer_link_ends_the_older(site: Client, house: House, admin: Member) -> None:
    older, newer = invite(admin), invite(admin)

    assert [site.get(url).status_code for url in (older, newer)] == [410, 302]


def test_a_link_ends_after_72_hours(site: Client, house: House, admin: Member) -> None:
    url = invite(admin)
    Invitation.objects.update(expires_at=now() - dt.timedelta(seconds=1))

    assert site.get(url).status_code == 410


def test_a_link_that_was_opened_twice_is_used_once(house: House, admin: Member) -> None:
    url = invite(admin)
    browsers = [Client(headers={"host": house.host}) for _two in range(2)]
    for browser in browsers:
        browser.get(url)

    codes = [browser.post("/accounts/invitation/", {"password1": CHOSEN}).status_code for browser in browsers]

    assert codes == [303, 410]


def test_a_link_of_one_tenant_is_nothing_in_another(site: Client, other_site: Client, admin: Member) -> None:
    url = invite(admin)

    assert other_site.get(url.replace("acme", "globex")).status_code == 410
    assert other_site.get("/accounts/invitation/").status_code == 410
    assert site.get(url).status_code == 302


def test_a_link_ends_with_the_account(site: Client, admin: Member) -> None:
    url = invite(admin)
    Member.objects.filter(pk=admin.pk).update(is_active=False)

    assert site.get(url).status_code == 410


def test_a_link_ends_when_its_person_signs_in_another_way(
    house: House, site: Client, admin: Member, fresh_browser: Callable[[str], Client]
) -> None:
    url = invite(admin)
    site.get(url)  # opened before, still unused

    sign_in(fresh_browser(house.host), admin.email)

    assert fresh_browser(house.host).get(url).status_code == 410
    assert site.post("/accounts/invitation/", {"password1": CHOSEN}).status_code == 410


def test_a_link_ends_with_the_role_it_was_made_for(site: Client, admin: Member, agent: Member) -> None:
    url = invite(agent)
    agent.role = Member.Role.CUSTOMER

    save_person(agent, actor=admin)

    assert site.get(url).status_code == 410


@pytest.mark.parametrize("token", ["x", "A" * 43, "%27%20or%20pg_sleep(3)--", "../../admin"])
def test_a_made_up_link_is_gone(site: Client, house: House, token: str) -> None:
    assert site.get(f"/accounts/invitation/{token}/").status_code in {404, 410}


@pytest.mark.parametrize(
    ("slug", "options", "said"),
    [
        ("platform", {}, "reserved"),
        ("www", {}, "reserved"),
        ("Initech", {}, "a–z"),
        ("a_b", {}, "a–z"),
        ("a-", {}, "a–z"),
        ("initech\n", {}, "a–z"),
        ("a" * 41, {}, "40"),
        ("initech", {"locale": "tlh"}, "--locale: Choose one of these languages: en, ar."),
        ("initech", {"timezone": "Moon/Base"}, "--timezone: “Moon/Base” is not a time zone."),
        ("initech", {"admin_email": "nobody"}, "--admin-email: Enter an email address"),
        ("initech", {"prefix": "a-1"}, "--prefix: Use capital letters"),
        ("initech", {"prefix": "INI\n"}, "--prefix: Use capital letters"),
        (
            "initech",
            {"admin_email": "ann@" + ".".join(["éж" * 15] * 7) + ".ex"},
            "--admin-email: Enter an email address",
        ),
        ("initech", {"name": " "}, "--name"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_left(
    db: None, slug: str, options: dict[str, str], said: str
) -> None:
    count = Tenant.objects.count()

    with pytest.raises(CommandError) as caught:
        run(slug, **options)

    assert said in str(caught.value)
    assert Tenant.objects.count() == count


def test_a_tenant_that_is_there_is_left_alone(db: None) -> None:
    run()

    with pytest.raises(CommandError, match="There is already a tenant"):
        run(name="Another")

    assert Tenant.objects.get(slug="initech").name == "Initech"


def test_all_or_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(tenant: Tenant) -> None:
        raise Refused("no")

    monkeypatch.setattr("accounts.actions.tenants._set_up", [fail])

    with pytest.raises(Refused):
        create_tenant(slug="initech", **WANTED)

    assert not Tenant.objects.filter(slug="initech").exists()


@pytest.mark.parametrize(
    ("slug", "prefix"),
    [("acme", "ACME"), ("acme-video", "ACME"), ("3m", "T"), ("4-real", "REAL"), ("x", "X")],
)
def test_a_prefix_is_made_from_the_short_name(slug: str, prefix: str) -> None:
    assert prefix_of(slug) == prefix


def test_addresses_of_the_building_are_reserved() -> None:
    assert {"platform", "www", "mail", "admin", "api", "static"} <= RESERVED_SLUGS


def test_a_new_tenant_takes_tickets(db: None) -> None:
    run(locale="en")
    browser = Client(headers={"host": "initech.localhost"})

    answer: Any = browser.get("/contact/")

    assert answer.status_code == 200

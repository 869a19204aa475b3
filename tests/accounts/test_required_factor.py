"""Where a tenant asks its team for a second step, nobody of the team gets anywhere without one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from accounts.actions.tenants import create_tenant
from accounts.models import AuditEntry, Member, Session, Tenant, TenantSettings
from accounts.sites import desk
from helpdesk.tenancy import tenant_scope
from tests.accounts.conftest import is_signed_in, mails_to, sign_in
from tests.accounts.factors import app_code, require_second_factor, set_up_app, ways
from tests.factories.cast import House, make_member
from tests.strangers import CANARY, furnish, paths_with_keys, paths_without_keys, state_of

OPEN = ("/accounts/", "/language/", "/theme/")
SET_UP = "/accounts/second-factor/?next="


@pytest.fixture(autouse=True)
def empty_cache(house: House) -> Iterator[None]:
    """Counts and used codes of other tests are forgotten."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def required(house: House) -> None:
    """The tenant asks for a second step."""
    require_second_factor()


@pytest.mark.parametrize("role", [Member.Role.AGENT, Member.Role.LEAD, Member.Role.ADMIN])
def test_people_of_the_team_are_led_to_set_one_up_and_on(site: Client, required: None, role: str) -> None:
    member = make_member("new@acme.example", role=role)

    page = site.post("/accounts/login/", {"login": member.email, "password": "demo-password"}, follow=True)
    set_up_app(site)
    codes = site.get("/accounts/second-factor/codes/").content.decode()

    assert page.redirect_chain[-1][0] == f"{SET_UP}/admin/"
    assert "signs in with two steps" in page.content.decode()
    assert 'href="/admin/">I kept them' in codes
    assert site.get("/admin/tickets/ticket/").status_code == 200


@pytest.mark.parametrize("role", [Member.Role.AGENT, Member.Role.ADMIN])
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_one_they_get_nowhere(house: House, site: Client, role: str, method: str) -> None:
    things = furnish(house)
    member = make_member("new@acme.example", role=role, team=house.team)
    site.force_login(member)  # a session from before the tenant asked
    require_second_factor()
    before = state_of(house.tenant.pk)
    paths = [*paths_with_keys(things).values(), *paths_without_keys().values()]

    answers: dict[str, Any] = {
        path: getattr(site, method)(path, {"body": "x", "status": "solved"})
        for path in paths
        if not path.startswith(OPEN)
    }

    reached = {path: answer.status_code for path, answer in answers.items() if not is_led_away(answer)}
    assert reached == {}
    assert state_of(house.tenant.pk) == before
    assert not any(CANARY in answer.content.decode() for answer in answers.values())


def is_led_away(answer: Any) -> bool:
    is_told_as_program = answer.status_code == 403 and answer["Content-Type"] == "application/problem+json"
    is_sent_to_set_up = answer.get("Location", "").startswith(SET_UP[:24])
    return answer.status_code in {404, 405} or is_told_as_program or is_sent_to_set_up


def test_the_desk_itself_refuses_too(rf: Any, agent: Member, required: None, site: Client) -> None:
    sign_in(site, agent.email)
    request = rf.get("/admin/", headers={"host": "acme.localhost"})
    request.user, request.session = agent, site.session

    assert not desk.has_permission(request)


def test_customers_are_not_asked(site: Client, customer: Member, required: None) -> None:
    assert sign_in(site, customer.email)["Location"] == "/tickets/"
    assert site.get("/tickets/").status_code == 200


def test_who_has_one_shows_it_in_an_old_session(
    site: Client, house: House, agent: Member, required: None
) -> None:
    old = Client(headers={"host": house.host})
    old.force_login(agent)
    sign_in(site, agent.email)
    secret = set_up_app(site)

    answer = old.get("/admin/tickets/ticket/", follow=True)
    cache.clear()
    old.post("/accounts/confirm/", {"code": app_code(secret, steps=1)})

    assert answer.redirect_chain[-1][0].startswith("/accounts/confirm/?next=")
    assert old.get("/admin/tickets/ticket/").status_code == 200


def test_the_last_one_cannot_be_removed(site: Client, agent: Member, required: None) -> None:
    sign_in(site, agent.email)
    set_up_app(site)

    answer = site.post("/accounts/second-factor/app/remove/", follow=True)

    assert "Your team asks for a second step." in answer.content.decode()
    assert ways(agent).app


def test_it_can_be_removed_where_nobody_asks(site: Client, agent: Member) -> None:
    sign_in(site, agent.email)
    set_up_app(site)

    site.post("/accounts/second-factor/app/remove/")
    require_second_factor()

    assert not ways(agent).has_factor
    assert is_led_away(site.get("/admin/tickets/ticket/"))


def test_an_admin_switches_it_on_and_is_asked_at_once(site: Client, admin: Member) -> None:
    sign_in(site, admin.email)
    row = TenantSettings.objects.get()
    page = reverse("admin:accounts_tenantsettings_change", args=[row.pk])
    days = {"pending_solved_days": "7", "solved_closed_days": "14"}
    shown = re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', site.get(page).content.decode())

    site.post(page, {**dict(shown), **days, "second_factor_required": "on", "signup_open": "on"})

    assert TenantSettings.objects.get().second_factor_required
    assert is_led_away(site.get("/admin/"))


def test_the_first_admin_sets_it_up_with_the_welcome(house: House) -> None:
    made = create_tenant(
        slug="initech", name="Initech", locale="en", timezone="UTC", admin_email="boss@initech.example"
    )
    browser = Client(headers={"host": "initech.localhost"})
    with tenant_scope(made.tenant.pk):
        browser.get(made.invitation_url.partition(":8000")[2])
        chosen = browser.post("/accounts/invitation/", {"password1": "correct horse battery"}, follow=True)
        set_up_app(browser)

        assert chosen.redirect_chain[-1][0] == f"{SET_UP}/admin/"
        assert browser.get("/admin/tickets/ticket/").status_code == 200


def test_operators_need_one_outside_the_demo(house: House, settings: Any) -> None:
    browser = Client(headers={"host": "localhost"})
    with tenant_scope(Tenant.objects.get(slug=Tenant.PLATFORM).pk):
        operator = make_member("operator@platform.example", role=Member.Role.OPERATOR)
        TenantSettings.objects.all().delete()
        sign_in(browser, operator.email)

        asked = browser.get("/admin/accounts/tenant/")
        settings.DEMO = True
        free = browser.get("/admin/accounts/tenant/")

    assert is_led_away(asked)
    assert free.status_code == 200


def test_an_admin_resets_what_somebody_lost(site: Client, house: House, admin: Member, agent: Member) -> None:
    theirs = Client(headers={"host": house.host})
    sign_in(theirs, agent.email)
    set_up_app(theirs)
    sign_in(site, admin.email)
    page = site.get(f"/admin/accounts/member/{agent.pk}/change/").content.decode()

    answer = site.post(f"/admin/accounts/member/{agent.pk}/reset-second-step/")

    assert f'href="/admin/accounts/member/{agent.pk}/reset-second-step/"' in page
    assert (answer.status_code, answer["Location"]) == (303, f"/admin/accounts/member/{agent.pk}/change/")
    assert ways(agent).codes_left is None
    assert not ways(agent).has_factor
    assert not is_signed_in(theirs)
    assert mails_to(agent.email)[-1].context["change"] == "reset"
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.kind, entry.object_id) == (admin.pk, "accounts.member", str(agent.pk))


@pytest.mark.parametrize("role", [Member.Role.AGENT, Member.Role.LEAD])
def test_nobody_else_resets(site: Client, house: House, agent: Member, role: str) -> None:
    other = make_member("other@acme.example", role=role, team=house.team)
    theirs = Client(headers={"host": house.host})
    sign_in(theirs, agent.email)
    set_up_app(theirs)
    sign_in(site, other.email)

    answer: Any = site.post(f"/admin/accounts/member/{agent.pk}/reset-second-step/")

    assert answer.status_code == 403
    assert ways(agent).app


def test_an_admin_cannot_shed_their_own(site: Client, admin: Member) -> None:
    sign_in(site, admin.email)
    set_up_app(site)

    site.post(f"/admin/accounts/member/{admin.pk}/reset-second-step/")

    assert ways(admin).app


def test_a_reset_needs_a_fresh_sign_in(site: Client, admin: Member, agent: Member, settings: Any) -> None:
    sign_in(site, admin.email)
    settings.FRESH_SIGN_IN_SECONDS = 0

    answer = site.post(f"/admin/accounts/member/{agent.pk}/reset-second-step/")

    assert answer["Location"].startswith("/accounts/confirm/?next=")


def test_whoever_runs_the_server_resets_by_command(site: Client, house: House, admin: Member) -> None:
    sign_in(site, admin.email)
    set_up_app(site)
    said = StringIO()

    call_command("reset_second_factor", "Admin@acme.example", tenant="acme", stdout=said)

    assert not ways(admin).has_factor
    assert not Session.objects.filter(member_id=admin.pk).exists()
    assert "admin@acme.example signs in" in said.getvalue()
    with pytest.raises(CommandError, match="There is no"):
        call_command("reset_second_factor", "nobody@acme.example", tenant="acme")


def test_another_role_ends_the_sessions(site: Client, house: House, admin: Member, agent: Member) -> None:
    theirs = Client(headers={"host": house.host})
    sign_in(theirs, agent.email)
    sign_in(site, admin.email)
    empty = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}

    site.post(
        f"/admin/accounts/member/{agent.pk}/change/",
        {"name": "A", "role": "admin", "is_active": "on", "locale": "", "timezone": "", **empty},
    )

    agent.refresh_from_db()
    assert agent.role == Member.Role.ADMIN
    assert not is_signed_in(theirs)

"""The desk's pages for people, teams, senders and settings."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.actions.people import save_person
from accounts.models import AuditEntry, Member, Sender, Team, TeamMembership, TenantSettings
from helpdesk.errors import Refused
from helpdesk.tenancy import tenant_scope
from tests.accounts.conftest import is_signed_in, sign_in
from tests.factories.cast import House, make_house, make_member

PEOPLE = "/admin/accounts/member/"
NO_TEAMS = {
    "memberships-TOTAL_FORMS": "0",
    "memberships-INITIAL_FORMS": "0",
    "memberships-MIN_NUM_FORMS": "0",
    "memberships-MAX_NUM_FORMS": "1000",
}


def person_form(**fields: str) -> dict[str, str]:
    return {
        "name": "",
        "role": "customer",
        "locale": "",
        "timezone": "",
        "is_active": "on",
        **NO_TEAMS,
        **fields,
    }


@pytest.fixture
def desk(site: Client, admin: Member) -> Client:
    """The desk of an admin."""
    sign_in(site, admin.email)
    return site


def test_an_admin_adds_a_person_who_signs_in_by_code(desk: Client, house: House) -> None:
    answer = desk.post(f"{PEOPLE}add/", person_form(email="Sam@Acme.example", name="Sam", role="agent"))

    member = Member.objects.get(email="sam@acme.example")
    assert answer.status_code == 302
    assert (member.role, member.is_guest, member.email_proven_at) == ("agent", True, None)


def test_an_admin_changes_role_and_teams(desk: Client, house: House, customer: Member) -> None:
    teams = {
        "memberships-TOTAL_FORMS": "1",
        "memberships-0-team": str(house.team.pk),
        "memberships-0-tier": "2",
        "memberships-0-member": str(customer.pk),
    }

    answer = desk.post(f"{PEOPLE}{customer.pk}/change/", person_form(role="lead", **teams))

    customer.refresh_from_db()
    assert (answer.status_code, customer.role) == (302, "lead")
    assert TeamMembership.objects.get(member=customer).tier == 2


def test_a_second_person_with_the_address_is_an_error_of_the_form(desk: Client, customer: Member) -> None:
    answer = desk.post(f"{PEOPLE}add/", person_form(email=customer.email.upper()))

    assert answer.status_code in {200, 422}
    assert Member.objects.filter(email=customer.email).count() == 1
    assert (
        "Somebody with this email address" in answer.content.decode()
        or "already exists" in answer.content.decode()
    )


def test_an_address_a_password_and_a_proof_cannot_be_written_over(desk: Client, customer: Member) -> None:
    fields = person_form(
        email="new@acme.example", password="x", email_proven_at="2020-01-01", tenant="999", last_login=""
    )

    desk.post(f"{PEOPLE}{customer.pk}/change/", fields)

    before = (customer.email, customer.password, customer.email_proven_at, customer.tenant_id)
    customer.refresh_from_db()
    assert (customer.email, customer.password, customer.email_proven_at, customer.tenant_id) == before


@pytest.mark.parametrize("role", ["operator", "emperor", ""])
def test_an_admin_makes_no_operators(desk: Client, customer: Member, role: str) -> None:
    desk.post(f"{PEOPLE}{customer.pk}/change/", person_form(role=role))

    customer.refresh_from_db()
    assert customer.role == Member.Role.CUSTOMER
    assert 'value="operator"' not in desk.get(f"{PEOPLE}{customer.pk}/change/").content.decode()


@pytest.mark.parametrize("fields", [{"role": "agent"}, {"role": "admin", "is_active": ""}])
def test_the_last_admin_stays(desk: Client, admin: Member, fields: dict[str, str]) -> None:
    wanted = {key: value for key, value in person_form(**fields).items() if value or key != "is_active"}

    answer = desk.post(f"{PEOPLE}{admin.pk}/change/", wanted)

    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == ("admin", True)
    assert "This is the last person who can manage people." in answer.content.decode()


def test_one_of_two_admins_may_go(desk: Client, admin: Member) -> None:
    make_member("second@acme.example", role=Member.Role.ADMIN)

    desk.post(f"{PEOPLE}{admin.pk}/change/", person_form(role="agent"))

    admin.refresh_from_db()
    assert admin.role == "agent"


def test_shutting_somebody_out_ends_their_sessions(
    desk: Client, house: House, agent: Member, fresh_browser: Callable[[str], Client]
) -> None:
    browser = fresh_browser(house.host)
    sign_in(browser, agent.email)
    fields = person_form(role="agent")
    del fields["is_active"]

    desk.post(f"{PEOPLE}{agent.pk}/change/", fields)

    assert not is_signed_in(browser)
    desk.post(f"{PEOPLE}{agent.pk}/change/", person_form(role="agent"))
    assert not is_signed_in(browser)


@pytest.mark.parametrize("who", ["agent", "lead"])
@pytest.mark.parametrize(
    "path",
    [
        PEOPLE,
        f"{PEOPLE}add/",
        "/admin/accounts/team/",
        "/admin/accounts/sender/",
        "/admin/accounts/tenantsettings/",
    ],
)
def test_agents_and_leads_keep_no_people(
    site: Client, house: House, request: pytest.FixtureRequest, who: str, path: str
) -> None:
    sign_in(site, request.getfixturevalue(who).email)

    assert (site.get(path).status_code, site.post(path, person_form(email="x@y.example")).status_code) == (
        403,
        403,
    )
    assert not Member.objects.filter(email="x@y.example").exists()


def test_an_agent_cannot_raise_themself(site: Client, agent: Member) -> None:
    sign_in(site, agent.email)

    answer = site.post(f"{PEOPLE}{agent.pk}/change/", person_form(role="admin"))

    agent.refresh_from_db()
    assert (answer.status_code, agent.role) == (403, "agent")


def test_a_foreign_person_is_not_there(desk: Client, stranger: Member) -> None:
    answers = [desk.get(f"{PEOPLE}{stranger.pk}/{page}/") for page in ("change", "history", "delete")]

    assert [answer.status_code for answer in answers] == [404, 404, 403]
    assert stranger.email not in desk.get(PEOPLE).content.decode()


def test_people_are_found_by_role_and_words_and_nothing_else(
    desk: Client, customer: Member, agent: Member
) -> None:
    by_role = desk.get(PEOPLE, {"role": "agent"}).content.decode()
    by_word = desk.get(PEOPLE, {"q": "customer"}).content.decode()
    by_secret = desk.get(PEOPLE, {"password__startswith": "argon2"})

    assert (agent.email in by_role, customer.email in by_role, "operator" in by_role) == (True, False, False)
    assert (agent.email in by_word, customer.email in by_word) == (False, True)
    assert by_secret.status_code in {302, 400}


def test_people_are_not_deleted(desk: Client, customer: Member) -> None:
    answer = desk.post(f"{PEOPLE}{customer.pk}/delete/", {"post": "yes"})

    assert answer.status_code == 403
    assert Member.objects.filter(pk=customer.pk).exists()


def test_a_team_takes_no_foreign_person(desk: Client, house: House, stranger: Member) -> None:
    fields = {
        "name": "New",
        "slug": "new",
        **NO_TEAMS,
        "memberships-TOTAL_FORMS": "1",
        "memberships-0-member": str(stranger.pk),
        "memberships-0-tier": "1",
    }

    desk.post("/admin/accounts/team/add/", fields)

    assert not Team.objects.filter(slug="new").exists()


def test_a_second_default_sender_is_an_error_of_the_form(desk: Client, house: House) -> None:
    fields = {
        "audience": "Europe",
        "from_name": "Acme",
        "from_address": "eu@acme.example",
        "is_default": "on",
    }

    answer = desk.post("/admin/accounts/sender/add/", fields)

    assert "Another sender is the default already." in answer.content.decode()
    assert Sender.objects.count() == 1


def test_a_person_belongs_to_an_audience_where_there_are_several(
    desk: Client, house: House, customer: Member
) -> None:
    address = f"/admin/accounts/member/{customer.pk}/change/"
    alone = desk.get(address).content.decode()
    partners = Sender.objects.create(audience="Partners", from_name="A", from_address="p@acme.example")
    person = {"name": "Cleo", "role": "customer", "is_active": "on", **NO_TEAMS}

    offered = desk.get(address).content.decode()
    desk.post(address, person | {"audience": str(partners.pk)})
    customer.refresh_from_db()
    belonged = customer.audience
    desk.post(address, person | {"audience": ""})

    customer.refresh_from_db()
    assert ['name="audience"' in page for page in (alone, offered)] == [False, True]
    assert (belonged, customer.audience) == (partners, None)
    entries = AuditEntry.objects.filter(kind="accounts.member").order_by("pk")
    told = [change for entry in entries for change in entry.changes if change[0] == "Audience"]
    assert told == [["Audience", "", "Partners"], ["Audience", "Partners", ""]]


def test_settings_open_at_the_one_row_and_are_saved(desk: Client, house: House) -> None:
    row = TenantSettings.objects.get()
    fields = {"pending_reminder_days": "2", "pending_solved_days": "8", "solved_closed_days": "14"}

    lists = desk.get("/admin/accounts/tenantsettings/")
    desk.post(lists["Location"], fields)

    row.refresh_from_db()
    assert lists["Location"] == f"/admin/accounts/tenantsettings/{row.pk}/change/"
    assert (row.pending_solved_days, row.signup_open) == (8, False)
    assert row.pending_reminder_days == 2
    assert desk.get("/admin/accounts/tenantsettings/add/").status_code == 403


@pytest.mark.parametrize("model", ["sender", "team", "tenantsettings", "member"])
@pytest.mark.parametrize("page", ["", "add/", "1/change/", "1/history/", "1/delete/"])
def test_others_are_told_who_keeps_the_settings(
    site: Client, agent: Member, admin: Member, model: str, page: str
) -> None:
    sign_in(site, agent.email)

    answer = site.get(f"/admin/accounts/{model}/{page}")

    assert answer.status_code == 403
    assert "Only admins can change these settings. Ask Admin." in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_people_costs_the_same_for_any_number(
    desk: Client, house: House, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        make_member(f"p{number}@acme.example", team=house.team)
    desk.get(PEOPLE)

    with django_assert_max_num_queries(17):
        desk.get(PEOPLE)


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_demote_each_other_at_once_leave_one(transactional_db: None) -> None:
    house = make_house("acme")
    with tenant_scope(house.tenant.pk):
        pair = [make_member(f"{name}@acme.example", role=Member.Role.ADMIN) for name in ("one", "two")]
    barrier, refused = threading.Barrier(2), []

    def demote(other: Member, actor: Member) -> None:
        barrier.wait()
        try:
            with tenant_scope(house.tenant.pk):
                demoted = Member.objects.get(pk=other.pk)
                demoted.role = Member.Role.AGENT
                save_person(demoted, actor=actor)
        except Refused as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=demote, args=arguments) for arguments in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with tenant_scope(house.tenant.pk):
        assert Member.objects.filter(role=Member.Role.ADMIN).count() == 1
    assert len(refused) == 1

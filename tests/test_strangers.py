"""Strangers walk every address of the product: nothing of a tenant is shown to, or changed by, anybody else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.http import HttpResponse
from django.test import Client

from accounts.models import Member, Sender, Tenant
from accounts.sessions import SessionStore
from helpcenter.actions.articles import index_article
from helpcenter.models import Visibility
from helpdesk.tenancy import tenant_scope
from tests.addresses import names_of_platform, names_of_tenants
from tests.factories.cast import House, make_member
from tests.strangers import (
    CANARY,
    KEPT,
    KEYS,
    PUBLIC,
    Things,
    furnish,
    known_names,
    known_names_of_platform,
    paths_of_platform,
    paths_with_keys,
    paths_without_keys,
    state_of,
)

SAY = "Give each new URL name a case in tests/strangers.py (its docstring says which), and remove the gone ones: "
# What is posted everywhere: enough for each form to do its work if it ever got that far.
POSTED = {
    "body": "by a stranger",
    "status": "solved",
    "priority": "4",
    "assignee": "",
    "category": "1",
    "post": "yes",
    "name": "by a stranger",
    "password1": "a-stranger-s-password",
    "seen_message_id": "999999999",
}
# Where an article can be met by its key.
READING = {
    "article",
    "article_untitled",
    "article_anywhere",
    "article_vote",
    "article_picture",
    "help_section",
    "api_article",
}
DOORS = ("/accounts/login/", "/admin/login/")


@pytest.fixture
def things(house: House) -> Things:
    return furnish(house)


@pytest.fixture
def operator(house: House) -> Member:
    platform = Tenant.objects.get(slug=Tenant.PLATFORM)
    with tenant_scope(platform.pk):
        return make_member("operator@platform.example", role=Member.Role.OPERATOR)


def test_every_address_has_a_stranger_case() -> None:
    assert names_of_tenants() ^ known_names() == set(), SAY
    assert names_of_platform() ^ known_names_of_platform() == set(), SAY


@pytest.mark.parametrize("role", [Member.Role.CUSTOMER, Member.Role.AGENT, Member.Role.ADMIN])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_tenants_person_finds_nothing_at_foreign_keys(
    things: Things, other_house: House, role: str, method: str
) -> None:
    with tenant_scope(other_house.tenant.pk):
        stranger = make_member("stranger@globex.example", role=role, team=other_house.team)
    before = state_of(things.house.tenant.pk)

    def walk_all(own: Things) -> Mapping[str, HttpResponse]:
        paths = paths_with_keys(own)
        if role == Member.Role.CUSTOMER:  # to whom the desk is closed, whatever the key
            paths = {name: path for name, path in paths.items() if not path.startswith("/admin/")}
        return walk(browser_of(other_house, stranger), paths, method)

    seen, missing = walk_all(things), walk_all(things.without())

    wrong = {
        name: answer.status_code
        for name, answer in seen.items()
        if answer.status_code not in expected(name, role, method)
    }
    assert wrong == {}
    # The status does not tell a foreign key from one that leads nowhere.
    assert statuses(seen) == statuses(missing)
    assert telling(seen) == []
    assert state_of(things.house.tenant.pk) == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_customer_of_another_audience_finds_nothing(
    things: Things, house: House, customer: Member, method: str
) -> None:
    article = things.article.article
    article.visibility, article.audience = Visibility.SIGNED_IN, Sender.objects.get()
    article.save()
    index_article(article)

    def reading(own: Things) -> Mapping[str, HttpResponse]:
        paths = {name: path for name, path in paths_with_keys(own).items() if name in READING}
        return walk(browser_of(house, customer), paths, method)

    seen = reading(things)

    assert set(seen) == READING
    assert statuses(seen) == statuses(reading(things.without()))
    assert telling(seen) == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_cookie_of_another_tenant_is_nobody_here(
    things: Things, site: Client, other_house: House, method: str
) -> None:
    with tenant_scope(other_house.tenant.pk):
        stranger = make_member("stranger@globex.example", role=Member.Role.ADMIN)
    cookie = browser_of(other_house, stranger)().cookies["session"].value
    before = state_of(things.house.tenant.pk)

    def bring_cookie() -> Client:
        site.cookies.clear()
        site.cookies["session"] = cookie
        return site

    assert_closed(walk(bring_cookie, addresses(things), method))
    assert state_of(things.house.tenant.pk) == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_in_particular_sees_only_what_is_public(things: Things, site: Client, method: str) -> None:
    before = state_of(things.house.tenant.pk)

    def come_fresh() -> Client:
        site.cookies.clear()
        return site

    assert_closed(walk(come_fresh, addresses(things), method))
    assert state_of(things.house.tenant.pk) == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_operator_is_nobody_on_a_tenants_host(
    things: Things, site: Client, operator: Member, method: str
) -> None:
    platform = Tenant.objects.get(slug=Tenant.PLATFORM)
    cookie = signed_in("localhost", platform.pk, operator)().cookies["session"].value

    def bring_cookie() -> Client:
        site.cookies.clear()
        site.cookies["session"] = cookie
        return site

    assert_closed(walk(bring_cookie, addresses(things), method))


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_customer_of_the_tenant_is_refused_at_the_desk(
    things: Things, house: House, customer: Member, method: str
) -> None:
    paths = {name: path for name, path in addresses(things).items() if path.startswith("/admin/")}
    paths = {
        name: path for name, path in paths.items() if name not in {"admin:logout", "admin:password_change"}
    }

    arrive = signed_in(house.host, house.tenant.pk, customer)
    arrive()  # which notes when it was
    before = state_of(house.tenant.pk)

    seen = walk(arrive, paths, method)

    assert unlike(seen, dict.fromkeys(paths, 403)) == {}
    assert telling(seen) == []
    assert state_of(house.tenant.pk) == before


def test_an_agent_finds_no_ticket_of_another_team(things: Things, house: House) -> None:
    outsider = make_member("outsider@acme.example", role=Member.Role.AGENT, team=house.other_team)
    names = {"ticket", "ticket_reply", "ticket_solve", "ticket_reopen", "attachment"}
    names |= {name for name in KEYS if name.startswith("admin:tickets_ticket_")}
    ticket_paths = {name: path for name, path in paths_with_keys(things).items() if name in names}

    seen = walk(signed_in(house.host, house.tenant.pk, outsider), ticket_paths, "post")
    shown = walk(signed_in(house.host, house.tenant.pk, outsider), ticket_paths, "get")

    assert telling(seen) == telling(shown) == []
    assert {answer.status_code for answer in seen.values()} <= {404, 405}
    assert {answer.status_code for answer in shown.values()} <= {404, 405}


@pytest.mark.parametrize("who", ["operator", "admin of a tenant", "nobody"])
def test_the_platform_shows_nothing_of_a_tenant(
    things: Things, house: House, admin: Member, operator: Member, who: str
) -> None:
    platform = Tenant.objects.get(slug=Tenant.PLATFORM)
    if who == "operator":
        arrive = signed_in("localhost", platform.pk, operator)
    else:
        cookie = signed_in(house.host, house.tenant.pk, admin)().cookies["session"].value

        def arrive() -> Client:
            browser = Client(headers={"host": "localhost"})
            if who != "nobody":
                browser.cookies["session"] = cookie
            return browser

    before = state_of(house.tenant.pk)

    seen = walk(arrive, paths_of_platform(things), "get") | {
        f"post {name}": answer
        for name, answer in walk(arrive, paths_of_members_on_platform(things), "post").items()
    }

    assert telling(seen) == []
    members = {name: answer for name, answer in seen.items() if "accounts_member_" in name}
    opened = {name for name, answer in members.items() if answer.status_code == 200}
    assert {name.removeprefix("post ") for name in opened} <= {
        "admin:accounts_member_changelist",
        "admin:accounts_member_add",
    }
    if who != "operator":
        assert opened == set()
    assert state_of(house.tenant.pk) == before


@pytest.mark.parametrize("command", ["changepassword", "createsuperuser"])
def test_commands_that_take_a_tenant_reach_only_it(things: Things, other_house: House, command: str) -> None:
    before = state_of(things.house.tenant.pk)
    email = things.member.email

    if command == "changepassword":
        with pytest.raises(CommandError, match="does not exist"):
            call_command(command, email, tenant=other_house.tenant.slug)
    else:
        call_command(command, email=email, tenant=other_house.tenant.slug, interactive=False)

    assert state_of(things.house.tenant.pk) == before


def addresses(things: Things) -> dict[str, str]:
    """Every address of the tenant's host, but the links and keys that are themselves the right to look."""
    rights = {"guest_link", "invitation", "contact_sent", "incident_confirm", "incident_stop"}
    paths = paths_with_keys(things) | paths_without_keys()
    return {name: path for name, path in paths.items() if name not in rights}


def paths_of_members_on_platform(things: Things) -> dict[str, str]:
    """Where an operator would change a person of a tenant."""
    paths = paths_of_platform(things)
    return {name: path for name, path in paths.items() if name.startswith("admin:accounts_member_")}


def walk(arrive: Callable[[], Client], paths: Mapping[str, str], method: str) -> dict[str, HttpResponse]:
    """The answer at each address, by a browser that arrives anew each time."""
    seen: dict[str, Any] = {}
    for name, path in paths.items():
        browser = arrive()
        browser.raise_request_exception = False
        seen[name] = browser.get(path) if method == "get" else browser.post(path, POSTED)
    return seen


def signed_in(host: str, tenant_id: int, member: Member) -> Callable[[], Client]:
    """Gives a browser with nothing but the member's session: the same one for as long as no address ends it."""
    session, browser = "", Client(headers={"host": host})

    def arrive() -> Client:
        nonlocal session
        browser.cookies.clear()
        with tenant_scope(tenant_id):
            if session and SessionStore().exists(session):
                browser.cookies["session"] = session
            else:
                browser.force_login(member)
                session = browser.cookies["session"].value
        return browser

    return arrive


def browser_of(house: House, member: Member) -> Any:
    """The same on the member's own host."""
    return signed_in(house.host, house.tenant.pk, member)


def statuses(seen: Mapping[str, HttpResponse]) -> list[int]:
    return [answer.status_code for answer in seen.values()]


def unlike(seen: Mapping[str, HttpResponse], wanted: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Where the status was another than wanted: (was, wanted)."""
    return {
        name: (answer.status_code, wanted[name])
        for name, answer in seen.items()
        if answer.status_code != wanted[name]
    }


def telling(seen: Mapping[str, HttpResponse]) -> list[str]:
    """The addresses whose answer holds something of the tenant."""
    return [name for name, answer in seen.items() if CANARY.lower() in body_of(answer).lower()]


def body_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    told = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return f"{told}\n{content.decode(errors='replace')}"


def assert_closed(seen: Mapping[str, HttpResponse]) -> None:
    """Each answer is a way to the sign-in, a refusal without a word, or a page for everybody without the canary."""
    assert telling(seen) == []
    opened = {
        name
        for name, answer in seen.items()
        if not (
            answer.status_code in {400, 403, 404, 405, 410}
            or (answer.status_code in {302, 303} and answer["Location"].startswith(DOORS))
        )
    }
    harmless = {"account_logout", "admin:logout", "admin:login", "account_email", "incident"}
    assert {name: seen[name].status_code for name in opened - set(PUBLIC) - harmless} == {}


def expected(name: str, role: str, method: str) -> set[int]:
    """404; but a method that no key allows, and a part of the desk that no key opens to this role, are told as such."""
    if name.startswith("admin:<path:object_id>/"):
        return {302}  # to the page of that key, whether there is one or not
    if name in DELETABLE:
        return {404} if role == Member.Role.ADMIN else {403}
    if name.endswith("_delete") or (name in READ_ONLY and method == "post"):
        return {403}  # nobody may
    if name in SETUP and role != Member.Role.ADMIN:
        return {403, 404}
    if (method == "post" and name in SAFE_ONLY) or (method, name) == ("get", "article_vote"):
        return {405}
    return {410} if name == "invitation" else {404}


DELETABLE = {
    "admin:helpcenter_synonyms_delete",
    "admin:tickets_blockedsender_delete",
    "admin:tickets_routingline_delete",
}
READ_ONLY = {"admin:outbox_outboxrow_change", "admin:accounts_auditentry_change"}
SETUP = {f"admin:{model}_{form}" for model in KEPT for form in ("history", "change")}
SETUP |= {
    "admin:accounts_member_reset_second_step",
    "admin:tickets_tag_merge",
    "admin:tickets_calendar_holidays",
}
SAFE_ONLY = {
    "article",
    "article_picture",
    "article_anywhere",
    "article_untitled",
    "api_article",
    "help_section",
    "ticket",
    "guest_link",
    "guest_ticket",
    "attachment",
    "attachment of a draft",
    "thumbnail",
    "invitation",
}

"""Who may do what: role by verb, in one table."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Member
from accounts.rules import grantable_roles, may_grant_role, may_use_desk, may_use_model, may_use_platform

R = Member.Role
ROLES = (R.CUSTOMER, R.AGENT, R.LEAD, R.ADMIN, R.OPERATOR)
VERBS = ("view", "add", "change", "delete")
# model → role → verbs, as product.md's table of rights says; what is not here is closed.
TABLE: dict[str, dict[str, str]] = {
    "tickets.ticket": {R.AGENT: "view change", R.LEAD: "view change", R.ADMIN: "view change"},
    "accounts.member": {R.ADMIN: "view add change", R.OPERATOR: "view add change"},
    "accounts.team": {R.ADMIN: "view add change"},
    "accounts.teammembership": {R.ADMIN: "view add change delete"},
    "accounts.sender": {R.ADMIN: "view add change"},
    "accounts.tenantsettings": {R.ADMIN: "view change"},
    "accounts.tenant": {R.OPERATOR: "view add change"},
    "accounts.tenanthost": {R.OPERATOR: "view add change delete"},
    "accounts.invitation": {},
    "accounts.session": {},
    "tickets.category": {R.ADMIN: "view add change"},
    "tickets.categorytranslation": {R.ADMIN: "view add change delete"},
    "tickets.calendar": {R.ADMIN: "view add change"},
    "tickets.policy": {R.ADMIN: "view add change"},
    "tickets.message": {},
    "tickets.ticketevent": {},
    "outbox.outboxrow": {R.ADMIN: "view"},
    "account.emailaddress": {},
    "auth.group": {},
    "admin.logentry": {},
}


def perm(model: str, verb: str) -> str:
    """The name of the permission for `verb` on `model`, as Django has it."""
    app, name = model.split(".")
    return f"{app}.{verb}_{name}"


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_do_with_each_model(role: str) -> None:
    member = Member(role=role, is_active=True)

    allowed = {model: {verb for verb in VERBS if may_use_model(member, perm(model, verb))} for model in TABLE}

    assert allowed == {model: set(verbs.get(role, "").split()) for model, verbs in TABLE.items()}


@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_sign_in_may_nothing(role: str) -> None:
    member = Member(role=role, is_active=False)

    assert [
        perm(model, verb) for model in TABLE for verb in VERBS if member.has_perm(perm(model, verb))
    ] == []


@pytest.mark.parametrize("role", ROLES)
def test_a_permission_that_is_none_is_closed(role: str) -> None:
    member = Member(role=role, is_active=True)
    none = [
        "",
        ".",
        "tickets",
        "tickets.",
        "tickets.view",
        "tickets.view_",
        ".view_ticket",
        "tickets.close_ticket",
    ]

    assert [name for name in none if may_use_model(member, name)] == []


@pytest.mark.parametrize(
    ("role", "desk", "platform"),
    [
        (R.CUSTOMER, False, False),
        (R.AGENT, True, False),
        (R.LEAD, True, False),
        (R.ADMIN, True, False),
        (R.OPERATOR, False, True),
    ],
)
def test_which_door_opens_for_a_role(role: str, desk: bool, platform: bool) -> None:
    member, shut_out = Member(role=role, is_active=True), Member(role=role, is_active=False)

    assert (may_use_desk(member), may_use_platform(member)) == (desk, platform)
    assert (may_use_desk(shut_out), may_use_platform(shut_out)) == (False, False)


def test_no_door_opens_for_nobody() -> None:
    assert (may_use_desk(AnonymousUser()), may_use_platform(AnonymousUser())) == (False, False)


@pytest.mark.parametrize(
    ("role", "grants"),
    [
        (R.CUSTOMER, ()),
        (R.AGENT, ()),
        (R.LEAD, ()),
        (R.ADMIN, (R.CUSTOMER, R.AGENT, R.LEAD, R.ADMIN)),
        (R.OPERATOR, (R.OPERATOR,)),
    ],
)
def test_which_roles_a_role_may_give(role: str, grants: tuple[str, ...]) -> None:
    assert grantable_roles(Member(role=role, is_active=True)) == grants
    assert grantable_roles(Member(role=role, is_active=False)) == ()
    assert not may_grant_role(Member(role=role, is_active=True), "emperor")

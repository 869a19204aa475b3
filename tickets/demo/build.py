"""Stores the demo: a few hundred tickets a tenant in bulk, deterministic but for the times."""

import datetime as dt
import random
import zoneinfo
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Member, Sender, Team, TeamMembership, Tenant, TenantSettings
from helpdesk.tenancy import tenant_scope
from tickets.actions.setup import set_up_escalation
from tickets.demo.content import Content
from tickets.demo.history import TARGETS
from tickets.demo.macros import store_macros
from tickets.demo.tickets import store_tickets
from tickets.models import (
    Calendar,
    CalendarVersion,
    Category,
    CategoryPrompt,
    CategoryTranslation,
    Policy,
    PolicyTarget,
    PolicyVersion,
    PromptTranslation,
)
from tickets.sla.business_time import BusinessCalendar

PASSWORD = "demo-password"  # noqa: S105  (well known, printed at start)
JOINED_DAYS_AGO = 400


@dataclass
class Stage:
    """What the tickets of one demo tenant play on."""

    content: Content
    tenant: Tenant
    teams: dict[str, Team]
    staff: dict[str, list[Member]]  # by team
    customers: list[Member]
    categories: dict[str, Category]  # by path
    calendar: BusinessCalendar
    calendar_version: CalendarVersion
    policy_version: PolicyVersion
    zone: zoneinfo.ZoneInfo
    rng: random.Random
    now: dt.datetime


@transaction.atomic
def build_tenant(content: Content, *, now: dt.datetime, tickets: int) -> Tenant | None:
    """Makes one demo tenant with its people and `tickets` tickets, in one transaction; None when it is there already."""
    facts = content.tenant
    if Tenant.objects.filter(slug=facts["slug"]).exists():
        return None
    tenant = Tenant.objects.create(**facts)
    with tenant_scope(tenant.pk):
        stage = _set_stage(content, tenant, now)
        store_tickets(stage, tickets)
        store_macros(tenant.slug, stage.teams, stage.categories)
    return tenant


def build_operator() -> None:
    """Makes the demo's operator on the platform, once."""
    platform = Tenant.objects.get(slug=Tenant.PLATFORM)
    with tenant_scope(platform.pk):
        if not Member.objects.filter(email="operator@platform.example").exists():
            member = {
                "email": "operator@platform.example",
                "name": "Olga Petrova",
                "role": Member.Role.OPERATOR,
            }
            _store_members([member], make_password(PASSWORD), dt.datetime.now(dt.UTC))


def _set_stage(content: Content, tenant: Tenant, now: dt.datetime) -> Stage:
    TenantSettings.objects.create(second_factor_required=False)  # a password is all that the logins have
    Sender.objects.bulk_create(Sender(**sender) for sender in content.senders)
    password = make_password(PASSWORD)
    teams = {team["slug"]: Team.objects.create(**team) for team in content.teams}
    staff = _store_staff(content, teams, password, now)
    calendar = Calendar.objects.create(name=content.calendar["name"])
    definition = content.calendar["definition"]
    calendar_version = CalendarVersion.objects.create(calendar=calendar, version=1, definition=definition)
    set_up_escalation()  # for what comes; the tickets of the past have no steps left, or mails would storm out
    return Stage(
        content=content,
        tenant=tenant,
        teams=teams,
        staff=staff,
        customers=_store_members(content.customers, password, now),
        categories=_store_categories(content, content.categories, teams, None, ""),
        calendar=BusinessCalendar.from_dict(definition),
        calendar_version=calendar_version,
        policy_version=_store_policy(calendar),
        zone=zoneinfo.ZoneInfo(tenant.timezone),
        rng=random.Random(tenant.slug),
        now=now,
    )


def _store_staff(
    content: Content, teams: dict[str, Team], password: str, now: dt.datetime
) -> dict[str, list[Member]]:
    plain = [{key: value for key, value in person.items() if key != "teams"} for person in content.staff]
    members = _store_members(plain, password, now)
    working: dict[str, list[Member]] = {slug: [] for slug in teams}
    memberships = []
    for person, member in zip(content.staff, members, strict=True):
        for slug, tier in person.get("teams", {}).items():
            memberships.append(TeamMembership(team=teams[slug], member=member, tier=tier))
            working[slug].append(member)
    TeamMembership.objects.bulk_create(memberships)
    return working


def _store_members(people: list[dict[str, Any]], password: str, now: dt.datetime) -> list[Member]:
    joined = now - dt.timedelta(days=JOINED_DAYS_AGO)
    members = Member.objects.bulk_create(
        Member(password=password, email_proven_at=joined, joined_at=joined, **person) for person in people
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=member, email=member.email, verified=True, primary=True) for member in members
    )
    return members


def _store_categories(
    content: Content,
    branches: list[dict[str, Any]],
    teams: dict[str, Team],
    parent: Category | None,
    path: str,
) -> dict[str, Category]:
    stored: dict[str, Category] = {}
    for position, branch in enumerate(branches):
        here = f"{path}/{branch['slug']}".lstrip("/")
        category = Category.objects.create(
            parent=parent,
            slug=branch["slug"],
            team=teams[branch["team"]],
            tier=branch.get("tier", 1),
            position=position,
            account_required=branch.get("account_required", False),
            is_technical=here in content.technical,
            kind=branch.get("kind", Category.Kind.HELP),
        )
        words = content.words.get(here, {})
        CategoryTranslation.objects.bulk_create(
            CategoryTranslation(
                category=category,
                locale=locale,
                name=name,
                hint=branch.get("hints", {}).get(locale, ""),
                **{key: "\n".join(lines) for key, lines in words.get(locale, {}).items()},
            )
            for locale, name in branch["names"].items()
        )
        _store_prompts(category, content.prompts.get(here, []))
        stored[here] = category
        stored |= _store_categories(content, branch.get("children", []), teams, category, here)
    return stored


def _store_prompts(category: Category, prompts: list[dict[str, Any]]) -> None:
    for position, facts in enumerate(prompts):
        plain = {name: value for name, value in facts.items() if name != "words"}
        prompt = CategoryPrompt.objects.create(category=category, position=position, **plain)
        PromptTranslation.objects.bulk_create(
            PromptTranslation(prompt=prompt, locale=locale, **words)
            for locale, words in facts["words"].items()
        )


def _store_policy(calendar: Calendar) -> PolicyVersion:
    policy = Policy.objects.create(name="Standard", is_default=True)
    version = PolicyVersion.objects.create(policy=policy, version=1, calendar=calendar)
    PolicyTarget.objects.bulk_create(
        PolicyTarget(policy_version=version, kind=kind, business_seconds=seconds)
        for kind, seconds in TARGETS.items()
    )
    return version

"""The fixed cast: one tenant's people, and a stranger from another tenant."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils.timezone import now

from accounts.models import Member, Sender, Team, TeamMembership, Tenant, TenantSettings
from helpdesk.inserts import insert_together, reserve_ids
from helpdesk.tenancy import tenant_scope
from tickets.models import (
    Calendar,
    CalendarVersion,
    Category,
    CategoryTranslation,
    Policy,
    PolicyTarget,
    PolicyVersion,
    TicketCounter,
)
from tickets.models.sla import ClockKind

HOUR = 3600
WORKDAYS = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@dataclass
class House:
    """One tenant with everything a ticket needs."""

    tenant: Tenant
    team: Team
    other_team: Team
    category: Category
    other_category: Category
    calendar_version: CalendarVersion
    policy_version: PolicyVersion

    @property
    def host(self) -> str:
        return f"{self.tenant.slug}.localhost"


def make_house(slug: str, *, locale: str = "en", timezone: str = "Europe/Berlin") -> House:
    """A tenant with two teams, a category each, and the 24/48 promise on weekdays from nine to five."""
    tenant = Tenant.objects.create(
        slug=slug, name=slug.capitalize(), locale=locale, timezone=timezone, prefix=slug.upper()
    )
    with tenant_scope(tenant.pk):
        ids = reserve_ids(Team, Team, Calendar, CalendarVersion, Policy, PolicyVersion, Category, Category)
        team = Team(pk=ids[0], name="Payments", slug="payments")
        other_team = Team(pk=ids[1], name="Videos", slug="videos")
        calendar = Calendar(pk=ids[2], name="Desk")
        calendar_version = CalendarVersion(
            pk=ids[3], calendar=calendar, version=1, definition={"timezone": timezone, "hours": WORKDAYS}
        )
        policy = Policy(pk=ids[4], name="Standard", is_default=True)
        policy_version = PolicyVersion(pk=ids[5], policy=policy, version=1, calendar=calendar)
        category = Category(pk=ids[6], slug="refund-late", team=team)
        other_category = Category(pk=ids[7], slug="upload-fails", team=other_team)
        sender = Sender(
            audience="Everybody",
            from_name=f"{tenant.name} Support",
            from_address=f"support@{slug}.example",
            is_default=True,
        )
        # A house stands in most tests: row by row it took a twentieth of the whole run.
        insert_together(
            [
                *(TenantSettings(second_factor_required=False), sender, TicketCounter()),
                *(team, other_team, calendar, calendar_version, policy, policy_version),
                *_targets(policy_version),
                *(category, *_names(category, en="Refund late", ar="تأخر استرداد المبلغ")),
                *(other_category, *_names(other_category, en="Upload fails", ar="فشل الرفع")),
            ]
        )
        return House(tenant, team, other_team, category, other_category, calendar_version, policy_version)


def _targets(version: PolicyVersion) -> Iterator[PolicyTarget]:
    hours = {ClockKind.FIRST_RESPONSE: 24, ClockKind.NEXT_RESPONSE: 24, ClockKind.RESOLUTION: 48}
    for kind, target in hours.items():
        yield PolicyTarget(policy_version=version, kind=kind, business_seconds=target * HOUR)


def _names(category: Category, **names: str) -> Iterator[CategoryTranslation]:
    for locale, name in names.items():
        yield CategoryTranslation(category=category, locale=locale, name=name)


def make_category(slug: str, team: Team, *, parent: Category | None = None, **names: str) -> Category:
    """A category with a name in each given language."""
    category = Category.objects.create(slug=slug, team=team, parent=parent)
    insert_together(list(_names(category, **names)))
    return category


def make_member(
    email: str, *, role: str = Member.Role.CUSTOMER, team: Team | None = None, **fields: Any
) -> Member:
    """A person with the password `demo-password` and a proven address, in the open scope."""
    (pk,) = reserve_ids(Member)
    member = Member(
        pk=pk,
        email=email.strip().lower(),
        password=make_password("demo-password"),
        role=role,
        email_proven_at=now(),
        **{"name": email.split("@")[0].title(), **fields},
    )
    seats = [TeamMembership(team=team, member=member)] if team else []
    address = EmailAddress(user=member, email=member.email, verified=True, primary=True)
    insert_together([member, address, *seats])
    if role == Member.Role.OPERATOR:
        TenantSettings.objects.get_or_create(defaults={"second_factor_required": False})
    return member


def make_guest(email: str, **fields: Any) -> Member:
    """A person without password whose address is not proven, in the open scope."""
    return Member.objects.create_user(email, **fields)

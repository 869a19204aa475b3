"""The fixed cast: one tenant's people, and a stranger from another tenant."""

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.utils.timezone import now

from accounts.models import Member, Sender, Team, TeamMembership, Tenant, TenantSettings
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
        TenantSettings.objects.create(second_factor_required=False)
        Sender.objects.create(
            audience="Everybody",
            from_name=f"{tenant.name} Support",
            from_address=f"support@{slug}.example",
            is_default=True,
        )
        TicketCounter.objects.create()
        team = Team.objects.create(name="Payments", slug="payments")
        other_team = Team.objects.create(name="Videos", slug="videos")
        calendar = Calendar.objects.create(name="Desk")
        calendar_version = CalendarVersion.objects.create(
            calendar=calendar, version=1, definition={"timezone": timezone, "hours": WORKDAYS}
        )
        policy = Policy.objects.create(name="Standard", is_default=True)
        policy_version = PolicyVersion.objects.create(policy=policy, version=1, calendar=calendar)
        for kind, hours in (
            (ClockKind.FIRST_RESPONSE, 24),
            (ClockKind.NEXT_RESPONSE, 24),
            (ClockKind.RESOLUTION, 48),
        ):
            PolicyTarget.objects.create(
                policy_version=policy_version, kind=kind, business_seconds=hours * HOUR
            )
        return House(
            tenant=tenant,
            team=team,
            other_team=other_team,
            category=make_category("refund-late", team, en="Refund late", ar="تأخر استرداد المبلغ"),
            other_category=make_category("upload-fails", other_team, en="Upload fails", ar="فشل الرفع"),
            calendar_version=calendar_version,
            policy_version=policy_version,
        )


def make_category(slug: str, team: Team, *, parent: Category | None = None, **names: str) -> Category:
    """A category with a name in each given language."""
    category = Category.objects.create(slug=slug, team=team, parent=parent)
    for locale, name in names.items():
        CategoryTranslation.objects.create(category=category, locale=locale, name=name)
    return category


def make_member(
    email: str, *, role: str = Member.Role.CUSTOMER, team: Team | None = None, **fields: Any
) -> Member:
    """A person with the password `demo-password` and a proven address, in the open scope."""
    member = Member.objects.create_user(
        email,
        "demo-password",
        role=role,
        email_proven_at=now(),
        **{"name": email.split("@")[0].title(), **fields},
    )
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    if role == Member.Role.OPERATOR:
        TenantSettings.objects.get_or_create(defaults={"second_factor_required": False})
    if team:
        TeamMembership.objects.create(team=team, member=member)
    return member


def make_guest(email: str, **fields: Any) -> Member:
    """A person without password whose address is not proven, in the open scope."""
    return Member.objects.create_user(email, **fields)

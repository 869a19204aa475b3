"""The page of the bare domain: in the demo a list of its tenants and logins, otherwise nothing about anybody."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.addresses import tenant_origin
from accounts.models import Member, Tenant

DEMO_SLUGS = ("acme", "globex")
DEMO_PASSWORD = "demo-password"  # noqa: S105 (known to everybody)
DEMO_ROLES = (Member.Role.CUSTOMER, Member.Role.AGENT, Member.Role.LEAD, Member.Role.ADMIN)


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The platform's first page."""
    return render(request, "portal/platform.html", demo() if settings.DEMO else {})


def demo() -> dict[str, Any]:
    """Addresses and logins of the demo's tenants; tenants that somebody added beside them are not listed."""
    tenants = Tenant.objects.filter(slug__in=DEMO_SLUGS, state=Tenant.State.ACTIVE).order_by("slug")
    return {
        "demo_tenants": [
            {"name": tenant.name, "origin": tenant_origin(tenant), "logins": logins_of(tenant)}
            for tenant in tenants
        ],
        "password": DEMO_PASSWORD,
        "operator": "operator@platform.example",
        "mail_url": "/mail/",
    }


def logins_of(tenant: Tenant) -> list[dict[str, str]]:
    """One login for each role, as the demo makes them."""
    return [{"role": str(role.label), "email": f"{role.value}@{tenant.slug}.example"} for role in DEMO_ROLES]

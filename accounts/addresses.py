"""Where a tenant lives on the web, for links that leave the building."""

import time

from django.conf import settings

from accounts.models import Tenant, TenantHost
from helpdesk.tenancy import current_tenant_id

LIFETIME_SECONDS = 10
_known: dict[int, tuple[float, Tenant, str]] = {}


def current_tenant() -> Tenant:
    """The tenant of the open scope, remembered for a few seconds in this process. Raises NoTenant outside a scope."""
    return _remembered(current_tenant_id())[0]


def tenant_origin(tenant: Tenant) -> str:
    """`scheme://host[:port]` of the tenant: its own domain where it has one, else its name under the base domain."""
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f"{settings.PUBLIC_SCHEME}://{_remembered(tenant.pk)[1]}{port}"


def absolute_url(path: str) -> str:
    """The full address of `path` on the current tenant's host; never taken from a request's headers."""
    return tenant_origin(current_tenant()) + path


def forget_tenants() -> None:
    """Makes this process ask the database again (after a tenant was changed here)."""
    _known.clear()


def _remembered(tenant_id: int) -> tuple[Tenant, str]:
    moment = time.monotonic()
    kept = _known.get(tenant_id)
    if kept is None or kept[0] < moment:
        tenant = Tenant.objects.get(pk=tenant_id)
        own = TenantHost.objects.filter(tenant=tenant).order_by("pk").values_list("host", flat=True).first()
        base = settings.BASE_DOMAIN
        kept = (
            moment + LIFETIME_SECONDS,
            tenant,
            own or (base if tenant.is_platform else f"{tenant.slug}.{base}"),
        )
        _known[tenant_id] = kept
    return kept[1], kept[2]

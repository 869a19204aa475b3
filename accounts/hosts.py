"""Which tenant a host name belongs to."""

import time

from django.conf import settings
from django.db.models import Q

from accounts.models import Tenant

LIFETIME_SECONDS = 10
_known: dict[str, tuple[float, Tenant | None]] = {}


def tenant_of_host(host: str) -> Tenant | None:
    """The tenant that answers on `host`, remembered for a few seconds in this process."""
    moment = time.monotonic()
    kept = _known.get(host)
    if kept and kept[0] > moment:
        return kept[1]
    tenant = _find_tenant(host)
    if len(_known) > 10_000:  # strangers may ask for any host; the memory stays small
        _known.clear()
    _known[host] = (moment + LIFETIME_SECONDS, tenant)
    return tenant


def forget_hosts() -> None:
    """Makes this process ask the database again (after a tenant was made or changed here)."""
    _known.clear()


def _find_tenant(host: str) -> Tenant | None:
    if host == settings.BASE_DOMAIN:
        return Tenant.objects.filter(slug=Tenant.PLATFORM).first()
    slug = host.removesuffix(f".{settings.BASE_DOMAIN}")
    by_name = Q(slug=slug) if slug not in {host, Tenant.PLATFORM} else Q(pk=None)
    return Tenant.objects.filter(by_name | Q(hosts__host=host)).first()

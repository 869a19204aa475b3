"""How often one network address may say something of articles at a tenant, counted in the shared cache."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.conf import settings as site
from django.http import HttpRequest
from django.utils import timezone

from helpdesk.limits import count

HOUR = 3600  # seconds


def within_limit(request: HttpRequest, name: str, *, an_hour: int) -> bool:
    """Counts one of `name`; whether it was within `an_hour` of this address."""
    window = int(timezone.now().timestamp()) // HOUR
    key = f"limit:{name}:{get_adapter(request).get_client_ip(request)}:{window}"
    return count(key, seconds=2 * HOUR) <= an_hour * site.RATE_LIMIT_SCALE

"""How often one network address may do something at a tenant, counted in the shared cache."""

import datetime as dt
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from helpdesk.limits import count_each
from helpdesk.tokens import hash_of


@dataclass(frozen=True)
class Limit:
    """`times` in each window of `seconds`, for one address at one tenant (the cache key carries the tenant).

    `of` counts something else than the network address of the request: a mailbox, or everybody together.
    While the cache is away nothing is refused.
    """

    name: str
    times: int
    seconds: int

    def spend(self, request: HttpRequest, of: str = "") -> bool:
        """Counts one; whether it was within the limit."""
        return spend_each(request, {self: of})

    def is_used_up(self, request: HttpRequest, of: str = "") -> bool:
        """Whether the next one would be too many; counts nothing."""
        return self.spent(request, of) >= self._scaled(self.times)

    def spent(self, request: HttpRequest, of: str = "") -> int:
        """How many there were in this window."""
        return int(cache.get(self._key(request, of), 0))

    def ends_at(self) -> dt.datetime:
        """When the present window ends and the count starts anew."""
        return dt.datetime.fromtimestamp((self._window() + 1) * self.seconds, tz=dt.UTC)

    def seconds_left(self) -> int:
        """For the `Retry-After` header."""
        return max(1, round((self.ends_at() - timezone.now()).total_seconds()))

    def _scaled(self, times: int) -> float:
        return times * settings.RATE_LIMIT_SCALE

    def _window(self) -> int:
        return int(timezone.now().timestamp()) // self.seconds

    def _key(self, request: HttpRequest, of: str) -> str:
        counted = hash_of(of) if of else network_of(request)
        return f"limit:{self.name}:{counted}:{self._window()}"


def spend_each(request: HttpRequest, counted: Mapping[Limit, str]) -> bool:
    """Counts one of each limit, `of` what stands beside it; whether all were within. One round trip."""
    keys = {limit._key(request, of): 2 * limit.seconds for limit, of in counted.items()}
    return all(
        number <= limit._scaled(limit.times) for number, limit in zip(count_each(keys), counted, strict=True)
    )


def network_of(request: HttpRequest) -> str:
    """The peer's address; of IPv6 the /64, which is what one connection gets to choose from."""
    address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


SUBMISSIONS = Limit("submissions", 30, 3600)
DRAFTS = Limit("drafts", 300, 3600)
UPLOADS = Limit("uploads", 200, 3600)
PIECES = Limit("pieces", 6000, 3600)
REPLIES = Limit("replies", 60, 3600)
RATINGS = Limit("ratings", 60, 3600)
CODES = Limit("codes", 20, 3600)
LOST_LINKS = Limit("lost-links", 10, 3600)
LINK_MISSES = Limit("link-misses", 5, 60)
# Requests of people nobody knows; beyond these a code by mail shows that the address is theirs.
UNPROVEN_OF_NETWORK = Limit("unproven-network", 10, 3600)
UNPROVEN_OF_MAILBOX = Limit("unproven-mailbox", 5, 3600)
UNPROVEN_OF_TENANT = Limit("unproven-tenant", 300, 3600)
DRAFT_SAVES = Limit("draft-saves", 1800, 3600)
INVITATIONS = Limit("invitations", 20, 3600)

"""What the help center asks about requests: which were begun from an article, and when somebody sent one."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterable

from tickets.models import Participant, Ticket

LOOKED_AT = 5000  # the latest tickets, whatever the time asked for
_PAGE = re.compile(r"\A/articles/(\d{1,18})/")


def requests_after_reading(since: dt.datetime) -> dict[int, int]:
    """How many of the latest requests came from each article's “Contact us about this”. One statement."""
    latest = Ticket.objects.order_by("-id").values_list("created_at", "metadata__page")[:LOOKED_AT]
    pages = [page for at, page in latest if at >= since and isinstance(page, str)]
    return Counter(int(found[1]) for page in pages if (found := _PAGE.match(page)))


def times_of_requests(members: Collection[int], since: dt.datetime) -> Iterable[tuple[int, dt.datetime]]:
    """When each of these members sent a request since then. One statement, none for nobody."""
    if not members:
        return []
    own = Participant.objects.filter(member__in=members, role=Participant.Role.REQUESTER)
    return own.filter(ticket__created_at__gte=since).values_list("member", "ticket__created_at")

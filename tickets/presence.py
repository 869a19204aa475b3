"""Who has a ticket open or writes in it right now. A convenience in Valkey, which may forget it at any time."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from accounts.models import Member

log = logging.getLogger(__name__)
SECONDS = 30  # three heartbeats of an open page


class Doing(TextChoices):
    """What somebody does in a ticket."""

    VIEWING = "viewing", _("viewing")
    REPLYING = "replying", _("replying")


@dataclass(frozen=True)
class Presence:
    """One person in one ticket."""

    member_id: int
    name: str
    doing: Doing


def note(ticket_id: int, member: Member, doing: Doing) -> None:
    """Remembers for SECONDS that `member` is in the ticket. Repeat it while the page is open; the last word counts."""
    until = int(time.time()) + SECONDS
    entry = f"{until} {doing.value} {member.get_short_name()}"
    try:
        with cache.client().pipeline(transaction=False) as pipe:  # type: ignore[attr-defined]
            pipe.hset(_key(ticket_id), str(member.pk), entry)
            pipe.expire(_key(ticket_id), SECONDS)
            pipe.execute()
    except RedisError as error:
        log.warning("presence.away", extra={"reason": str(error)})


def leave(ticket_id: int, member: Member) -> None:
    """Forgets that `member` was in the ticket."""
    try:
        cache.client().hdel(_key(ticket_id), str(member.pk))  # type: ignore[attr-defined]
    except RedisError as error:
        log.warning("presence.away", extra={"reason": str(error)})


def who(ticket_ids: Collection[int], *, besides: Member | None = None) -> Mapping[int, list[Presence]]:
    """Who is in which of the tickets, `besides` left out; those who write first. One round trip, no statement.

    Says nothing of tickets in which nobody is, and nothing at all while Valkey is away. The caller has made sure that
    its reader may see the tickets.
    """
    ids, now = list(ticket_ids), int(time.time())
    found: dict[int, list[Presence]] = defaultdict(list)
    for ticket_id, entries in zip(ids, _read(ids), strict=False):
        for member_id, entry in entries.items():
            until, doing, name = entry.decode().split(" ", 2)
            if int(until) > now and not (besides and int(member_id) == besides.pk):
                found[ticket_id].append(Presence(int(member_id), name, Doing(doing)))
    for present in found.values():
        present.sort(key=lambda one: (one.doing, one.name))
    return dict(found)


def _read(ticket_ids: list[int]) -> list[dict[bytes, bytes]]:
    if not ticket_ids:
        return []
    try:
        with cache.client().pipeline(transaction=False) as pipe:  # type: ignore[attr-defined]
            for ticket_id in ticket_ids:
                pipe.hgetall(_key(ticket_id))
            return list(pipe.execute())
    except RedisError as error:
        log.warning("presence.away", extra={"reason": str(error)})
        return []


def _key(ticket_id: int) -> Any:
    """The cache's own key, which carries the tenant."""
    return cache.make_key(f"presence:{ticket_id}")

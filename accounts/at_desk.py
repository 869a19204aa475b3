"""Who is at the desk: who opened one of its pages, or had one before them, in the last minutes. A trace in Valkey only.

Pages that stay open ask for news by themselves while somebody can see them, and leave a trace with that.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError

from accounts.models import Member

log = logging.getLogger(__name__)
SECONDS = 300  # long enough to read a ticket on a page that asks for nothing


def note_at_desk(member: Member) -> None:
    """Remembers for SECONDS that the member is at the desk."""
    try:
        with cache.client().pipeline(transaction=False) as pipe:  # type: ignore[attr-defined]
            pipe.zadd(_key(), {str(member.pk): time.time()})
            pipe.expire(_key(), SECONDS)
            pipe.execute()
    except RedisError as error:
        log.warning("at_desk.away", extra={"reason": str(error)})


def leave_desk(member: Member) -> None:
    """Forgets that the member was at the desk."""
    try:
        cache.client().zrem(_key(), str(member.pk))  # type: ignore[attr-defined]
    except RedisError as error:
        log.warning("at_desk.away", extra={"reason": str(error)})


def at_desk() -> frozenset[int] | None:
    """The people of the current tenant who are at the desk; None while Valkey is away and nobody can know."""
    try:
        found = cache.client().zrangebyscore(_key(), time.time() - SECONDS, "+inf")  # type: ignore[attr-defined]
    except RedisError as error:
        log.warning("at_desk.away", extra={"reason": str(error)})
        return None
    return frozenset(map(int, found))


def _key() -> Any:
    """The cache's own key, which carries the tenant."""
    return cache.make_key("at_desk")

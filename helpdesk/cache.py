"""The shared cache: keyed by tenant, and a convenience that may be away without taking a page with it."""

import logging
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

from helpdesk.tenancy import current_tenant_id_or_none

log = logging.getLogger(__name__)


def key_of_tenant(key: str, key_prefix: str, version: int) -> str:
    """Cache key that carries the current tenant, so that one tenant's limits and fragments are never another's."""
    return f"{key_prefix}:{version}:t{current_tenant_id_or_none() or 0}:{key}"


class _OneClient(RedisCacheClient):
    """Django's, which makes a new client for each call; making one costs as much as a word with Redis."""

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self._made

    @cached_property
    def _made(self) -> Any:
        return super().get_client(write=True)


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache, which answers like an empty one (and says so in the log) while Redis is away."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _OneClient

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._or_empty(lambda: super(ForgivingRedisCache, self).get(key, default, version), default)

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        self._or_empty(lambda: super(ForgivingRedisCache, self).set(key, value, *args, **kwargs), None)

    def add(self, key: str, value: Any, *args: Any, **kwargs: Any) -> bool:
        return self._or_empty(lambda: super(ForgivingRedisCache, self).add(key, value, *args, **kwargs), True)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """As Django's, but a key that is gone (Redis was emptied meanwhile) begins anew, for the default time."""
        try:
            return self._or_empty(lambda: super(ForgivingRedisCache, self).incr(key, delta, version), delta)
        except ValueError:
            self.set(key, delta, version=version)
            return delta

    def count_up(self, seconds: Mapping[str, int]) -> list[int]:
        """Adds one to each key, in one round trip; their new counts, in order. A key that is new lives for its seconds."""

        def count() -> list[int]:
            with self.client().pipeline(transaction=False) as pipe:
                for key, lifetime in seconds.items():
                    made = self.make_and_validate_key(key)
                    pipe.set(made, 0, nx=True, ex=lifetime)
                    pipe.incr(made)
                counted: list[int] = pipe.execute()[1::2]
            return counted

        counts: list[int] = self._or_empty(count, [1] * len(seconds))
        return counts

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._or_empty(lambda: super(ForgivingRedisCache, self).delete(key, version), False)

    def client(self) -> Any:
        """The connection to Redis itself, for what a cache has no word for; its keys come from `make_key`.

        Whoever uses it forgives a RedisError by itself.
        """
        return self._cache.get_client(None, write=True)

    def _or_empty(self, call: Callable[[], Any], empty: Any) -> Any:
        try:
            return call()
        except RedisError as error:
            log.warning("cache.away", extra={"reason": str(error)})
            return empty

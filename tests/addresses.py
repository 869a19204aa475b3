"""Every address of the product, by the names Django knows them under."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver


def names_of_tenants() -> set[str]:
    """The name of every address on a tenant's host, `namespace:name` where it has one; a nameless one by its route."""
    return set(_names(get_resolver(settings.ROOT_URLCONF).url_patterns, ""))


def names_of_platform() -> set[str]:
    """The same for the bare domain."""
    return set(_names(get_resolver(settings.PLATFORM_URLCONF).url_patterns, ""))


def _names(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _names(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name or pattern.pattern}"

"""The topics of requests by their paths, for those who lead people to one."""

from collections.abc import Iterator, Sequence

from tickets.models import Category
from tickets.queries import active_categories


def topic_paths() -> list[tuple[str, str]]:
    """Every topic that is offered: its path of short names, and its name with those above it."""
    return list(_paths(active_categories(), (), ()))


def _paths(
    branches: Sequence[Category], slugs: tuple[str, ...], names: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for category in branches:
        here, named = (*slugs, category.slug), (*names, category.name)
        yield "/".join(here), " › ".join(named)
        yield from _paths(category.branches, here, named)  # type: ignore[attr-defined]

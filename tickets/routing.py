"""Which team a request goes to: the line of the tenant that names most of it, else the team of its category."""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.memory import remembered
from accounts.models import Team
from tickets.models import Category, RoutingLine
from tickets.specific import Facts, most_specific_first, with_those_above


@dataclass(frozen=True)
class Lines:
    """All lines of the tenant, each with its team, and which category is part of which."""

    lines: tuple[RoutingLine, ...]
    parents: Mapping[int, int | None]

    def facts(self, category_id: int | None, *, locale: str, audience: str) -> Facts:
        """What a line may name of a request, what weighs most first."""
        return {
            "category_id": with_those_above(category_id, self.parents),
            "locale": language_of(locale),
            "audience": audience,
        }

    def fitting(self, category_id: int | None, *, locale: str, audience: str) -> list[RoutingLine]:
        """The lines that fit such a request, the one that applies first."""
        return most_specific_first(self.lines, self.facts(category_id, locale=locale, audience=audience))


def routed_team(category: Category | None, *, locale: str, audience: str) -> Team | None:
    """The team that a line sends such a request to; None where no line fits. Shared: to be read only."""
    key = category.pk if category else None
    found = remembered(routing_lines).fitting(key, locale=locale, audience=audience)
    return found[0].team if found else None


def routing_lines() -> Lines:
    """Every line of the current tenant."""
    lines = tuple(RoutingLine.objects.select_related("team").order_by("id"))
    parents = dict(Category.objects.values_list("pk", "parent_id")) if lines else {}
    return Lines(lines, parents)


def language_of(locale: str) -> str:
    """The language alone of a locale such as `ar-EG`."""
    return locale.split("-", maxsplit=1)[0].lower()

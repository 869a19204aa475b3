"""Words in braces that a macro fills in for one ticket: `{customer_name}`, `{ticket_number}`, the answers of its form."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tickets.models import Ticket

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
FIXED = ("customer_name", "ticket_number", "ticket_title", "agent_name", "tenant_name")


@dataclass(frozen=True)
class Filled:
    """A text with its placeholders filled in; those in `missing` still stand in it."""

    text: str
    missing: tuple[str, ...] = ()


def names_in(text: str) -> list[str]:
    """The placeholders of `text`, each once, in their order."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """`text` with what `values` know; a value that holds braces is not filled in again."""
    missing = [name for name in names_in(text) if not values.get(name)]
    return Filled(PLACEHOLDER.sub(lambda found: values.get(found[1]) or found[0], text), tuple(missing))


def unknown_names(text: str, keys: Collection[str]) -> list[str]:
    """The placeholders of `text` that are neither FIXED nor a short name of a question (`keys`)."""
    return [name for name in names_in(text) if name not in FIXED and name not in keys]


def unfilled_names(text: str, keys: Collection[str]) -> list[str]:
    """The placeholders that still stand in a `text` to send; other words in braces are somebody's own."""
    return [name for name in names_in(text) if name in FIXED or name in keys]


def values_for(
    ticket: Ticket, *, customer: str, agent: str, tenant: str, answers: Mapping[str, str]
) -> dict[str, str]:
    """What the placeholders stand for on this ticket. An answer never stands in for a FIXED name."""
    return {
        **answers,
        "customer_name": customer,
        "ticket_number": ticket.number,
        "ticket_title": ticket.subject,
        "agent_name": agent,
        "tenant_name": tenant,
    }

"""The desk: the queue and workspace agents live in, and the setup of categories, calendars and promises."""

from tickets.admin import (
    calendars,
    categories,
    dashboard_pages,
    macros,
    outbox,
    policies,
    prompts,
    routing,
    spam,
    steps,
    tags,
    ticket,
)

__all__ = [
    "calendars",
    "categories",
    "dashboard_pages",
    "macros",
    "outbox",
    "policies",
    "prompts",
    "routing",
    "spam",
    "steps",
    "tags",
    "ticket",
]

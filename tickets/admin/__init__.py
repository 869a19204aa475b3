"""The desk: the queue and workspace agents live in, and the setup of categories, calendars and promises."""

from tickets.admin import calendars, categories, macros, outbox, policies, prompts, spam, steps, tags, ticket

__all__ = [
    "calendars",
    "categories",
    "macros",
    "outbox",
    "policies",
    "prompts",
    "spam",
    "steps",
    "tags",
    "ticket",
]

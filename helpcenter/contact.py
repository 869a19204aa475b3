"""Where readers go on who are still stuck. What a topic and a request are, a higher floor knows; it registers itself here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from urllib.parse import urlencode

# Names every topic of requests by its path: [("payments/refund-late", "Payments › Refund late"), …].
topic_lists: list[Callable[[], list[tuple[str, str]]]] = []
# Counts the requests since a time that were begun from an article, by its id.
read_before_asking: list[Callable[[dt.datetime], dict[int, int]]] = []
# When each of these members sent a request since a time: [(member, time), …].
times_of_requests: list[Callable[[Collection[int], dt.datetime], Iterable[tuple[int, dt.datetime]]]] = []


def topics() -> list[tuple[str, str]]:
    """Every topic that a section may lead to, by path, as the tenant has them now."""
    return [topic for topics_now in topic_lists for topic in topics_now()]


def contact_url(path: str, article_id: int, page: str) -> str:
    """The address of the form that carries the topic, the article and its `page` along."""
    asked = urlencode({"article": article_id, "page": page})
    return f"/contact/{path}/?{asked}" if path else f"/contact/?{asked}"

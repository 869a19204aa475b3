"""Looks among the topics for what somebody typed: a word filters them, a sentence suggests some."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from helpdesk.typed_text import clean_line, without_overrides
from tickets.queries import topics_with_words
from tickets.topic_search import Found, filter_topics, suggest_topics
from tickets.views.topics import url_of

TYPED_LIMIT = 200  # characters; what is longer is cut


@dataclass(frozen=True)
class Looked:
    """What was typed, and the topics it leads to, as `partials/category_tree.html` shows them."""

    typed: str
    nodes: list[dict[str, Any]]
    is_suggestion: bool

    @property
    def count(self) -> int:
        """How many were found."""
        return len(self.nodes)


def look_for_topics(request: HttpRequest, *, query: str) -> Looked | None:
    """The topics for the words in the address (`?q=`); None without words. Each link ends with `query`."""
    typed = clean_line(request.GET.get("q", ""))[:TYPED_LIMIT]
    if not typed:
        return None
    roots = topics_with_words()
    found = filter_topics(roots, typed)
    is_suggestion = not found
    is_signed_in = request.user.is_authenticated
    nodes = _nodes(found or suggest_topics(roots, typed), is_signed_in=is_signed_in, query=query)
    return Looked(without_overrides(typed), nodes, is_suggestion)


def _nodes(found: Sequence[Found], *, is_signed_in: bool, query: str) -> list[dict[str, Any]]:
    return [
        {
            "name": one.category.name,
            "hint": " › ".join(category.name for category in one.trail[:-1]) or one.category.hint,
            "url": url_of([category.slug for category in one.trail]) + query,
            "locked": one.category.account_required and not is_signed_in,
        }
        for one in found
    ]

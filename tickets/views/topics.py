"""The tree of topics, as addresses and links."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.typed_text import key_in
from tickets.models import Category
from tickets.sla.policy import takes_feedback

OTHER = "something-else"


@dataclass(frozen=True)
class Topic:
    """What a request is about: a category with those above it, or none ("Something else")."""

    trail: tuple[Category, ...]
    url: str

    @property
    def category(self) -> Category | None:
        """The last of the trail."""
        return self.trail[-1] if self.trail else None

    @property
    def takes_feedback(self) -> bool:
        """Whether people write here what they think, and need no help."""
        return takes_feedback(self.category)

    @property
    def branches(self) -> Sequence[Category]:
        """The narrower topics; a topic without any is where a request is written."""
        return getattr(self.category, "branches", ())

    @property
    def crumbs(self) -> list[dict[str, str]]:
        """The way down to this topic, as `partials/breadcrumb.html` shows it; the last one is where we are."""
        slugs = [category.slug for category in self.trail]
        urls = [url_of(slugs[: depth + 1]) for depth in range(len(slugs) - 1)]
        return [{"label": name, "url": url} for name, url in zip(self.names, [*urls, ""], strict=True)]

    @property
    def names(self) -> list[str]:
        """From the root down."""
        return [category.name for category in self.trail] or [_("Something else")]


def topic_at(roots: Sequence[Category], path: str) -> Topic | None:
    """The topic whose short names make up `path` (`payments/refund-late`); None when one is missing."""
    slugs = tuple(path.split("/"))
    trail: list[Category] = []
    branches = roots
    for slug in slugs:
        found = next((category for category in branches if category.slug == slug), None)
        if found is None:
            return Topic((), url_of(slugs)) if slugs == (OTHER,) else None
        trail.append(found)
        branches = found.branches  # type: ignore[attr-defined]
    return Topic(tuple(trail), url_of(slugs))


def topic_links(
    branches: Sequence[Category], *, above: Sequence[Category] = (), is_signed_in: bool, query: str = ""
) -> list[dict[str, Any]]:
    """The topics as `partials/category_tree.html` shows them; at the root with "Something else" as the last.

    Each address ends with `query`.
    """
    slugs = tuple(category.slug for category in above)
    nodes = [_node(category, slugs, is_signed_in, query) for category in branches]
    if not above and all(category.slug != OTHER for category in branches):
        nodes.append(
            {
                "name": _("Something else"),
                "hint": _("Tell us in your own words."),
                "url": url_of((OTHER,)) + query,
            }
        )
    return nodes


def url_of(slugs: Sequence[str]) -> str:
    """The address of the topic at these short names."""
    return reverse("contact_category", args=["/".join(slugs)])


def _node(category: Category, above: Sequence[str], is_signed_in: bool, query: str) -> dict[str, Any]:
    slugs = (*above, category.slug)
    return {
        "name": category.name,
        "hint": category.hint,
        "url": url_of(slugs) + query,
        "locked": category.account_required and not is_signed_in,
        "children": [_node(branch, slugs, is_signed_in, query) for branch in category.branches],  # type: ignore[attr-defined]
    }


def url_of_category(roots: Sequence[Category], category_id: int | None) -> str:
    """The address of the category with this id; of "Something else" when it is no longer offered."""
    return topic_of_category(roots, category_id).url


def topic_of_category(roots: Sequence[Category], category_id: int | None) -> Topic:
    """The topic of the category with this id; "Something else" when it is no longer offered."""
    trail = _path_to(roots, category_id)
    if trail:
        return Topic(trail, url_of([category.slug for category in trail]))
    return Topic((), url_of((OTHER,)) if roots else reverse("contact"))


def topic_with_id(branches: Sequence[Category], category_id: str) -> Category | None:
    """The offered category that a button names by its id and under which a request is written; else None."""
    trail = _path_to(branches, key_in(category_id))
    return trail[-1] if trail and not trail[-1].branches else None  # type: ignore[attr-defined]


def _path_to(branches: Sequence[Category], category_id: int | None) -> tuple[Category, ...]:
    for category in branches:
        if category.pk == category_id:
            return (category,)
        below = _path_to(category.branches, category_id)  # type: ignore[attr-defined]
        if below:
            return (category, *below)
    return ()

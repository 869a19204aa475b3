"""What the queue can be narrowed by: how each filter stands in the address, what it asks for, and its words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from accounts.models.team import Tier
from helpdesk.locales import known_locale, told_name_of
from helpdesk.typed_text import key_in
from tickets.models import Category, Tag, TicketTag
from tickets.models.ticket import NEVER, Priority, Status
from tickets.queries import active_categories, desk_people

ME, NOBODY = "me", "none"
TAGS = 300  # offered in one box
DUE: dict[str, tuple[Any, dt.timedelta | None]] = {
    "late": (_("Late"), dt.timedelta()),
    "hour": (_("Within 1 hour"), dt.timedelta(hours=1)),
    "day": (_("Within 24 hours"), dt.timedelta(days=1)),
    "week": (_("Within 7 days"), dt.timedelta(days=7)),
    "none": (_("No clock runs"), None),
}
CREATED: dict[str, tuple[Any, int]] = {
    "day": (_("In the last 24 hours"), 1),
    "week": (_("In the last 7 days"), 7),
    "month": (_("In the last 30 days"), 30),
    "older": (_("More than 30 days ago"), -30),
}


@dataclass(frozen=True)
class Reader:
    """Who reads the list, and when."""

    member: Member
    now: dt.datetime


@dataclass(frozen=True)
class Filter:
    """One way to narrow the list.

    `read` turns the text of an address into a value ("" for nonsense), `condition` asks for it, `words` tell it, and
    `choices` are offered, asked of the database only when they are shown.
    """

    label: Any
    every: Any  # what stands in the box while the filter is not used
    read: Callable[[str], str]
    condition: Callable[[str, Reader], Q]
    words: Callable[[str], Any]
    choices: Callable[[], Iterable[tuple[str, Any]]]


def _among(pairs: Callable[[], Iterable[tuple[Any, Any]]], label: Any, every: Any, condition: Any) -> Filter:
    """A filter with choices that are known without asking."""

    def words(value: str) -> Any:
        return choices()[value]

    def choices() -> dict[str, Any]:
        return {str(value): told for value, told in pairs()}

    return Filter(
        label,
        every,
        read=lambda text: text if text in choices() else "",
        condition=condition,
        words=words,
        choices=lambda: choices().items(),
    )


def _due(value: str, reader: Reader) -> Q:
    span = DUE[value][1]
    return Q(attention_at=NEVER) if span is None else Q(attention_at__lt=reader.now + span)


def _created(value: str, reader: Reader) -> Q:
    days = CREATED[value][1]
    border = reader.now - dt.timedelta(days=abs(days))
    return Q(created_at__gte=border) if days > 0 else Q(created_at__lt=border)


def _key(text: str) -> str:
    """A row's key as it is written, whether there is such a row or not."""
    return text if key_in(text) else ""


def _assignee(value: str, reader: Reader) -> Q:
    if value == ME:
        return Q(assignee=reader.member)
    return Q(assignee=None) if value == NOBODY else Q(assignee=int(value))


def _assignee_words(value: str) -> Any:
    if value in {ME, NOBODY}:
        return _("Me") if value == ME else _("Nobody")
    return Member.objects.filter(pk=int(value)).first() or _("Somebody unknown")


def _assignees() -> Iterator[tuple[str, Any]]:
    yield from ((ME, _("Me")), (NOBODY, _("Nobody")))
    yield from ((str(person.pk), person) for person in desk_people())


def _category(value: str, _reader: Reader) -> Q:
    return Q(category__in=topics_below(value))


def topics_below(value: str) -> list[int]:
    """The topic of this key with all below it."""
    found = next((topic for topic, _depth in _topics() if str(topic.pk) == value), None)
    return [topic.pk for topic, _depth in _walk([found], 0)] if found else [int(value)]


def topic_choices() -> Iterator[tuple[str, str]]:
    """The topics offered as choices, those below another one behind it with a dash."""
    return ((str(topic.pk), f"{'— ' * depth}{topic.name}") for topic, depth in _topics())


def topic_names() -> dict[int, str]:
    """The name of each topic that is offered, by its key."""
    return {topic.pk: topic.name for topic, _depth in _topics()}


def _category_words(value: str) -> Any:
    return next((topic.name for topic, _depth in _topics() if str(topic.pk) == value), _("Unknown category"))


def _topics() -> list[tuple[Category, int]]:
    return list(_walk(active_categories(), 0))


def _walk(categories: Iterable[Category], depth: int) -> Iterator[tuple[Category, int]]:
    for category in categories:
        yield category, depth
        yield from _walk(category.branches, depth + 1)  # type: ignore[attr-defined]


def _languages() -> list[tuple[str, str]]:
    return [(code, told_name_of(code)) for code, _name in settings.LANGUAGES]


FILTERS: dict[str, Filter] = {
    "status": _among(
        lambda: Status.choices, _("Status"), _("Every open status"), lambda value, _reader: Q(status=value)
    ),
    "priority": _among(
        lambda: reversed(Priority.choices),
        _("Priority"),
        _("Every priority"),
        lambda value, _reader: Q(urgency=5 - int(value)),  # which an index knows
    ),
    "assignee": Filter(
        _("Assignee"),
        _("Every assignee"),
        read=lambda text: text if text in {ME, NOBODY} else _key(text),
        condition=_assignee,
        words=_assignee_words,
        choices=_assignees,
    ),
    "category": Filter(
        _("Category"),
        _("Every category"),
        read=_key,
        condition=_category,
        words=_category_words,
        choices=topic_choices,
    ),
    "tag": Filter(
        _("Tag"),
        _("Every tag"),
        read=_key,
        condition=lambda value, _reader: Q(pk__in=TicketTag.objects.filter(tag=int(value)).values("ticket")),
        words=lambda value: Tag.objects.filter(pk=int(value)).first() or _("Unknown tag"),
        choices=lambda: ((str(tag.pk), tag) for tag in Tag.objects.order_by("folded")[:TAGS]),
    ),
    "tier": _among(
        lambda: Tier.choices, _("Tier"), _("Every tier"), lambda value, _reader: Q(tier=int(value))
    ),
    "language": Filter(
        _("Language"),
        _("Every language"),
        read=lambda text: known_locale(text[:20]) or "",
        condition=lambda value, _reader: Q(locale=value),
        words=told_name_of,
        choices=_languages,
    ),
    "due": _among(
        lambda: ((value, told) for value, (told, _span) in DUE.items()), _("Due"), _("Due at any time"), _due
    ),
    "created": _among(
        lambda: ((value, told) for value, (told, _days) in CREATED.items()),
        _("Created"),
        _("Created at any time"),
        _created,
    ),
}
AT_HAND = ("status", "priority")  # the rest comes when it is asked for

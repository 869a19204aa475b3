"""What an export, an import and the API call things: by names that mean the same in another tenant's help center."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TypeVar

from django.db.models import QuerySet

from accounts.addresses import current_tenant
from helpcenter.models import Article, Picture, Section

Thing = TypeVar("Thing", Article, Section)

PICTURE_KEY = re.compile(r"\]\(picture:([a-z0-9-]+)\)")
LINK_NAME = re.compile(r"\]\(#([^)\s]+)\)")
_SECTION = "section-"


def name_of_article(article: Article) -> str:
    """`source_id` of an article that came from elsewhere; one written here is `<short name of the tenant>:<number>`."""
    return article.source_id or f"{current_tenant().slug}:{article.pk}"


def name_of_section(section: Section) -> tuple[str, str]:
    """The collection that the section came with, and its key there."""
    named = section.source_key or f"{current_tenant().slug}:{_SECTION}{section.pk}"
    collection, _colon, key = named.partition(":")
    return collection, key


def key_of_picture(picture_id: int | str) -> str:
    """What texts that leave the tenant show the picture as: `picture:<key>`."""
    return f"{current_tenant().slug}-{picture_id}"


def articles_named(names: Collection[str]) -> dict[str, Article]:
    """The articles of the tenant that have these names. Two statements."""
    own = _own(Article.objects.filter(source_id=""), names, "")
    return own | {article.source_id: article for article in Article.objects.filter(source_id__in=names)}


def sections_named(names: Collection[str]) -> dict[str, Section]:
    """The sections of the tenant that have these names (`<collection>:<key>`). Two statements."""
    own = _own(Section.objects.filter(source_key=""), names, _SECTION)
    return own | {section.source_key: section for section in Section.objects.filter(source_key__in=names)}


def pictures_named(keys: Collection[str]) -> dict[str, int]:
    """The ids of the tenant's pictures that have these keys. One statement, none without a key of ours."""
    start = key_of_picture("")
    numbers = {key: _number(key.removeprefix(start)) for key in keys if key.startswith(start)}
    asked = {number for number in numbers.values() if number}
    there = set(Picture.objects.filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()
    return {key: number for key, number in numbers.items() if number in there}


def is_own_name(name: str) -> bool:
    """Whether only something made here can have this name."""
    return bool(_number(name.removeprefix(f"{current_tenant().slug}:")))


def targets_in(body: str, source: str) -> set[str]:
    """The names that the links of a text may mean, whose collection is `source`."""
    return {name for link in LINK_NAME.findall(body) for name, _place in _meant(link, source)}


def linked(body: str, source: str, articles: dict[str, Article]) -> str:
    """The text with its links `#name` leading to these articles; one that is none of their names stays as it is."""

    def lead(found: re.Match[str]) -> str:
        for name, place in _meant(found[1], source):
            if name in articles:
                return f"](article:{articles[name].pk}{place})"
        return f"](#{found[1]})"

    return LINK_NAME.sub(lead, body)


def _meant(link: str, source: str) -> list[tuple[str, str]]:
    """Each name that a link may be, and the place in that article: names may have a # in them."""
    whole = [(f"{source}:{link}", ""), (link, "")]
    name, _hash, place = link.rpartition("#")
    return [*whole, (f"{source}:{name}", f"#{place}"), (name, f"#{place}")] if name else whole


def _own(things: QuerySet[Thing], names: Iterable[str], before: str) -> dict[str, Thing]:
    start = f"{current_tenant().slug}:{before}"
    numbers = {name: _number(name.removeprefix(start)) for name in names if name.startswith(start)}
    found = {name: number for name, number in numbers.items() if number}
    by_id = things.in_bulk(list(found.values()))
    return {name: by_id[pk] for name, pk in found.items() if pk in by_id}


def _number(text: str) -> int:
    """The key of a row; 0 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0

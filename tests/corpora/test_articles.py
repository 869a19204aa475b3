"""Known articles are found: the developer's part of the collection, each kind of question and each language."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from helpcenter.actions.importing import import_rows
from helpcenter.importing import BadLine, PictureRow, Row, read_rows
from helpcenter.queries import help_settings, reading_order
from helpcenter.rules import EVERYBODY
from helpcenter.search import search_articles
from tests.corpora.folder import corpus
from tests.factories.cast import House

# At least this share of the questions finds its article among the first five.
GOALS = {
    "title": 0.99,
    "words": 0.97,
    "inflected": 0.95,
    "typo": 0.95,
    "prefix": 0.97,
    "nodiacritic": 0.97,
    "substring": 0.97,
    "complaint": 0.75,
}
EVERY_LANGUAGE = 0.92
FEW = 30  # fewer questions say nothing about a language
SOURCES = ("gnome", "libreoffice", "insights", "projectops")


@cache
def every_row(path: Path) -> list[Row | PictureRow | BadLine]:
    return list(read_rows(path))


def load(source: str) -> list[Row]:
    read = every_row(corpus("helpcenter", "articles.jsonl.gz"))
    assert [line for line in read if isinstance(line, BadLine)] == []
    return [row for row in read if isinstance(row, Row) and row.source == source]


def questions(source: str) -> list[dict[str, Any]]:
    told = json.loads(corpus("helpcenter", "queries.json").read_text(encoding="utf-8"))
    return [question for question in told if question["tenant"] == source]


def is_found(question: dict[str, Any]) -> bool:
    order = reading_order(question["locale"], help_settings())
    hits = search_articles(question["query"], locales=order, reach=EVERYBODY, limit=5)
    return any(hit.translation.article.source_id in question["relevant"] for hit in hits)


def test_every_line_is_read() -> None:
    with gzip.open(corpus("helpcenter", "articles.jsonl.gz")) as lines:
        total = sum(1 for line in lines if line.strip())

    rows = [row for source in SOURCES for row in load(source)]

    assert len(rows) == total


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("source", "sample"),
    [
        pytest.param("projectops", 150, id="sample"),
        *(pytest.param(source, 6000, id=source, marks=pytest.mark.proof) for source in SOURCES),
    ],
)
def test_known_articles_are_found(house: House, source: str, sample: int) -> None:
    rows = load(source)
    assert import_rows(rows).counts["new"] == len(rows)
    asked = questions(source)
    random.Random(7).shuffle(asked)

    total, found = Counter[str](), Counter[str]()
    for question in asked[:sample]:
        is_hit = is_found(question)
        keys = [question["kind"]] + ([question["locale"]] if question["kind"] != "title" else [])
        for key in keys:
            total[key] += 1
            found[key] += is_hit

    shares = {key: found[key] / count for key, count in total.items() if count >= FEW}
    low = {key: share for key, share in shares.items() if share < GOALS.get(key, EVERY_LANGUAGE)}
    assert low == {}

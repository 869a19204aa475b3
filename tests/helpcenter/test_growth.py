"""A search reads its own tenant's part of the index, however many tenants stand beside it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from statistics import quantiles

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Tenant
from helpcenter.actions.importing import import_rows
from helpcenter.rules import EVERYBODY
from helpcenter.search import search_articles
from helpdesk.tenancy import tenant_scope
from helpdesk.walls.owner import as_owner
from tests.corpora.test_articles import load, questions
from tests.emptied import empty_tables
from tests.factories.cast import House, make_house
from tests.settled import settle

TENANTS = int(os.environ.get("GROWTH_TENANTS", "20"))
COPIES = 7  # of the 152 English articles of two collections: a thousand in each tenant
SOURCES, QUESTIONS = ("gnome", "libreoffice"), 60
PAGES_RATIO = 1.3  # twenty times the rows make an index a page higher
TEXTS = """INSERT INTO helpcenter_translation (tenant_id, article_id, locale, title, summary, keywords, body, html, headings,
    state, latest, lag, updated_at)
  SELECT a.tenant_id, a.id, 'x' || n, 't', '', '', '', '', '[]', 'draft', 0, 0, now()
  FROM (SELECT DISTINCT ON (tenant_id) * FROM helpcenter_article WHERE tenant_id = ANY (%s)) a, generate_series(1, %s) n"""
DOCUMENTS = """INSERT INTO helpcenter_searchdocument (tenant_id, translation_id, article_id, scope, visibility, title, words,
    length, text, analysis, vector)
  SELECT t.tenant_id, t.id, t.article_id, t.tenant_id || ':en', 0, d.title, '{}', d.length, '', d.analysis, d.vector
  FROM helpcenter_translation t JOIN (SELECT *, row_number() OVER (ORDER BY translation_id) AS n
    FROM helpcenter_searchdocument WHERE scope = %s) d ON d.n = (substr(t.locale, 2)::int - 1) %% %s + 1
  WHERE t.tenant_id = ANY (%s) AND t.locale ~ '^x[0-9]'"""


@pytest.fixture
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """A tenant with a thousand English articles, committed."""
    with django_db_blocker.unblock():
        house = make_house("grows")
        with tenant_scope(house.tenant.pk):
            import_rows([row for source in SOURCES for row in load(source) if row.locale == "en"])
        with as_owner(), connection.cursor() as cursor:
            scope = f"{house.tenant.pk}:en"
            cursor.execute("SELECT count(*) FROM helpcenter_searchdocument WHERE scope = %s", [scope])
            texts = cursor.fetchone()[0]
            cursor.execute(TEXTS, [[house.tenant.pk], texts * (COPIES - 1)])
            cursor.execute(DOCUMENTS, [scope, texts, [house.tenant.pk]])
            for table in ("searchword", "searchstem"):
                cursor.execute(
                    f"UPDATE helpcenter_{table} SET documents = documents * %s WHERE scope = %s",
                    [COPIES, scope],
                )
        yield house
        empty_tables()


@pytest.mark.proof
@pytest.mark.timeout(3000)
def test_a_search_reads_the_same_beside_other_tenants(
    house: House, django_db_blocker: DjangoDbBlocker
) -> None:
    asked = [question["query"] for source in SOURCES for question in english(source)][:QUESTIONS]

    settle()
    alone = measure(house, asked)
    neighbours(house)
    settle()
    beside = measure(house, asked)

    print(f"\npages, p50 ms, p95 ms: alone {alone}, beside {TENANTS - 1} others {beside}")
    assert alone[0] > 0
    assert beside[0] <= alone[0] * PAGES_RATIO


def english(source: str) -> list[dict[str, str]]:
    """Words, typos and sentences: the questions that read most."""
    kinds = {"words", "typo", "inflected", "complaint"}
    return [one for one in questions(source) if one["locale"] == "en" and one["kind"] in kinds]


def measure(house: House, asked: list[str]) -> tuple[int, int, int]:
    """Pages of the database that the questions touch as the application role, median and 95th percentile in ms."""
    pages, times = 0, []
    with tenant_scope(house.tenant.pk):
        for question in asked:
            search_articles(question, locales=["en"], reach=EVERYBODY)
            begun = time.perf_counter()
            with CaptureQueriesContext(connection) as ran:
                search_articles(question, locales=["en"], reach=EVERYBODY)
            times.append((time.perf_counter() - begun) * 1000)
            pages += sum(pages_of(query["sql"]) for query in ran.captured_queries if "door." in query["sql"])
    steps = quantiles(times, n=20)
    return pages, round(steps[9]), round(steps[18])


def pages_of(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement.replace('%', '%%')}", [])
        plan = cursor.fetchone()[0]
    top = (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]
    return int(top["Shared Hit Blocks"] + top["Shared Read Blocks"])


def neighbours(house: House) -> None:
    """As many other tenants, each with the same thousand articles."""
    made = Tenant.objects.bulk_create(
        Tenant(slug=f"n-{number}", name=f"N {number}") for number in range(TENANTS - 1)
    )
    ids = [tenant.pk for tenant in made]
    scope = f"{house.tenant.pk}:en"
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT count(*) FROM helpcenter_searchdocument WHERE scope = %s", [scope])
        texts = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO helpcenter_section (tenant_id, position, contact_path, source_key)"
            " SELECT unnest(%s::bigint[]), 0, '', ''",
            [ids],
        )
        cursor.execute(
            "INSERT INTO helpcenter_article (tenant_id, section_id, position, visibility, source_locale, is_featured,"
            " contact_path, source_id, created_at) SELECT tenant_id, id, 0, 0, 'en', false, '', '', now()"
            " FROM helpcenter_section WHERE tenant_id = ANY (%s)",
            [ids],
        )
        cursor.execute(TEXTS, [ids, texts])
        cursor.execute(DOCUMENTS, [scope, texts, ids])
        cursor.execute(
            "INSERT INTO helpcenter_searchword (tenant_id, scope, word, first, length, stems, documents)"
            " SELECT i, i || ':en', word, first, length, stems, documents FROM helpcenter_searchword,"
            " unnest(%s::bigint[]) i WHERE scope = %s",
            [ids, scope],
        )
        cursor.execute(
            "INSERT INTO helpcenter_searchstem (tenant_id, scope, stem, documents)"
            " SELECT i, i || ':en', stem, documents FROM helpcenter_searchstem, unnest(%s::bigint[]) i WHERE scope = %s",
            [ids, scope],
        )

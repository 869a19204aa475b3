"""What is published becomes findable, and what no longer is stops being so, in the same transaction."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from helpcenter.markdown import plain_text
from helpcenter.models import SearchDocument, State, Translation
from helpdesk.search.analysis import WORD_BYTES
from helpdesk.search.terms import VERSION, phrase_of, terms_of
from helpdesk.tenancy import current_tenant_id

PLACES_LIMIT = 60  # of one stem in one text; more say nothing more
POSITION_LIMIT = 16_000  # PostgreSQL keeps no higher ones
TEXT_LIMIT = 100_000  # characters of a text that are found
ALL_DOCUMENTS, ALL_WORDS = "", " "  # "stems" that count the texts of a scope and their words

_ADD_WORDS = """
    INSERT INTO helpcenter_searchword AS k (tenant_id, scope, word, first, length, stems, documents)
    SELECT %(tenant)s, %(scope)s, w, left(w, 1), length(w), string_to_array(s, ' '), n
    FROM unnest(%(words)s::text[], %(stems)s::text[], %(counts)s::int[]) AS a(w, s, n)
    ON CONFLICT (tenant_id, scope, word) DO UPDATE
      SET documents = k.documents + excluded.documents, stems = excluded.stems
"""
_ADD_STEMS = """
    INSERT INTO helpcenter_searchstem AS k (tenant_id, scope, stem, documents)
    SELECT %(tenant)s, %(scope)s, w, n FROM unnest(%(words)s::text[], %(counts)s::int[]) AS a(w, n)
    ON CONFLICT (tenant_id, scope, stem) DO UPDATE SET documents = k.documents + excluded.documents
"""
_TAKE = """
    UPDATE helpcenter_search{kind} k SET documents = greatest(k.documents - a.n, 0)
    FROM unnest(%(words)s::text[], %(counts)s::int[]) AS a(w, n)
    WHERE k.tenant_id = %(tenant)s AND k.scope = %(scope)s AND k.{kind} = a.w
"""
_FORGET = """
    DELETE FROM helpcenter_search{kind}
    WHERE tenant_id = %(tenant)s AND scope = %(scope)s AND {kind} = ANY(%(words)s) AND documents = 0
"""
_STORE = """
    INSERT INTO helpcenter_searchdocument
      (tenant_id, translation_id, article_id, scope, visibility, audience_id, title, words, length, text, analysis, vector)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::tsvector)
"""
_COUNTED = "SELECT scope, words, tsvector_to_array(vector), length FROM helpcenter_searchdocument WHERE tenant_id = %s AND translation_id = ANY(%s)"


@dataclass
class Analysed:
    """A text taken apart: its words, each with its stems, and where its stems stand."""

    words: dict[str, tuple[str, ...]]
    places: dict[str, list[str]]
    length: int
    title: str
    text: str

    @property
    def vector(self) -> str:
        """As PostgreSQL reads a tsvector: 'stem':1A,5D."""
        return " ".join(f"'{stem}':{','.join(places)}" for stem, places in self.places.items())


def index_translations(translations: Sequence[Translation]) -> None:
    """Makes these texts findable as they are now, or not at all where they are not published.

    For a scope at a time the caller holds the lock of the tenant's HelpSettings row; `article` is loaded on each.
    """
    _forget_documents([translation.pk for translation in translations])
    found = [translation for translation in translations if translation.state == State.PUBLISHED]
    analysed = {translation.pk: analyse(translation) for translation in found}
    with connection.cursor() as cursor:
        cursor.executemany(_STORE, [_row(text, analysed[text.pk]) for text in found])
    by_scope: dict[str, list[Analysed]] = defaultdict(list)
    for translation in found:
        by_scope[scope_of(translation.locale)].append(analysed[translation.pk])
    for scope, texts in by_scope.items():
        _add(scope, texts)


def analyse(translation: Translation) -> Analysed:
    """Title (A), summary, other words and headings (B) and text (D) of a translation as the search sees them."""
    text = unicodedata.normalize("NFC", plain_text(translation.html))[:TEXT_LIMIT]
    headings = " \n".join(heading["text"] for heading in translation.headings)
    parts = (
        ("A", translation.title),
        ("B", f"{translation.summary}\n{translation.keywords}\n{headings}"),
        ("D", text),
    )
    words: dict[str, tuple[str, ...]] = {}
    places: dict[str, list[str]] = defaultdict(list)
    position = 0
    for field, part in parts:
        for term in terms_of(unicodedata.normalize("NFC", part), translation.locale):
            position += 1
            if not term.is_gram:
                words[term.word] = term.stems
            for stem in term.stems:
                if len(places[stem]) < PLACES_LIMIT and len(stem.encode()) <= 4 * WORD_BYTES:
                    places[stem].append(f"{min(position, POSITION_LIMIT)}{field}")
    title = phrase_of(unicodedata.normalize("NFC", translation.title))[:400]
    return Analysed(words, dict(places), position, title, text)


def scope_of(locale: str) -> str:
    """The leading column of the index: the current tenant and the language."""
    return f"{current_tenant_id()}:{locale}"


def _row(translation: Translation, text: Analysed) -> list[Any]:
    return [
        current_tenant_id(),
        translation.pk,
        translation.article_id,
        scope_of(translation.locale),
        translation.article.visibility,
        translation.article.audience_id,
        text.title,
        list(text.words),
        text.length,
        text.text,
        VERSION,
        text.vector,
    ]


def _forget_documents(translation_ids: Iterable[int]) -> None:
    ids = list(translation_ids)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [current_tenant_id(), ids])
        rows = cursor.fetchall()
    if not rows:
        return
    SearchDocument.objects.filter(translation__in=ids).delete()
    for scope in {row[0] for row in rows}:
        own = [row for row in rows if row[0] == scope]
        stems: dict[str, int] = dict(Counter(stem for row in own for stem in row[2]))
        stems |= {ALL_DOCUMENTS: len(own), ALL_WORDS: sum(row[3] for row in own)}
        _take(scope, Counter(word for row in own for word in row[1]), stems)


def _add(scope: str, texts: Sequence[Analysed]) -> None:
    stems_of = {word: stems for text in texts for word, stems in text.words.items()}
    words = Counter(word for text in texts for word in text.words)
    ordered = sorted(words)  # everybody locks rows in the same order
    with connection.cursor() as cursor:
        told: dict[str, Any] = {
            "stems": [" ".join(stems_of[word]) for word in ordered],
            "counts": [words[word] for word in ordered],
        }
        cursor.execute(_ADD_WORDS, {**_here(scope), "words": ordered, **told})
        cursor.execute(_ADD_STEMS, {**_here(scope), **_stem_counts(texts)})


def _take(scope: str, words: Counter[str], stems: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        for kind, counts in (("word", words), ("stem", stems)):
            ordered = sorted(counts)
            told = {**_here(scope), "words": ordered, "counts": [counts[word] for word in ordered]}
            cursor.execute(_TAKE.format(kind=kind), told)
            cursor.execute(_FORGET.format(kind=kind), told)


def _stem_counts(texts: Sequence[Analysed]) -> dict[str, Any]:
    counts: dict[str, int] = dict(Counter(stem for text in texts for stem in text.places))
    counts |= {ALL_DOCUMENTS: len(texts), ALL_WORDS: sum(text.length for text in texts)}
    ordered = sorted(counts)
    return {"words": list(ordered), "counts": [counts[stem] for stem in ordered]}


def _here(scope: str) -> dict[str, Any]:
    return {"tenant": current_tenant_id(), "scope": scope}

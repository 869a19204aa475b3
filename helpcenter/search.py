"""Finds articles as people ask: in their language first, in the next one where an article has no other text."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.memory import remembered
from helpcenter.indexing import ALL_DOCUMENTS, ALL_WORDS
from helpcenter.models import Synonyms, Translation
from helpcenter.ranking import Asked, Candidate, Scope, ranked
from helpcenter.rules import Reach
from helpcenter.snippets import Piece, snippet_of
from helpdesk.prepared import AnyOf, prepared
from helpdesk.search.terms import Term, phrase_of, terms_of

QUERY_LIMIT = 200  # characters; the page says when it cut a longer one
TERMS_LIMIT = 24
GRAMS_LIMIT = 60
STEMS_LIMIT = 120
CANDIDATES = 80
CLOSE_TO_BEST = 0.2  # what answers much worse than the best only takes time to read
FEW = 3  # below so many hits another language helps out
COMMON_SHARE = 0.25  # a stem in more texts than this picks no candidates while rarer ones do
COMMON_FLOOR = 20  # in so few texts every stem may
PREFIX, SYNONYM = 0.8, 0.7
ALIKE = {1: 0.85, 2: 0.6}


@dataclass(frozen=True)
class Hit:
    """One found article in one language, and the stems it was found by."""

    translation: Translation
    score: float
    stems: frozenset[str]

    @property
    def title(self) -> list[Piece]:
        """The title in pieces, those marked that were asked for."""
        return snippet_of(self.translation.title, self.translation.locale, self.stems, size=None)

    @property
    def snippet(self) -> list[Piece]:
        """The part of the text that shows why it was found."""
        return snippet_of(self.translation.search_document.text, self.translation.locale, self.stems)


@dataclass
class _Question:
    """What was asked, in one language."""

    phrase: str
    words: list[Asked] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)  # single letters of scripts whose words are pairs

    @property
    def stems(self) -> list[str]:
        return list(dict.fromkeys(stem for word in self.words for stem in word.stems))[:STEMS_LIMIT]


def search_articles(
    asked: str,
    *,
    locales: Sequence[str],
    reach: Reach,
    limit: int = 10,
    section_ids: Sequence[int] | None = None,
) -> list[Hit]:
    """The articles that answer `asked`, best first: those in the first of `locales`, then the others' where few are.

    Only what a reader may see who reaches so far. Costs four statements, two more for each language that
    has to help out; the number of hits costs none. Nothing in `asked` is syntax, whatever it holds.
    """
    text = unicodedata.normalize("NFC", asked.replace("\x00", " ")[:QUERY_LIMIT])
    synonyms = _synonyms(locales)
    found: list[tuple[Candidate, float, _Question]] = []
    for place, locale in enumerate(locales):
        unless = locales[0] if place and found else ""
        seen = {candidate.article_id for candidate, _score, _question in found}
        found.extend(
            hit
            for hit in _in_language(text, locale, synonyms.get(locale, []), reach, unless)
            if hit[0].article_id not in seen
        )
        if len(found) >= FEW:
            break
    return _loaded(found, limit)


def fitting_articles(
    asked: str, *, locales: Sequence[str], reach: Reach, limit: int, share: float = CLOSE_TO_BEST
) -> list[Translation]:
    """The articles that answer `asked` nearly as well as the best one does: at least this share of its score.

    Costs as `search_articles`.
    """
    hits = search_articles(asked, locales=locales, reach=reach, limit=limit)
    return [hit.translation for hit in hits if hit.score >= hits[0].score * share]


def _in_language(
    text: str, locale: str, synonyms: list[list[str]], reach: Reach, unless: str
) -> list[tuple[Candidate, float, _Question]]:
    terms = _capped(list(terms_of(text, locale)))
    if not terms:
        return []
    question, scope = _understood(text, locale, terms, synonyms)
    if not scope.documents or not (question.words or question.begun):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM door.help_articles(%s, %s::text[], %s::text[], %s::text[], %s, %s, %s, %s)",
            [locale, _telling(question, scope), question.stems, question.begun, unless, *reach, CANDIDATES],
        )
        rows = cursor.fetchall()
    candidates = [
        Candidate(translation, article, title, length, _hits(told, question.begun))
        for translation, article, title, length, told in rows
    ]
    return [
        (candidate, score, question)
        for candidate, score in ranked(candidates, question.words, scope, phrase=question.phrase)
    ]


def _capped(terms: list[Term]) -> list[Term]:
    words = [term for term in terms if not term.is_gram][:TERMS_LIMIT]
    grams = [term for term in terms if term.is_gram][:GRAMS_LIMIT]
    return sorted([*words, *grams], key=lambda term: term.start)


def _understood(
    text: str, locale: str, terms: list[Term], synonyms: list[list[str]]
) -> tuple[_Question, Scope]:
    """The question as stems of the scope: each word's own, those it may be the beginning of, those it may be a typo of."""
    words = [term for term in terms if not term.is_gram]
    last = terms[-1]
    is_open = not last.is_gram and text[last.end :].strip() == "" and not text.endswith(" ")
    meant = _with_synonyms(terms, locale, synonyms)
    more = list(dict.fromkeys(stem for stems in meant for stem in stems))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM door.help_terms(%s, %s::text[], %s::text[], %s::text[], %s)",
            [
                locale,
                [term.word for term in words],
                [term.stems[0] for term in words],
                more,
                last.word if is_open else "",
            ],
        )
        rows = cursor.fetchall()
    holding = {word: documents for asked, word, _stems, documents, _distance in rows if asked is None}
    documents, all_words = holding.pop(ALL_DOCUMENTS, 0), holding.pop(ALL_WORDS, 0)
    scope = Scope(documents, all_words / max(documents, 1), holding)
    question = _Question(phrase_of(text))
    for term, stems in zip(terms, meant, strict=True):
        readings = dict(stems)
        for asked, _word, others, _documents, distance in rows:
            if asked == term.word and others and not term.is_gram:
                sure = 1.0 if distance == 0 else PREFIX if distance < 0 else ALIKE[distance]
                for stem in others:
                    readings[stem] = max(readings.get(stem, 0.0), sure)
        if term.is_gram and len(term.word) == 1:
            question.begun.append(term.word)
        known = {stem: sure for stem, sure in readings.items() if holding.get(stem)}
        question.words.append(Asked(known or readings))
    return question, scope


def _with_synonyms(terms: list[Term], locale: str, groups: list[list[str]]) -> list[dict[str, float]]:
    """For each term its stems, and those of the words that mean the same."""
    meant = [dict.fromkeys(term.stems, 1.0) for term in terms]
    main = [term.stems[0] for term in terms]
    for group in groups:
        lines = [[term.stems[0] for term in terms_of(line, locale)] for line in group]
        for line in lines:
            for start in range(len(main) - len(line) + 1):
                if not line or main[start : start + len(line)] != line:
                    continue
                for stem in {stem for other in lines if other != line for stem in other}:
                    for place in range(start, start + len(line)):
                        meant[place].setdefault(stem, SYNONYM)
    return meant


def _telling(question: _Question, scope: Scope) -> list[str]:
    """The stems that pick candidates: not the ones that stand everywhere, as long as others are left."""
    stems = [stem for stem in question.stems if scope.holding.get(stem)]
    limit = max(COMMON_FLOOR, scope.documents * COMMON_SHARE)
    rare = [stem for stem in stems if scope.holding[stem] <= limit]
    return rare or stems


def _hits(told: Any, begun: Sequence[str]) -> dict[str, str]:
    """The fields of each stem; what begins with a single letter that was asked counts as that letter."""
    hits: dict[str, str] = json.loads(told) if isinstance(told, str) else dict(told or {})
    for letter in begun:
        hits[letter] = "".join(fields for stem, fields in hits.items() if stem.startswith(letter))
    return hits


def _synonyms(locales: Sequence[str]) -> dict[str, list[list[str]]]:
    return {locale: groups for locale, groups in remembered(_all_synonyms).items() if locale in locales}


def _all_synonyms() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for locale, words in Synonyms.objects.values_list("locale", "words"):
        lines = [line.strip() for line in words.splitlines() if line.strip()]
        found.setdefault(locale, []).append(lines)
    return found


def _loaded(found: list[tuple[Candidate, float, _Question]], limit: int) -> list[Hit]:
    shown = found[:limit]
    if not shown:
        return []
    found_texts = _texts(ids=[candidate.translation_id for candidate, _score, _question in shown])
    texts = {text.pk: text for text in found_texts}
    return [
        Hit(texts[candidate.translation_id], score, frozenset(question.stems))
        for candidate, score, question in shown
        if candidate.translation_id in texts  # else archived since
    ]


@prepared
def _texts(ids: Any) -> QuerySet[Translation]:
    found = Translation.objects.filter(AnyOf("pk", ids)).select_related("article", "search_document")
    return found.defer("body", "html", "headings", "search_document__words", "search_document__vector")

"""How well a text answers a question: BM25F over its fields, the share of the question it covers, and its title. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FIELD_WEIGHTS = {"A": 8.0, "B": 3.0, "C": 1.0, "D": 1.0}  # title; summary, keywords and headings; text
K1, B = 1.2, 0.4
COVERED_BASE = 0.4  # what a text keeps of its score that holds one rare word of many
EXACT_TITLE, TITLE_BEGINS, TITLE_HOLDS = 1.5, 0.5, 0.2  # of the best score, added


@dataclass(frozen=True)
class Asked:
    """One word of a question: the stems that answer it, each with how surely it is meant (1 at most)."""

    stems: Mapping[str, float]


@dataclass(frozen=True)
class Candidate:
    """A text that holds some of the stems: `hits` gives the fields of each place, like "ADD"."""

    translation_id: int
    article_id: int
    title: str
    length: int
    hits: Mapping[str, str]


@dataclass(frozen=True)
class Scope:
    """The texts of one language: how many, how long on average, and in how many of them each stem stands."""

    documents: int
    average_length: float
    holding: Mapping[str, int]

    def rarity(self, stem: str) -> float:
        """The inverse document frequency of BM25."""
        held = min(self.holding.get(stem, 0), self.documents)
        return math.log(1 + (self.documents - held + 0.5) / (held + 0.5))


def ranked(
    candidates: Sequence[Candidate], question: Sequence[Asked], scope: Scope, *, phrase: str
) -> list[tuple[Candidate, float]]:
    """The candidates with their scores, best first. `phrase` is the question as `phrase_of` gives it."""
    weights = [_weight(asked, scope) for asked in question]
    scored = [(candidate, _score(candidate, question, weights, scope)) for candidate in candidates]
    best = max((score for _candidate, score in scored), default=0.0)
    boosted = [
        (candidate, score + best * title_boost(candidate.title, phrase)) for candidate, score in scored
    ]
    return sorted(boosted, key=lambda pair: (-pair[1], pair[0].article_id))


def title_boost(title: str, phrase: str) -> float:
    """What a title adds that is the question, begins with it or holds it."""
    if not phrase:
        return 0.0
    if title == phrase:
        return EXACT_TITLE
    if title.startswith(phrase):
        return TITLE_BEGINS
    return TITLE_HOLDS if phrase in title else 0.0


def _weight(asked: Asked, scope: Scope) -> float:
    """How much this word tells: of its readings the commonest that is there, because a rare misreading tells nothing."""
    known = [scope.rarity(stem) for stem in asked.stems if scope.holding.get(stem)]
    return min(known) if known else scope.rarity("")


def _score(candidate: Candidate, question: Sequence[Asked], weights: Sequence[float], scope: Scope) -> float:
    norm = 1 - B + B * candidate.length / max(scope.average_length, 1)
    score, covered = 0.0, 0.0
    for asked, weight in zip(question, weights, strict=True):
        value, sureness = 0.0, 0.0
        for stem, sure in asked.stems.items():
            fields = candidate.hits.get(stem)
            if not fields:
                continue
            frequency = sum(FIELD_WEIGHTS[field] for field in fields) / norm
            gained = sure * scope.rarity(stem) * frequency * (K1 + 1) / (frequency + K1)
            value, sureness = max(value, gained), max(sureness, sure)
        score += value
        covered += weight * sureness
    total = sum(weights) or 1.0
    return score * (COVERED_BASE + (1 - COVERED_BASE) * covered / total)

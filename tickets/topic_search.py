"""Finds topics by what people call them: their names, and the words and sentences that the tenant wrote for them.

Looks at nothing else, above all not at anybody's tickets. The language of the page counts full, every other one half.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from helpdesk.likeness import likeness, words_of
from tickets.models import Category, CategoryTranslation

FOUND_LIMIT = 20
SUGGESTED_LIMIT = 3
QUERY_LIMIT = 400  # characters of what was typed that are looked at
WORDS_LIMIT = 24
OTHER_LANGUAGE = 0.5
NAME, SYNONYM, EXAMPLE, HINT, ABOVE = 4.0, 3.0, 1.5, 1.0, 0.5
WORTH_SAYING = 1.5  # below this a suggestion rests on a word by chance
CLOSE_TO_BEST = 0.45

# Words that stand in every sentence and tell nothing of its subject.
FILLERS = frozenset(
    words_of(
        """
        a about after again all also am an and any are as at be because been before but by can cannot could did do does
        doesn don for from get got had has have hello help hi how i if in into is isn it its just me my need no not now
        of on or our out please problem question so some something still t tell than thank thanks that the their them
        then there they this to too try trying up us very want was we well were what when where which who why will with
        won work working works would you your issue since s m ve re
        في من على الى عن مع هذا هذه ذلك التي الذي ما لا لم لن هل كيف متى اين لماذا انا نحن هو هي كان قد كل بعد قبل عند ان او
        ثم لكن مشكلة سؤال اريد احتاج شكرا مرحبا لي لدي عندي يمكن يمكنني ارجو منذ يعمل تعمل
        """
    )
)


@dataclass(frozen=True)
class Found:
    """A topic with those above it, root first."""

    trail: tuple[Category, ...]
    score: float

    @property
    def category(self) -> Category:
        """The topic itself."""
        return self.trail[-1]


def filter_topics(roots: Sequence[Category], typed: str) -> list[Found]:
    """The topics of every level that all words of `typed` lead to, best first; no words find nothing.

    The last word may be unfinished. `roots` as `queries.topics_with_words` gives them.
    """
    typed_words = words_of(typed[:QUERY_LIMIT])
    wanted = ([word for word in typed_words if word not in FILLERS] or typed_words)[:WORDS_LIMIT]
    return _best((_match_all(trail, wanted) for trail in _trails(roots)), FOUND_LIMIT) if wanted else []


def suggest_topics(roots: Sequence[Category], sentence: str) -> list[Found]:
    """At most three topics that `sentence` may be about, best first; none where nothing speaks for one.

    Only topics without narrower ones, because under those a request is written.
    """
    telling = dict.fromkeys(word for word in words_of(sentence[:QUERY_LIMIT]) if word not in FILLERS)
    wanted = list(telling)[:WORDS_LIMIT]
    trails = [trail for trail in _trails(roots) if not trail[-1].branches]  # type: ignore[attr-defined]
    by_word = _likenesses(trails, wanted)
    rarity = {word: math.log(1 + len(trails) / len(found)) for word, found in by_word.items() if found}
    scores: dict[int, float] = defaultdict(float)
    for word, weight in rarity.items():
        for place, value in by_word[word].items():
            scores[place] += weight * value
    best = max(scores.values(), default=0)
    floor = max(WORTH_SAYING, best * CLOSE_TO_BEST)
    return _best(
        (Found(trails[place], score) for place, score in scores.items() if score >= floor), SUGGESTED_LIMIT
    )


def _best(found: Iterable[Found | None], limit: int) -> list[Found]:
    return sorted((one for one in found if one), key=lambda one: -one.score)[:limit]


def _trails(branches: Sequence[Category], above: tuple[Category, ...] = ()) -> Iterator[tuple[Category, ...]]:
    for category in branches:
        trail = (*above, category)
        yield trail
        yield from _trails(category.branches, trail)  # type: ignore[attr-defined]


def _match_all(trail: tuple[Category, ...], wanted: Sequence[str]) -> Found | None:
    own, above = _vocabulary(trail[-1]), _names_above(trail)
    score, own_score = 0.0, 0.0
    for place, word in enumerate(wanted):
        is_last = place == len(wanted) - 1
        here = _value(own, word, may_be_unfinished=is_last)
        there = _value(above, word, may_be_unfinished=is_last)
        if not here and not there:
            return None
        own_score += here
        score += max(here, there)
    return Found(trail, score) if own_score else None  # else the topic above says it all


def _likenesses(trails: Sequence[tuple[Category, ...]], wanted: Sequence[str]) -> dict[str, dict[int, float]]:
    """For each word the topics (by place in `trails`) it speaks for, and how clearly."""
    by_word: dict[str, dict[int, float]] = {word: {} for word in wanted}
    for place, trail in enumerate(trails):
        known = _names_above(trail) | _vocabulary(trail[-1])
        for word in wanted:
            value = _value(known, word, may_be_unfinished=False)
            if value:
                by_word[word][place] = value
    return by_word


def _value(vocabulary: dict[str, float], word: str, *, may_be_unfinished: bool) -> float:
    exact = vocabulary.get(word, 0.0)
    close = max((likeness(word, known) * weight for known, weight in vocabulary.items()), default=0.0)
    begun = 0.0
    if may_be_unfinished or not word.isascii():  # scripts without blanks have whole sentences for words
        inside = len(word) > 1 and not word.isascii()
        begun = max(
            (
                w * 0.7
                for known, w in vocabulary.items()
                if known.startswith(word) or (inside and word in known)
            ),
            default=0.0,
        )
    return max(exact, close, begun)


def _vocabulary(category: Category) -> dict[str, float]:
    """The words of the topic itself, each with what it weighs."""
    found: dict[str, float] = {}
    for wording in category.translations.all():
        factor = 1.0 if _is_language_of_page(wording) else OTHER_LANGUAGE
        parts = (
            (wording.name, NAME),
            (wording.synonyms, SYNONYM),
            (wording.examples, EXAMPLE),
            (wording.hint, HINT),
        )
        for text, weight in parts:
            for word in words_of(text):
                found[word] = max(found.get(word, 0.0), weight * factor)
    return {word: weight for word, weight in found.items() if word not in FILLERS} or found


def _names_above(trail: Sequence[Category]) -> dict[str, float]:
    wordings = [wording for category in trail[:-1] for wording in category.translations.all()]
    return {word: ABOVE for wording in wordings for word in words_of(wording.name)}


def _is_language_of_page(wording: CategoryTranslation) -> bool:
    return wording.locale.split("-")[0] == (get_language() or "").split("-")[0]

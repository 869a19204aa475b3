"""A text as the terms of its language, with their word forms: the same function reads what is stored and what is asked.

Words are folded as in `helpdesk.search.analysis` and stemmed by Snowball. Scripts without blanks between words become
pairs of letters (Chinese, Japanese, Korean) or threes (Thai and its neighbours): on known-item searches these beat
dictionaries, and they can never disagree between index and question. Pure, but for its caches.
"""

import re
import threading
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import Stemmer

from helpdesk.search.analysis import fold, unbroken_runs

VERSION = 1  # of the analysis; raise it and index anew when the same text gives other terms
WORD_LIMIT = 40  # characters; longer ones are cut at both ends of the search alike

_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"  # dropped by folding, but inside words
_INDIC = "\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e\u0eb1-\u0ece\u1000-\u109f\u17b4-\u17d3"
_LETTER = f"(?:[^\\W_]|[{_MARKS}{_INDIC}])"
_TOKEN = re.compile(f"{_LETTER}+(?:['’ʼ.‐‑-]{_LETTER}+)*")
_JOINTS = re.compile("['’ʼ.‐‑-]")
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "fa": "persian", "fi": "finnish", "fr": "french", "hi": "hindi",
    "hu": "hungarian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "nl": "dutch",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish",
}  # fmt: skip
_ARABIC_ARTICLE = re.compile(r"\A(?:[وفبك]?ال|لل|[وفبلك](?=\w{4}))(?=\w{3})")
_HEBREW_PREFIX = re.compile(r"\A[והבלמשכ](?=\w{3})")
_of_thread = threading.local()  # a stemmer keeps a buffer and is no one else's


class Term(NamedTuple):
    """One word or group of letters at `start` to `end` of the text. `stems` are what it is found by, the main one first."""

    word: str
    stems: tuple[str, ...]
    is_gram: bool
    start: int
    end: int


def terms_of(text: str, locale: str) -> Iterator[Term]:
    """Every term of `text` (in NFC) in order; a word joined of parts gives the whole and the parts."""
    language = locale.partition("-")[0]
    for token in _TOKEN.finditer(text):
        place = token.start()
        for term in _of_token(token[0], language):
            yield term._replace(start=place + term.start, end=place + term.end)


def phrase_of(text: str) -> str:
    """The folded words of `text` with one blank between, for comparing whole titles."""
    return " ".join(fold(token[0]) for token in _TOKEN.finditer(text))


@lru_cache(maxsize=100_000)
def _of_token(token: str, language: str) -> tuple[Term, ...]:
    found = list(_of_part(token, language, 0))
    joints = list(_JOINTS.finditer(token))
    if joints:
        borders = [0, *(joint.end() for joint in joints), len(token) + 1]
        for start, end in pairwise(borders):
            if end - 1 - start > 1:
                found.extend(_of_part(token[start : end - 1], language, start))
    return tuple(found)


def _of_part(part: str, language: str, offset: int) -> Iterator[Term]:
    folded = _JOINTS.sub("", fold(part))
    rest = 0
    for run in unbroken_runs(folded):
        for term in _word(folded[rest : run.start()], rest, language):
            yield _placed(term, folded, part, offset)
        size = 3 if run[0] < "\u2000" else 2
        for place in range(max(1, len(run[0]) - size + 1)):
            gram = run[0][place : place + size]
            yield _placed(
                Term(gram, (gram,), True, run.start() + place, run.start() + place + len(gram)),
                folded,
                part,
                offset,
            )
        rest = run.end()
    for term in _word(folded[rest:], rest, language):
        yield _placed(term, folded, part, offset)


def _word(word: str, start: int, language: str) -> Iterator[Term]:
    if word:
        cut = word[:WORD_LIMIT]
        yield Term(cut, _stems(cut, language), False, start, start + len(word))


def _placed(term: Term, folded: str, part: str, offset: int) -> Term:
    """The term at its place in the token; the whole part where folding changed the number of letters."""
    if len(folded) != len(part):
        return term._replace(start=offset, end=offset + len(part))
    return term._replace(start=offset + term.start, end=offset + term.end)


def _stems(word: str, language: str) -> tuple[str, ...]:
    """The stem in this language; Latin words in other scripts are taken for English."""
    is_guest = word.isascii() and language in {
        "ar",
        "he",
        "fa",
        "ru",
        "uk",
        "hi",
        "th",
        "ja",
        "ko",
        "zh",
        "el",
    }
    found = {_stem(word, "en" if is_guest else language): None}
    if not word.isascii() and language == "ar":
        found[_stem(_ARABIC_ARTICLE.sub("", word), language)] = None
    elif not word.isascii() and language == "he":
        found[_HEBREW_PREFIX.sub("", word)] = None
    return tuple(stem for stem in found if stem) or (word,)


def _stem(word: str, language: str) -> str:
    name = _STEMMERS.get(language)
    if name is None:
        return word
    stemmer = getattr(_of_thread, name, None)
    if stemmer is None:
        stemmer = Stemmer.Stemmer(name)
        setattr(_of_thread, name, stemmer)
    return str(stemmer.stemWord(word))

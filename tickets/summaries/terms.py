"""The words that tell what a request is about: of its title, then of its first message, in one way of writing each. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from helpdesk.search.analysis import fold
from helpdesk.search.terms import WORD_LIMIT, Term, terms_of
from tickets.sensitive import find_sensitive
from tickets.summaries.stop_words import STOP_WORDS

WORDS = 12  # of one request: its title and the beginning of what was written hold them
READ = 1000  # characters of a text
SHORTEST = 3  # letters; a pair of a script without blanks is whole with two
_ADDRESS = re.compile(r"\S*@\S+|(?:https?://|www\.)\S+")
_CODE = re.compile(
    r"\A(?=.{1,6}\Z)(?=.*[^\W\d])\w*\d\w*\Z"
)  # `mp4` and `e404` tell something, numbers do not


def telling_words(texts: Iterable[str], locale: str) -> dict[str, str]:
    """By its stem each of the first WORDS words that tell something, as it was first written, in small letters.

    Words of grammar and politeness, numbers, addresses, file names and whatever looks like a secret are left out.
    """
    found: dict[str, str] = {}
    for text in texts:
        plain = _without_secrets(unicodedata.normalize("NFC", text[:READ]))
        for term in _whole(terms_of(plain, locale)):
            form = plain[term.start : term.end].lower()
            if _tells(term, form):
                found.setdefault(term.stems[-1], form)
            if len(found) == WORDS:
                return found
    return found


def _without_secrets(text: str) -> str:
    """The text without what is hidden from readers, to its last sign, and without addresses."""
    for span in reversed(find_sensitive(text)):
        text = f"{text[: span.start]} {text[span.end :]}"
    return _ADDRESS.sub(" ", text)


def _whole(terms: Iterable[Term]) -> Iterator[Term]:
    """The terms without the parts of those that are joined, such as `sign` of `sign-in`."""
    end = 0
    for term in terms:
        if term.is_gram or term.start >= end:
            yield term
            end = max(end, term.end)


def _tells(term: Term, form: str) -> bool:
    if term.is_gram:
        return len(term.word) > 1
    is_stop = not STOP_WORDS.isdisjoint({term.word, fold(form), *term.stems})
    is_word = term.word.isalpha() or _CODE.match(term.word) is not None
    return is_word and not is_stop and SHORTEST <= len(term.word) < WORD_LIMIT and "." not in form

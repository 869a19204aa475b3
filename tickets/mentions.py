"""Whom a note calls: "@" and a full name, the part of an address before its "@", or a first name that only one has.

A first name calls somebody who works on the ticket only: others would come to see it by mistake.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accounts.models import Member

MOST_CALLED = 20
# No address and no path: nothing that belongs to a word stands before the "@".
_SIGN = r"(?<![\w.@/])@"
_WORD = re.compile(rf"{_SIGN}(\w[\w.-]*)")


@dataclass(frozen=True)
class Called:
    """Who is called, each once, and what stood behind an "@" without meaning one of the people."""

    people: tuple[Member, ...] = ()
    unknown: tuple[str, ...] = ()


def called_in(text: str, people: Iterable[Member], *, others: Iterable[Member] = ()) -> Called:
    """Whom of `people` and `others` the text calls, in whatever case, MOST_CALLED at most.

    What could mean two people calls nobody; but what could mean one of `people` means none of `others`.
    """
    if "@" not in text:
        return Called()
    by_word, found = words_for(people, others), dict[int, Member]()

    def take(match: re.Match[str]) -> str:
        person = by_word[match[1]]
        found[person.pk] = person
        return " "

    rest = text.casefold()
    if by_word:
        longest_first = sorted(map(re.escape, by_word), key=len, reverse=True)
        rest = re.sub(rf"{_SIGN}({'|'.join(longest_first)})(?![\w@])", take, rest)
    unknown = (match[1].rstrip(".-") for match in _WORD.finditer(rest))
    return Called(tuple(found.values())[:MOST_CALLED], tuple(dict.fromkeys(unknown)))


def words_for(people: Iterable[Member], others: Iterable[Member]) -> Mapping[str, Member]:
    """By what each can be called, in one case; a word that two share is left out."""
    pairs = [(word, person) for person in people for word in _full(person) | _first(person)]
    taken = {word for word, _person in pairs}
    pairs += [(word, person) for person in others for word in _full(person) - taken]
    times = Counter(word for word, _person in pairs)
    return {word: person for word, person in pairs if times[word] == 1}


def _full(person: Member) -> set[str]:
    return {word for word in (_name(person), person.email.partition("@")[0].casefold()) if word}


def _first(person: Member) -> set[str]:
    return set(_name(person).split()[:1])


def _name(person: Member) -> str:
    return " ".join(person.name.split()).casefold()

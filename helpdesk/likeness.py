"""How alike words are, whatever the script: folded forms, and typos of one letter."""

import re

from helpdesk.search.analysis import fold

_WORD = re.compile(r"[^\W_]+")
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff]")
_ARABIC_ARTICLES = re.compile(r"\A(?:[وفبك]?ال|لل)(?=\w{3})")
_TOLD_BY_LETTERS = 4  # below this, one letter makes another word


def folded(text: str) -> str:
    """`text` as the search folds it, and without what stands in words unseen."""
    return fold(_UNSEEN.sub("", text))


def words_of(text: str) -> list[str]:
    """The folded words of `text` in order, without the article where Arabic joins it to the word."""
    return [_ARABIC_ARTICLES.sub("", word) for word in _WORD.findall(folded(text))]


def is_one_letter_off(word: str, other: str) -> bool:
    """Whether one letter more, less or other, or a swap of neighbours, makes one of the other; equal words are not."""
    if word == other or abs(len(word) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(word), len(other)) and word[start] == other[start]:
        start += 1
    left, right = word[start:], other[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[1::-1] == right[:2] and left[2:] == right[2:])
    return left[1:] == right or left == right[1:]


def likeness(word: str, other: str) -> float:
    """How alike two folded words are: 1 when equal, less for another ending, least for a typo, 0 for other words."""
    if word == other:
        return 1.0
    short, long = sorted((word, other), key=len)
    if len(short) < _TOLD_BY_LETTERS:
        return 0.0
    if len(long) - len(short) <= 3 and long.startswith(short):
        return 0.8
    return 0.6 if len(short) > _TOLD_BY_LETTERS and is_one_letter_off(word, other) else 0.0

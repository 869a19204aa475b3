"""How alike words are, whatever the script: folded forms, and typos of one letter."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
# Marks that people leave out: accents, the points of Hebrew, the vowels of Arabic. Those of Indic scripts are letters.
_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u2060\ufeff]"
)
_SAME = str.maketrans(
    {
        "ى": "ي", "ی": "ي", "ې": "ي", "ة": "ه", "ہ": "ه", "ٱ": "ا", "ک": "ك",
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ё": "е",
    }
)  # fmt: skip
_ARABIC_ARTICLES = re.compile(r"\A(?:[وفبك]?ال|لل)(?=\w{3})")
_TOLD_BY_LETTERS = 4  # below this, one letter makes another word


def folded(text: str) -> str:
    """`text` without what people mix up when they type: case, accents, forms of Arabic letters, digits of a script."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_SAME)
    if plain.isascii():
        return plain
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in plain)


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

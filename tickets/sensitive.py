"""Finds what nobody should send to a help desk: card numbers, passwords, keys, bank accounts.

Works in time that grows with the length of the text alone: what repeats is bounded, or begins only where a word does. Few
false alarms matter more than finding everything: numbers of orders, parcels and phones must not match, or people
learn to press "Keep" without reading.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from tickets.sensitive_words import (
    CARD_WORDS,
    KEY_ROOTS,
    LINKS,
    NOT_A_PASSWORD,
    OTHER_NUMBERS,
    PASSWORD_ROOTS,
    PASSWORD_WORDS,
    PIN_WORDS,
)

MASK = "•"
SHOWN_END = 4  # signs of a card or account that stay readable, as on receipts
BEFORE = 40  # characters in front of a number that tell what it is


class Kind(StrEnum):
    """What was found."""

    CARD = "card"
    PASSWORD = "password"  # noqa: S105  (a kind, not a secret)
    KEY = "key"
    IBAN = "iban"


@dataclass(frozen=True, order=True)
class Span:
    """Where it stands: from `start` up to `end`, as slices count."""

    start: int
    end: int
    kind: Kind


def find_sensitive(text: str) -> list[Span]:
    """What in `text` looks like a secret, in order, without overlaps."""
    plain = _with_plain_digits(text)
    small = plain.lower()
    found: list[Span] = []
    for search, roots in _SEARCHES:
        if any(root in small for root in roots):  # a hundred times quicker than the search, and mostly no
            found = _joined(found, search(plain))
    return found


def masked(text: str) -> str:
    """`text` with everything hidden that looks like a secret."""
    return mask(text, find_sensitive(text))


def mask(text: str, spans: Iterable[Span]) -> str:
    """`text` with `spans` (which do not overlap) hidden; of cards and accounts the last four signs stay."""
    pieces, done = [], 0
    for span in sorted(spans):
        pieces += [text[done : span.start], _hidden(text[span.start : span.end], span.kind)]
        done = span.end
    return "".join([*pieces, text[done:]])


def _hidden(secret: str, kind: Kind) -> str:
    signs = [sign for sign in secret if sign.isalnum()]
    if kind in {Kind.PASSWORD, Kind.KEY} or len(signs) <= 2 * SHOWN_END:
        return MASK * min(8, len(secret))  # never longer than it was: a title stays within its limit
    return f"{MASK * 4} {''.join(signs[-SHOWN_END:])}"


def _joined(found: Sequence[Span], more: Iterable[Span]) -> list[Span]:
    """Both in order; of `more` only what overlaps none of `found`."""
    starts = [span.start for span in found]
    kept = list(found)
    for span in more:
        place = bisect_right(starts, span.start)
        is_clear = place == 0 or found[place - 1].end <= span.start
        if is_clear and (place == len(found) or span.end <= found[place].start):
            kept.append(span)
    return sorted(kept)


_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")


def _with_plain_digits(text: str) -> str:
    """`text` with the digits of every script as ASCII ones; its length stays."""
    return text if text.isascii() else _FOREIGN_DIGIT.sub(lambda found: str(int(found[0])), text)


# Cards. The ranges of ISO/IEC 7812 numbers that the networks give out, by their length, and Luhn's digit.

_NETWORKS = {
    14: re.compile(r"3(?:0[0-5]|[689])"),
    15: re.compile(r"3[47]"),
    16: re.compile(
        r"4|5[1-5]|2(?:2[3-9]|[3-6]|7[01]|22[1-9]|720|20[0-4])|6(?:011|4[4-9]|5|0|2)|35(?:2[89]|[3-8])|9792|8[12]|50[18]"
    ),
    19: re.compile(r"4|62"),
}
_GROUPS = {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (6, 13), (14,), (15,), (16,), (19,)}
_RARE = {(14,), (19,)}  # in one piece these are more often something else: only behind a word for cards
_LONGEST = max(len(group) for group in _GROUPS)
_DIGITS = re.compile(r"\d++(?:[ \u00a0\u2009\u202f\u200e\u200f.\u2010-\u2014-]{1,3}\d++)*+")
_PIECE = re.compile(r"\d+")
_GLUED_BEFORE = re.compile(r"[\w#@/+%&~]\Z|[\w)][.\u2010-\u2014-]\Z")
_GLUED_AFTER = re.compile(r"[\w@%/]|[-.\u2010-\u2014]\d|\.[a-z][a-z0-9]{1,3}(?!\w)")


def _cards(text: str) -> Iterator[Span]:
    for run in _DIGITS.finditer(text):
        pieces = [match.span() for match in _PIECE.finditer(text, *run.span())]
        first = 0
        while first < len(pieces):
            last = _card_from(text, pieces, first)
            if last is not None:
                yield Span(pieces[first][0], pieces[last][1], Kind.CARD)
            first = first + 1 if last is None else last + 1


def _card_from(text: str, pieces: Sequence[tuple[int, int]], first: int) -> int | None:
    """The piece that ends the card which begins with piece `first`; None when none begins there."""
    lengths = tuple(end - start for start, end in pieces[first : first + _LONGEST])
    for count in range(len(lengths), 0, -1):
        last = first + count - 1
        if lengths[:count] in _GROUPS and _is_card(text, pieces[first : last + 1]):
            return last
    return None


def _is_card(text: str, pieces: Sequence[tuple[int, int]]) -> bool:
    start, end = pieces[0][0], pieces[-1][1]
    digits = "".join(text[piece[0] : piece[1]] for piece in pieces)
    if not _NETWORKS[len(digits)].match(digits) or not passes_luhn(digits) or len(set(digits)) < 2:
        return False
    gaps = {text[left[1] : right[0]].strip("\u200e\u200f") for left, right in pairwise(pieces)}
    before = text[max(0, start - BEFORE) : start]
    if len(gaps) > 1 or _GLUED_BEFORE.search(before) or _GLUED_AFTER.match(text, end):
        return False
    if CARD_WORDS.search(before):
        return True
    return not OTHER_NUMBERS.search(before) and tuple(end - start for start, end in pieces) not in _RARE


def passes_luhn(digits: str) -> bool:
    """Whether the last of `digits` is Luhn's check digit (US patent 2,950,048; ISO/IEC 7812-1 annex B)."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    total = sum(map(int, digits[-1::-2])) + sum(twice - 9 if twice > 9 else twice for twice in doubled)
    return total % 10 == 0


_CARD_CODE = re.compile(
    r"(?i)(?<!\w)(?:cvv2?|cvc2?)(?!\w)(?:[ \t]*(?:[:=#]|is|code))?[ \t]{0,3}(\d{3,4})(?!\d)"
)


def _card_codes(text: str) -> Iterator[Span]:
    return (Span(*match.span(1), Kind.CARD) for match in _CARD_CODE.finditer(text))


# Bank accounts (ISO 13616): how long an IBAN of each country is.

_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31,
    "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29,
    "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
# Looked for by its digits, which are rarer than letters.
_IBAN_START = re.compile(r"\d\d(?<=[A-Za-z]{2}\d\d)(?<!\w[A-Za-z]{2}\d\d)(?=[ \u00a0-]?[A-Za-z0-9])")


def _ibans(text: str) -> Iterator[Span]:
    for match in _IBAN_START.finditer(text):
        start = match.start() - 2
        length = _IBAN_LENGTHS.get(text[start : start + 2].upper(), 0)
        end = _end_of(text, start, length)
        if end and not text[end : end + 1].isalnum() and _passes_97(text[start:end]):
            yield Span(start, end, Kind.IBAN)


def _end_of(text: str, start: int, length: int) -> int:
    """Where the `length`-th letter or digit after `start` ends; 0 when something else comes first."""
    left = length
    for place in range(start, min(len(text), start + 2 * length)):
        if text[place].isascii() and text[place].isalnum():
            left -= 1
            if left == 0:
                return place + 1
        elif text[place] not in " \u00a0-":
            break
    return 0


def _passes_97(iban: str) -> bool:
    """The check of ISO 7064, MOD 97-10."""
    signs = "".join(sign for sign in iban if sign.isalnum())
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1


# Keys: those that say by their first signs whose they are, and anything long behind a word for it.

_BEGINS_A_WORD = r"(?<![A-Za-z0-9_-])"
_KEY = re.compile(
    _BEGINS_A_WORD
    + r"""(?:
        (?:sk|rk)_(?:live|test)_[0-9A-Za-z]{16,200}+
      | (?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])
      | gh[opusr]_[0-9A-Za-z]{36,200}+
      | github_pat_[0-9A-Za-z_]{22,200}+
      | glpat-[0-9A-Za-z_-]{20,200}+
      | xox[abeprs]-[0-9A-Za-z-]{10,200}+
      | AIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])
      | sk-(?=[A-Za-z_-]{0,40}[0-9])[0-9A-Za-z_-]{20,200}+
      | SG\.[0-9A-Za-z_-]{16,60}+\.[0-9A-Za-z_-]{16,60}+
      | npm_[0-9A-Za-z]{36}(?![0-9A-Za-z])
      | pypi-[0-9A-Za-z_-]{50,300}+
      | ya29\.[0-9A-Za-z_-]{20,400}+
      | eyJ[0-9A-Za-z_-]{8,2000}+\.eyJ[0-9A-Za-z_-]{8,4000}+\.[0-9A-Za-z_-]{8,2000}+
    )""",
    re.VERBOSE,
)
_NAMED_KEY = re.compile(
    r"""(?ix)(?<![a-z0-9])(?:
        (?:api|access|secret|private|client|account|auth|bearer|webhook|signing)[ _-]?(?:key|token|secret)
      | secret[ _-]?access[ _-]?key | access_token | refresh[ _-]?token | token | bearer
      | مفتاح(?:[ ]api)? | رمز[ ]الوصول
    )["']?[ \t]{0,3}(?:[:=]|is|هو)?[ \t]{0,3}["']?(?P<value>[0-9a-z_./+=~-]{20,500}+)"""
)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_PRIVATE_KEY_END = re.compile(r"-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----")


def _private_keys(text: str) -> Iterator[Span]:
    done = 0
    for begin in _PRIVATE_KEY.finditer(text):
        if begin.start() >= done:
            end = _PRIVATE_KEY_END.search(text, begin.end())
            done = end.end() if end else len(text)  # cut off: the rest of it is key
            yield Span(begin.start(), done, Kind.KEY)


def _keys(text: str) -> Iterator[Span]:
    found = [Span(*match.span(), Kind.KEY) for match in _KEY.finditer(text)]
    named = (match for match in _NAMED_KEY.finditer(text) if _is_random(match["value"]))
    yield from _joined(found, (Span(*match.span("value"), Kind.KEY) for match in named))


def _is_random(value: str) -> bool:
    return (
        any(sign.isdigit() for sign in value) and any(sign.isalpha() for sign in value) and "://" not in value
    )


# Passwords: whatever stands behind a word for one, when it cannot be the sentence going on.

_LINK_PASSWORD = re.compile(r"(?<![\w+.-])[a-z][a-z0-9+.-]{1,15}+://[^\s:/@]{1,100}+:([^\s/@]{3,100}+)@")
_TRAILING = " \t.,;:!?)]}»”\"'،؛؟"
_STRONG = re.compile(r"[!@#$%^&*_+=~]")


def _passwords(text: str) -> Iterator[Span]:
    for match in PASSWORD_WORDS.finditer(text):
        start = match.start("value")
        value = match["value"].rstrip(_TRAILING)
        is_alone = text[match.end() : match.end() + 1] in {"", "\n", "\r"}
        if _is_password(value, is_certain=match["sign"] is not None and is_alone and "\n" not in match[0]):
            yield Span(start, start + len(value), Kind.PASSWORD)
    for match in PIN_WORDS.finditer(text):
        yield Span(*match.span("value"), Kind.PASSWORD)
    for match in _LINK_PASSWORD.finditer(text):
        yield Span(*match.span(1), Kind.PASSWORD)


def _is_password(value: str, *, is_certain: bool) -> bool:
    """`is_certain`: nothing follows the value on its line, so that a plain word may be one too."""
    has_letters, has_digits = any(map(str.isalpha, value)), any(map(str.isdigit, value))
    if len(value) < 4 or LINKS.match(value) or not (has_letters or has_digits):
        return False
    if value.isdigit() or (has_letters and (has_digits or _STRONG.search(value[:-1]))):
        return True
    return is_certain and value.isalpha() and len(value) >= 6 and value.casefold() not in NOT_A_PASSWORD


_DIGIT = tuple("0123456789")
_SEARCHES: tuple[tuple[Callable[[str], Iterable[Span]], tuple[str, ...]], ...] = (
    (_private_keys, ("-----begin",)),
    (_keys, KEY_ROOTS),
    (_ibans, _DIGIT),
    (_cards, _DIGIT),
    (_card_codes, ("cv",)),
    (_passwords, (*PASSWORD_ROOTS, "://", "pin")),
)

"""Patterns of order numbers and the like: a language so small that no pattern can be slow.

`9` is a digit, `A` a letter, `*` either, `"ORD"` these very letters and digits, `(...)` may be left out; `-`, `/`, `.`
and blanks separate. Typed separators, case and foreign digits are forgiven: a match is written in the pattern's way.
"""

import unicodedata
from dataclasses import dataclass
from itertools import cycle

LENGTH_LIMIT = 40
OPTIONAL_LIMIT = 3
SEPARATORS = "-/. "
_EXAMPLES = {"9": "123456789", "A": "ABCDEFGHJKLMNPQRSTUVWXYZ", "*": "7X5K2M9R4T"}


class BadPattern(ValueError):
    """What somebody wrote is no pattern; the text says why, in the words of `REASONS`."""


@dataclass(frozen=True)
class Pattern:
    """A pattern that was read: signs of the kinds 9, A, * and =, separators of the kind -, in groups."""

    groups: tuple[tuple[bool, tuple[tuple[str, str], ...]], ...]  # (is optional, ((kind, sign), ...))

    def match(self, typed: str) -> str | None:
        """`typed` in the pattern's own writing; None when it does not fit."""
        return self._fit(0, plain(typed))

    def example(self) -> str:
        """Something that fits, without what may be left out."""
        given = {kind: cycle(signs) for kind, signs in _EXAMPLES.items()}
        signs = [pair for is_optional, group in self.groups if not is_optional for pair in group]
        return "".join(next(given[kind]) if kind in given else sign for kind, sign in signs)

    def _fit(self, index: int, typed: str) -> str | None:
        # At most OPTIONAL_LIMIT groups can be left out, so there are at most 2 ** OPTIONAL_LIMIT ways to look at.
        if index == len(self.groups):
            return "" if not typed else None
        is_optional, group = self.groups[index]
        taken = _take(group, typed)
        if taken is not None:
            written, rest = taken
            further = self._fit(index + 1, rest)
            if further is not None:
                return written + further
        return self._fit(index + 1, typed) if is_optional else None


def read_pattern(text: str) -> Pattern:
    """The pattern that `text` describes. Raises BadPattern with a key of `REASONS` for what is none."""
    if not text or len(text) > LENGTH_LIMIT:
        raise BadPattern("length")
    groups: list[tuple[bool, list[tuple[str, str]]]] = [(False, [])]
    is_optional = False
    for index, part in enumerate(text.split('"')):
        if index % 2:
            groups[-1][1].extend(pair for sign in part for pair in _quoted(sign))
            continue
        for sign in part:
            if sign not in "()":
                groups[-1][1].append(_sign(sign))
                continue
            if is_optional != (sign == ")"):
                raise BadPattern("brackets")
            is_optional = not is_optional
            groups.append((is_optional, []))
    if is_optional or text.count('"') % 2:
        raise BadPattern("brackets" if is_optional else "quotes")
    return _checked(groups)


def plain(typed: str) -> str:
    """What counts of a typed code: letters in capitals and ASCII digits, without separators of any kind."""
    signs = []
    for sign in unicodedata.normalize("NFKC", typed[:200]).upper():
        if unicodedata.category(sign) == "Nd":
            signs.append(str(unicodedata.digit(sign)))
        elif sign.isalnum():
            signs.append(sign)
        elif unicodedata.category(sign)[0] not in "PZC" and sign != "\u2212":
            signs.append(sign)  # what no separator is, so that it does not fit
    return "".join(signs)


def _sign(sign: str) -> tuple[str, str]:
    if sign in SEPARATORS:
        return ("-", sign)
    if sign not in _EXAMPLES:
        raise BadPattern("sign")
    return (sign, sign)


def _quoted(sign: str) -> list[tuple[str, str]]:
    if sign in SEPARATORS:
        return [("-", sign)]
    if not (sign.isascii() and sign.isalnum()):
        raise BadPattern("sign")
    return [("=", sign.upper())]


def _checked(groups: list[tuple[bool, list[tuple[str, str]]]]) -> Pattern:
    kept = [(is_optional, tuple(signs)) for is_optional, signs in groups if signs]
    if sum(is_optional for is_optional, _signs in kept) > OPTIONAL_LIMIT:
        raise BadPattern("brackets")
    if not any(kind in "9A*" for is_optional, signs in kept if not is_optional for kind, _sign in signs):
        raise BadPattern("empty")
    return Pattern(tuple(kept))


def _take(group: tuple[tuple[str, str], ...], typed: str) -> tuple[str, str] | None:
    """The group's part of `typed` as it is written, and the rest; None when it does not begin so."""
    written, place = [], 0
    for kind, sign in group:
        if kind == "-":
            written.append(sign)
            continue
        if place >= len(typed) or not _fits(kind, sign, typed[place]):
            return None
        written.append(typed[place])
        place += 1
    return "".join(written), typed[place:]


def _fits(kind: str, sign: str, typed: str) -> bool:
    if kind == "=":
        return typed == sign
    is_digit = typed.isascii() and typed.isdigit()
    return (is_digit and kind != "A") or (typed.isalpha() and kind != "9")

"""What people type, kept as it is: only what nobody can see, or what would forge a header, is taken out."""

import re
import unicodedata
from typing import Any

from django import forms

# Letters and signs that draw nothing, though Unicode counts them among letters, marks or symbols.
DRAWS_NOTHING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe0e\ufe0f\uffa0")
INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
BREAKS = frozenset({"Cc", "Zl", "Zp"})
OUTER_BLANKS = " \t\n\r\v\f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\u200b\u2060\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
# Left-to-right and right-to-left override: they can make a file name or an amount read backwards.
OVERRIDES = dict.fromkeys(map(ord, "\u202d\u202e"))
KEY_DIGITS = 19  # the first number of digits that a bigint may be too small for
_LINE_BREAKS = re.compile(r"[^\S\r\n]*[\r\n]\s*")
_BLANK_LINES_BEFORE = re.compile(r"\A(?:[^\S\n]*\n)+")


def is_invisible(text: str) -> bool:
    """Whether `text` would show as nothing: empty, blanks, control and format characters, fillers."""
    return all(sign in DRAWS_NOTHING or unicodedata.category(sign) in INVISIBLE for sign in text)


def clean_line(text: str) -> str:
    """One line without outer blanks; a line break, or a control character other than a tab, becomes a blank.

    A line of invisible characters only is empty.
    """
    text = _LINE_BREAKS.sub(" ", text)
    line = "".join(" " if unicodedata.category(sign) in BREAKS and sign != "\t" else sign for sign in text)
    line = line.strip(OUTER_BLANKS)
    return "" if is_invisible(line) else line


def clean_text(text: str) -> str:
    """Text with `\\n` line ends, without NUL, blank lines before it and blanks after it; else exactly as typed.

    A text of invisible characters only is empty. Half of a surrogate pair, which no encoding carries, becomes `?`.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    text = _BLANK_LINES_BEFORE.sub("", text.encode("utf-8", "replace").decode()).rstrip()
    return "" if is_invisible(text) else text


def without_overrides(text: str) -> str:
    """`text` for people's eyes, without the characters that turn the direction of others against their nature."""
    return text.translate(OVERRIDES)


def key_in(text: str) -> int:
    """The key of a row that an address or a form names; 0, which no row has, for what can be no key."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < KEY_DIGITS else 0


class LineField(forms.CharField):
    """One line that a person types; see `clean_line`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)

    def to_python(self, value: Any) -> str:
        """The cleaned line."""
        return clean_line(super().to_python(value) or "")

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What is shown again after an error: as it was typed."""
        return data.replace("\0", "") if isinstance(data, str) else data


class TextField(LineField):
    """Several lines that a person types; see `clean_text`."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """The cleaned text."""
        return clean_text(forms.CharField.to_python(self, value) or "")

"""What a request does not say yet, though agents will have to ask for it. Deterministic; hints only, never a refusal."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from helpdesk.likeness import folded

HINT_LIMIT = 3
SHORT = 20  # characters
LINES_LIMIT = 30
SIGN_LIMIT = 60

MORE_DETAIL = _("More detail means a faster answer.")
EXACT_ERROR = _("The exact words of the error")
STEPS = _("What you did, step by step")
VERSION = _("The version of the app or browser")

# An error as it stands on the screen: quoted, a code, a status, or behind a word that announces it.
_ERROR = re.compile(
    r"[\"“«„「][^\"”»“」\n]{6,300}[\"”»“」]|(?<![\w])'[^'\n]{10,300}'(?!\w)|`[^`\n]{4,300}`"
    r"|\b(?=[a-z_-]{0,20}\d)[a-z]{1,12}[_-][a-z0-9_-]{2,40}\b|\b0x[0-9a-f]{4,16}\b"
    r"|(?:error|code|status|exception|fehler|erreur|ошибка|خطا|رمز|كود)[^\n\w]{0,3}(?:code|number|no|رقم)?[^\n\w]{0,3}\d{3,8}"
    r"|(?:error|exception|message|fehler|erreur|mensaje|сообщение|رساله|خطا)\s?(?:says?|reads?|:|：|تقول)\s?\S{3}"
)
_STEPS = re.compile(
    r"^\s{0,8}(?:\d{1,2}[.)-]|[-*•])\s.{3,}\n(?:.*\n){0,3}?\s{0,8}(?:\d{1,2}[.)-]|[-*•])\s"
    r"|\b(?:when|whenever|after|as soon as|every time|if) (?:i|we|you|the|my)\b|\b(?:then|first)\b.{3,200}\b(?:then|click|press|tap|open)\b"
    r"|\b(?:wenn|sobald|nachdem) (?:ich|wir|man)\b|\b(?:quand|lorsque|après) (?:je|nous|on|avoir)\b|\bcuando\b|\bquando\b|\bкогда\b"
    r"|(?:^|\s)و?(?:عندما|حين|حينما|كلما|لما|بعد ان|بعدما|اضغط|ضغطت|نقرت|فتحت)\s",
    re.MULTILINE,
)
_VERSION = re.compile(
    r"\d{1,4}\.\d{1,5}|\b(?:version|v|ver|build|ios|android|windows|chrome|firefox|safari|نسخه|اصدار|الاصدار)\s?\d"
)


@dataclass(frozen=True)
class Asked:
    """One thing that agents have to ask back, and the signs that it was told."""

    label: str
    signs: tuple[str, ...]

    def is_told_in(self, text: str) -> bool:
        """Whether the folded `text` holds one of the signs: a word or its beginning; a digit stands for any digit."""
        return any(_pattern_of(sign).search(text) for sign in self.signs)


def asked_of(lines: str) -> list[Asked]:
    """What the tenant wrote, a line each: `Order number: order, #12345`. Without signs the label's own words count."""
    asked = []
    for line in lines.splitlines()[:LINES_LIMIT]:
        label, _colon, signs = line.replace("：", ":").partition(":")
        known = [sign.strip()[:SIGN_LIMIT] for sign in re.split(r"[,،;؛]", signs)]
        if label.strip():
            asked.append(
                Asked(
                    label.strip(), tuple(folded(sign) for sign in known if sign) or (folded(label.strip()),)
                )
            )
    return asked


def missing_details(
    text: str,
    *,
    asked: Sequence[Asked] = (),
    is_technical: bool = False,
    has_files: bool = False,
    knows_version: bool = False,
    has_steps: bool = False,
) -> list[str]:
    """What a person could add to `text` (title, description and answers together): three things at most.

    `has_files` says that something is attached, which mostly shows the error; `knows_version` that app or browser are
    told beside the text; `has_steps` that the question for them was answered.
    """
    plain = folded(text)
    missing: list[str] = [one.label for one in asked if not one.is_told_in(plain)]
    if is_technical:
        missing += _technical(plain, has_files, knows_version, has_steps)
    return missing[:HINT_LIMIT]


def is_short(description: str) -> bool:
    """Whether a description is so short that `MORE_DETAIL` is worth saying; it is accepted all the same."""
    return len(description.strip()) < SHORT


def _technical(plain: str, has_files: bool, knows_version: bool, has_steps: bool) -> Iterable[str]:
    if not has_files and not _ERROR.search(plain):
        yield str(EXACT_ERROR)
    if not has_steps and not _STEPS.search(plain):
        yield str(STEPS)
    if not knows_version and not _VERSION.search(plain):
        yield str(VERSION)


@lru_cache(maxsize=5_000)
def _pattern_of(sign: str) -> re.Pattern[str]:
    """`sign` as a pattern: behind no letter where it begins with one, a run of digits of that length or longer."""
    pieces = re.split(r"(\d+)", sign)
    pattern = "".join(rf"\d{{{len(piece)},}}" if piece.isdigit() else re.escape(piece) for piece in pieces)
    return re.compile((r"(?<![^\W_])" if sign[:1].isalnum() else "") + pattern)

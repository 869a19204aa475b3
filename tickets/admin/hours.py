"""Business hours as people write them, and as a calendar's definition holds them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from helpdesk.typed_text import without_overrides

Period = list[str]
TIME = r"([0-9]{1,2})(?:[:.]([0-9]{2}))?"
SPAN = re.compile(rf"{TIME}\s*-\s*{TIME}")
BETWEEN = re.compile(r"[,;،؛\n]+")
BETWEEN_DAYS = re.compile(r"\n|[,;،؛](?=\s*\d)")  # a name may hold a comma
NAME_LENGTH = 80


def read_periods(text: str) -> list[Period]:
    """The opening periods in `09:00–12:00, 13:00–17:00`; none for a blank. Raises ValidationError saying what is wrong.

    A closing time before the opening time means the following day.
    """
    periods = [_read_period(part) for part in BETWEEN.split(plain(text)) if part.strip()]
    periods.sort()
    for first, second in pairwise(periods):
        if second[0] < first[1] or first[1] < first[0]:
            shown = {"first": told_period(first), "second": told_period(second)}
            raise ValidationError(_("These hours overlap: %(first)s and %(second)s.") % shown)
    return periods


def told_periods(periods: Iterable[Sequence[str]]) -> str:
    """The periods as people write them."""
    return ", ".join(told_period(period) for period in periods)


def told_period(period: Sequence[str]) -> str:
    """One period as people write it."""
    return f"{period[0]}–{period[1]}"


def read_yearly(text: str) -> list[str]:
    """Days of every year, written as `12-25`, one a line. Raises ValidationError naming the line."""
    return list(read_named_yearly(text))


def read_dates(text: str) -> list[str]:
    """Dates, written as `2026-05-01`, one a line. Raises ValidationError naming the line."""
    return list(read_named_dates(text))


def read_named_yearly(text: str) -> dict[str, str]:
    """Days of every year with what stands behind each, as in `12-25 Christmas`. Raises ValidationError naming the line."""
    return _read_named(text, "2000-")


def read_named_dates(text: str) -> dict[str, str]:
    """Dates with what stands behind each, as in `2026-05-01 Labour Day`. Raises ValidationError naming the line."""
    return _read_named(text, "")


def told_days(days: Iterable[str], names: Mapping[str, str]) -> str:
    """The days as people write them, one a line, each with its name."""
    return "\n".join(f"{day} {names.get(day, '')}".strip() for day in days)


def day_name(text: str) -> str:
    """The name of a day as a line can hold it."""
    return " ".join(BETWEEN.sub(" ", without_overrides(text)).split())[:NAME_LENGTH]


def read_exceptions(text: str) -> dict[str, list[Period]]:
    """Dates with hours of their own, `2026-12-24 09:00–12:00` a line. Raises ValidationError naming the line."""
    found = {}
    for line in _lines(text):
        day, _blank, hours = line.partition(" ")
        found[_read_day(day.rstrip(":"), "")] = read_periods(hours)
    return found


def plain(text: str) -> str:
    """Western digits and plain dashes, whatever was typed."""
    signs = []
    for sign in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(sign)
        if category == "Nd":
            signs.append(str(unicodedata.digit(sign)))
        elif category != "Cf":
            signs.append("-" if category == "Pd" or sign == "\u2212" else sign)
    return "".join(signs)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in BETWEEN.split(plain(text)) if line.strip()]


def _read_named(text: str, year: str) -> dict[str, str]:
    found = {}
    for part in BETWEEN_DAYS.split(text):
        day, _blank, name = part.strip(" \t\r,;،؛").partition(" ")
        if day:
            found[_read_day(plain(day), year)] = day_name(name)
    return found


def _read_period(text: str) -> Period:
    match = SPAN.fullmatch(text.strip())
    if not match:
        raise ValidationError(
            _("“%(text)s” is not a time span. Write it like 09:00–17:00.") % {"text": text.strip()}
        )
    opens, closes = (_read_time(match[at], match[at + 1], text) for at in (1, 3))
    if opens in {"24:00", closes}:
        raise ValidationError(_("“%(text)s” opens and closes at the same time.") % {"text": text.strip()})
    return [opens, closes]


def _read_time(hours: str, minutes: str | None, text: str) -> str:
    hour, minute = int(hours), int(minutes or 0)
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        raise ValidationError(
            _("“%(text)s” is not a time span. Write it like 09:00–17:00.") % {"text": text.strip()}
        )
    return f"{hour:02}:{minute:02}"


def _read_day(text: str, year: str) -> str:
    try:
        day = dt.date.fromisoformat(year + text)
    except ValueError:
        example = "12-25" if year else "2026-05-01"
        facts = {"text": text, "example": example}
        raise ValidationError(_("“%(text)s” is not a date. Write it like %(example)s.") % facts) from None
    return day.isoformat()[len(year) :]

"""What a promise would be: one JSON line in, one JSON object out. Nothing is stored, nothing is read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from itertools import islice
from math import inf
from typing import Any, NoReturn

from tickets.sla.business_time import (
    BusinessCalendar,
    BusinessTimeError,
    Pause,
    Step,
    due_at,
    elapsed,
    explain_due,
    explain_elapsed,
)

MOST_STEPS = 100

_DATE_LENGTH = len("Mon 2026-01-05 ")
_DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ISO_TIME = re.compile(
    r"[0-9W-]+[T ][0-9]{2}(:?[0-9]{2}(:?[0-9]{2}([.,][0-9]{1,6}0*)?)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
)


def answer(line: bytes) -> dict[str, Any]:
    """The answer to one request: `{"due_at", "explanation"}`, `{"elapsed_seconds", "explanation"}` or
    `{"error": {"field", "detail"}}`. Never raises, whatever the bytes are.

    `field` is the path of the first fault, `line` when the line is no JSON object. Beyond MOST_STEPS steps
    the explanation sums up the middle ones.
    """
    try:
        request = _request(line)
        if request.get("op") == "due":
            return _answer_due(request)
        if request.get("op") == "elapsed":
            return _answer_elapsed(request)
        raise BusinessTimeError("op", 'Must be "due" or "elapsed".')
    except BusinessTimeError as error:
        return {"error": {"field": error.field, "detail": error.detail}}


def _answer_due(request: dict[str, Any]) -> dict[str, Any]:
    calendar = BusinessCalendar.from_dict(_required(request, "calendar"))
    start, seconds = _time(_required(request, "start"), "start"), _duration(request)
    pauses = _pauses(request)
    steps = explain_due(calendar, start, seconds, pauses)
    lasting = any(end is None for _, end in pauses)
    due = None if lasting else due_at(calendar, start, seconds, pauses)
    explanation = [
        f"{_length(seconds)} of business time from {_clock(start, calendar.zone)} ({calendar.timezone}).",
        *_told(steps, calendar.zone),
        f"Due {_clock(due, calendar.zone)}." if due else "No due time while a pause lasts.",
    ]
    return {"due_at": _iso(due) if due else None, "explanation": explanation}


def _answer_elapsed(request: dict[str, Any]) -> dict[str, Any]:
    calendar = BusinessCalendar.from_dict(_required(request, "calendar"))
    start, end = _time(_required(request, "start"), "start"), _time(_required(request, "end"), "end")
    pauses = _pauses(request)
    seconds = elapsed(calendar, start, end, pauses)
    span = f"{_clock(start, calendar.zone)} to {_clock(end, calendar.zone)} ({calendar.timezone})"
    explanation = [
        f"Business time from {span}.",
        *_told(explain_elapsed(calendar, start, end, pauses), calendar.zone),
        f"{_length(seconds)} of business time passed.",
    ]
    return {"elapsed_seconds": seconds, "explanation": explanation}


def _request(line: bytes) -> dict[str, Any]:
    try:
        request = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except RecursionError:
        raise BusinessTimeError("line", "This JSON is nested too deeply.") from None
    except ValueError as error:
        raise BusinessTimeError("line", f"This is not JSON in UTF-8: {error}.") from None
    if not isinstance(request, dict):
        raise BusinessTimeError("line", 'Must be a JSON object, such as {"op": "due", …}.')
    return request


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _required(request: dict[str, Any], name: str) -> object:
    if name not in request:
        raise BusinessTimeError(name, "Is missing.")
    return request[name]


def _duration(request: dict[str, Any]) -> float:
    seconds = _required(request, "business_seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds in (inf, -inf):
        raise BusinessTimeError("business_seconds", "Must be a number of seconds, such as 28800.")
    if isinstance(seconds, float) and round(seconds, 6) != seconds:
        raise BusinessTimeError("business_seconds", "Must be in whole microseconds: at most six decimals.")
    return seconds


def _pauses(request: dict[str, Any]) -> list[Pause]:
    pauses = request.get("pauses")
    if pauses is None:
        return []
    if not isinstance(pauses, list):
        raise BusinessTimeError("pauses", "Must be a list of [begin, end], where end may be null.")
    return [_pause(pause, f"pauses[{index}]") for index, pause in enumerate(pauses)]


def _pause(pause: object, path: str) -> Pause:
    if not isinstance(pause, list) or len(pause) != 2:
        raise BusinessTimeError(path, "Must be [begin, end], where end may be null.")
    begin, end = pause
    return _time(begin, f"{path}[0]"), None if end is None else _time(end, f"{path}[1]")


def _time(text: object, path: str) -> datetime:
    """Python alone would read more than ISO 8601, and drop a fraction's digits after the sixth."""
    if not isinstance(text, str) or not _ISO_TIME.fullmatch(text.upper()):
        raise BusinessTimeError(
            path, 'Must be an ISO 8601 time with its offset from UTC, such as "2026-01-05T09:00:00Z".'
        )
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise BusinessTimeError(path, f"There is no such time: {error}.") from None


def _told(steps: list[Step], zone: tzinfo) -> Iterator[str]:
    """The steps in English, the middle ones summed up where they are too many."""
    half = MOST_STEPS // 2
    if len(steps) <= MOST_STEPS:
        yield from (_told_step(step, zone) for step in steps)
        return
    yield from (_told_step(step, zone) for step in steps[:half])
    middle = sum(step.seconds for step in islice(steps, half, len(steps) - half) if step.kind == "counted")
    yield f"{len(steps) - 2 * half} more stretches: {_length(middle)} counted."
    yield from (_told_step(step, zone) for step in steps[-half:])


def _told_step(step: Step, zone: tzinfo) -> str:
    begin = _clock(step.start, zone)
    if step.end is None:
        return f"{begin}: paused, not resumed yet."
    end = _clock(step.end, zone)
    same_date = begin[:_DATE_LENGTH] == end[:_DATE_LENGTH]
    return f"{begin} to {end[_DATE_LENGTH:] if same_date else end}: {_length(step.seconds)} {step.kind}."


def _clock(moment: datetime, zone: tzinfo) -> str:
    """Wall clock with its offset, for on a night of clock change the wall clock alone is ambiguous."""
    try:
        local = moment.astimezone(zone)
    except OverflowError:
        local = moment.astimezone(UTC)
    seconds = local.second or local.microsecond
    time = local.isoformat(" ", "auto" if seconds else "minutes")
    return f"{_DAY_NAMES[local.weekday()]} {time}"


def _length(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    amounts = (str(hours), "h"), (str(minutes), "min"), (f"{rest:.6f}".rstrip("0").rstrip("."), "s")
    return " ".join(f"{amount} {unit}" for amount, unit in amounts if amount != "0") or "0 s"


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")

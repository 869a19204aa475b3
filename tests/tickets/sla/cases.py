"""Cases kept as data: our own golden ones and faults, and those of the corpora (where CORPORA_DIR is set)."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

DATA = Path(__file__).parent / "data"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Case = dict[str, Any]

PLAIN_REQUEST: Case = {
    "op": "due",
    "calendar": {"timezone": "Europe/Berlin", "hours": {"mon": [["09:00", "17:00"]]}},
    "start": "2026-01-05T09:00:00Z",
    "business_seconds": 3600,
}


def golden_cases() -> list[Case]:
    """Requests with the answer they must get."""
    cases: list[Case] = json.loads((DATA / "golden.json").read_text())
    for case in cases:
        calendar = case["request"]["calendar"]
        if isinstance(calendar["hours"], str):
            calendar["hours"] = _hours(calendar["hours"])
    return cases


def faulty_lines() -> list[tuple[str, bytes]]:
    """(field that must be named, line): the plain request with one thing wrong."""
    return [(fault["field"], _faulty_line(fault)) for fault in json.loads((DATA / "faults.json").read_text())]


def corpus(name: str) -> list[Case]:
    """The cases of a corpus; the test is skipped without CORPORA_DIR."""
    folder = os.environ.get("CORPORA_DIR")
    if not folder:
        pytest.skip("CORPORA_DIR is not set")
    cases: list[Case] = json.loads((Path(folder) / name / "cases.json").read_text())
    return cases


def request_of(case: Case) -> Case | None:
    """The `preview_due` line of a case of the sla or dst corpus; None for one that is no arithmetic."""
    if "kind_of_case" in case:
        hours = _hours(
            "every day 00:00-24:00" if case["kind_of_case"].startswith("open") else "every day 09:00-17:00"
        )
        calendar = {"timezone": case["zone"], "hours": hours}
        return {
            "op": "due",
            "calendar": calendar,
            "start": case["start_utc"],
            "business_seconds": case["minutes"] * 60,
        }
    readers = {
        "add_business_time": _added,
        "business_time_between": _between,
        "ticket_due": _ticket_due,
        "working_minutes_of_ticket": _working_minutes,
        "invalid": _invalid,
    }
    return readers[case["kind"]](case) if case["kind"] in readers else None


def accepted_answers(case: Case) -> list[Case]:
    """What may stand in the answer beside the explanation."""
    if case.get("kind") == "invalid":
        return [{"field": "business_seconds"}]
    if "expected_seconds" in case:
        return [{"elapsed_seconds": case["expected_seconds"]}]
    if "expected_minutes" in case:
        return [{"elapsed_seconds": case["expected_minutes"] * 60}]
    also = [case["accept_also_utc"]] if "accept_also_utc" in case else []
    return [{"due_at": due} for due in [_utc(_moment(case, "expected")), *also]]


def _added(case: Case) -> Case:
    return {
        "op": "due",
        "calendar": case["calendar"],
        "start": _moment(case, "start"),
        "business_seconds": case["seconds"],
    }


def _between(case: Case) -> Case:
    return {
        "op": "elapsed",
        "calendar": case["calendar"],
        "start": _moment(case, "start"),
        "end": _moment(case, "end"),
    }


def _ticket_due(case: Case) -> Case:
    return {
        "op": "due",
        "calendar": case["calendar"],
        "start": case["created_utc"],
        "business_seconds": case["minutes"] * 60,
        "pauses": case["pauses_utc"],
    }


def _working_minutes(case: Case) -> Case:
    """The part of the ticket's life that lies in the window asked for."""
    return {
        "op": "elapsed",
        "calendar": case["calendar"],
        "start": max(case["start_utc"], case["created_utc"]),
        "end": min(case["end_utc"], case["closed_utc"] or case["end_utc"]),
        "pauses": case["pauses_utc"],
    }


def _invalid(case: Case) -> Case:
    return {**PLAIN_REQUEST, "business_seconds": case["minutes"] * 60}


def _moment(case: Case, name: str) -> str:
    if f"{name}_utc" in case:
        return str(case[f"{name}_utc"])
    local = datetime.fromisoformat(case[f"{name}_local"])
    return local.replace(tzinfo=ZoneInfo(case["clock_timezone"])).isoformat()


def _utc(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo("UTC")).isoformat().replace("+00:00", "Z")


def _hours(words: str) -> dict[str, list[list[str]]]:
    """`weekdays 09:00-17:00` or `every day 00:00-24:00`."""
    days, _, times = words.rpartition(" ")
    return {day: [times.split("-")] for day in (WEEKDAYS[:5] if days == "weekdays" else WEEKDAYS)}


def _faulty_line(fault: Case) -> bytes:
    if "line" in fault:
        return str(fault["line"]).encode()
    request = {**PLAIN_REQUEST, **fault.get("change", {})}
    if "calendar" in fault:
        request["calendar"] = {**PLAIN_REQUEST["calendar"], **fault["calendar"]}
    request.pop(fault.get("without"), None)
    return json.dumps(request).encode()

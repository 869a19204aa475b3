"""`preview_due`: the contract line by line, and the cases of others through the command itself."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.tickets.sla.cases import (
    PLAIN_REQUEST,
    Case,
    accepted_answers,
    corpus,
    faulty_lines,
    golden_cases,
    request_of,
)
from tickets.sla.preview import MOST_STEPS, answer

ROOT = Path(__file__).parents[3]
# Nothing listens there: the command must need neither.
NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1"}


@pytest.mark.parametrize("case", golden_cases(), ids=lambda case: str(case["name"]))
def test_golden_case_is_answered_exactly(case: Case) -> None:
    expected = {name: case[name] for name in ("due_at", "elapsed_seconds") if name in case}

    answered = _ask(case["request"])

    assert _without_explanation(answered) == expected


@pytest.mark.parametrize(("field", "line"), faulty_lines())
def test_fault_is_named_by_its_field(field: str, line: bytes) -> None:
    answered = answer(line)

    assert list(answered) == ["error"]
    assert answered["error"]["field"] == field
    assert str(answered["error"]["detail"]).endswith(".")


@pytest.mark.parametrize("line", [b"\xff\xfe", b"[" * 200_000, b"1" * 5_000, b"\x00", "{}".encode("utf-16")])
def test_bytes_that_are_no_request_are_answered(line: bytes) -> None:
    answered = answer(line)

    assert answered["error"]["field"] == "line"


def test_zone_in_wrong_case_is_told_how_to_write_it() -> None:
    calendar = {**PLAIN_REQUEST["calendar"], "timezone": "europe/berlin"}

    answered = _ask({**PLAIN_REQUEST, "calendar": calendar})

    detail = 'No time zone is called "europe/berlin". Write "Europe/Berlin".'
    assert answered == {"error": {"field": "calendar.timezone", "detail": detail}}


def test_explanation_of_due_lists_counted_and_paused_time() -> None:
    request = {
        **golden_cases()[0]["request"],
        "business_seconds": 36_000,
        "pauses": [["2026-01-12T15:00:00+01:00", "2026-01-13T09:30:00+01:00"]],
    }

    answered = _ask(request)

    assert answered["explanation"] == [
        "10 h of business time from Fri 2026-01-09 16:40+01:00 (Europe/Berlin).",
        "Fri 2026-01-09 16:40+01:00 to 17:00+01:00: 20 min counted.",
        "Mon 2026-01-12 09:00+01:00 to 15:00+01:00: 6 h counted.",
        "Mon 2026-01-12 15:00+01:00 to 17:00+01:00: 2 h paused.",
        "Tue 2026-01-13 09:00+01:00 to 09:30+01:00: 30 min paused.",
        "Tue 2026-01-13 09:30+01:00 to 13:10+01:00: 3 h 40 min counted.",
        "Due Tue 2026-01-13 13:10+01:00.",
    ]


def test_explanation_of_a_pause_that_lasts_says_so() -> None:
    answered = _ask({**PLAIN_REQUEST, "pauses": [["2026-01-05T09:15:00Z", None]]})

    assert answered == {
        "due_at": None,
        "explanation": [
            "1 h of business time from Mon 2026-01-05 10:00+01:00 (Europe/Berlin).",
            "Mon 2026-01-05 10:00+01:00 to 10:15+01:00: 15 min counted.",
            "Mon 2026-01-05 10:15+01:00: paused, not resumed yet.",
            "No due time while a pause lasts.",
        ],
    }


def test_explanation_of_elapsed_shows_both_offsets_of_a_night_of_change() -> None:
    calendar = {"timezone": "Europe/Berlin", "hours": {"sun": [["00:00", "04:00"]]}}
    request = {
        "op": "elapsed",
        "calendar": calendar,
        "start": "2026-10-24T12:00Z",
        "end": "2026-10-25T12:00Z",
    }

    answered = _ask(request)

    assert answered == {
        "elapsed_seconds": 18_000,
        "explanation": [
            "Business time from Sat 2026-10-24 14:00+02:00 to Sun 2026-10-25 13:00+01:00 (Europe/Berlin).",
            "Sun 2026-10-25 00:00+02:00 to 04:00+01:00: 5 h counted.",
            "5 h of business time passed.",
        ],
    }


def test_long_explanation_sums_up_its_middle() -> None:
    answered = _ask({**PLAIN_REQUEST, "business_seconds": 8 * 3600 * (MOST_STEPS + 20)})

    explanation: Any = answered["explanation"]
    assert len(explanation) == MOST_STEPS + 3
    assert explanation[MOST_STEPS // 2 + 1] == "21 more stretches: 168 h counted."


def test_command_answers_each_line_in_order_and_goes_on_after_a_fault() -> None:
    plain = json.dumps(PLAIN_REQUEST)
    lines = [f"\ufeff{plain}", "", "{oops", "   ", plain, json.dumps({**PLAIN_REQUEST, "op": "undo"})]

    done = _preview_due("\r\n".join(lines).encode())

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answered.get("due_at") or answered["error"]["field"] for answered in answers] == [
        "2026-01-05T10:00:00Z",
        "line",
        "2026-01-05T10:00:00Z",
        "op",
    ]
    assert (done.returncode, done.stderr) == (0, b"")


def test_command_answers_before_the_next_line_is_written() -> None:
    with subprocess.Popen(**_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as command:
        assert command.stdin is not None
        assert command.stdout is not None
        command.stdin.write(json.dumps(PLAIN_REQUEST).encode() + b"\n")
        command.stdin.flush()

        answered = json.loads(command.stdout.readline())

        command.stdin.close()
    assert answered["due_at"] == "2026-01-05T10:00:00Z"


def test_command_ends_quietly_when_its_reader_has_gone() -> None:
    lines = (json.dumps(PLAIN_REQUEST).encode() + b"\n") * 2_000
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(**_command(), **pipes) as command:
        assert command.stdin is not None
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdout.close()

        try:
            command.stdin.write(lines)
            command.stdin.close()
        except BrokenPipeError:
            pass  # it stopped reading first, which is as quiet

        assert command.stderr.read() == b""
    assert command.returncode == 0


def test_sla_corpus_agrees_to_the_second() -> None:
    cases = [case for case in corpus("sla") if request_of(case)]

    answers = _answers_of_command(cases)

    wrong = {
        case["id"]: answered
        for case, answered in zip(cases, answers, strict=True)
        if _without_explanation(answered) not in accepted_answers(case)
    }
    assert wrong == {}
    assert len(cases) >= 41


def test_dst_corpus_agrees_to_the_second() -> None:
    cases = corpus("dst")

    answers = _answers_of_command(cases)

    wrong = {
        case["id"]: answered
        for case, answered in zip(cases, answers, strict=True)
        if _without_explanation(answered) not in accepted_answers(case)
    }
    # Governments change their minds: a clock change that the zone data in use no longer knows proves nothing.
    assert [case["id"] for case in cases if case["id"] in wrong and _change_is_known(case)] == []
    assert {case["zone"] for case in cases if not _change_is_known(case)} <= {"Africa/Casablanca"}
    assert len(cases) >= 78


def _ask(request: Case) -> dict[str, Any]:
    return answer(json.dumps(request).encode())


def _without_explanation(answered: dict[str, Any]) -> dict[str, Any]:
    if "error" in answered:
        return {"field": answered["error"]["field"]}
    assert all(isinstance(text, str) for text in answered["explanation"])
    return {name: value for name, value in answered.items() if name != "explanation"}


def _change_is_known(case: Case) -> bool:
    change = datetime.fromisoformat(case["transition_utc"])
    moments = {"local_before": change - timedelta(seconds=1), "local_after": change}
    return all(
        moment.astimezone(ZoneInfo(case["zone"])).utcoffset()
        == datetime.fromisoformat(case[name]).utcoffset()
        for name, moment in moments.items()
    )


def _answers_of_command(cases: Iterable[Case]) -> list[dict[str, Any]]:
    done = _preview_due(b"".join(json.dumps(request_of(case)).encode() + b"\n" for case in cases))
    assert (done.returncode, done.stderr) == (0, b"")
    return [json.loads(line) for line in done.stdout.splitlines()]


def _preview_due(lines: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(**_command(), input=lines, capture_output=True, check=False, timeout=60)


def _command() -> dict[str, Any]:
    environment = {**os.environ, **NOWHERE, "SECRET_KEY": "a key for tests only, known to everybody"}
    return {"args": [sys.executable, "manage.py", "preview_due"], "cwd": ROOT, "env": environment}

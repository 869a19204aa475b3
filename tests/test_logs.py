"""What the log tells, and what it must not."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
import structlog
from django.test import Client

from helpdesk.logs import logging_config, path_without_keys

KEY = "q7Zr0mX9vT2kLs8WdYp4HcNe"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The stream that the product's own configuration writes to."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    kept = logging.getLogger().handlers[:]
    logging.config.dictConfig(logging_config(debug=False))
    yield stream
    structlog.contextvars.clear_contextvars()
    logging.getLogger().handlers[:] = kept


def test_a_line_is_json_with_the_bound_ids(lines: io.StringIO) -> None:
    structlog.contextvars.bind_contextvars(request_id="r-1", tenant="acme")

    structlog.get_logger("tickets").info("ticket.submitted", number="ACME-1005")
    logging.getLogger("elsewhere").warning("slow %s", "disk")

    ours, theirs = map(json.loads, lines.getvalue().splitlines())
    assert {**ours, "timestamp": ""} == {
        "event": "ticket.submitted",
        "number": "ACME-1005",
        "request_id": "r-1",
        "tenant": "acme",
        "level": "info",
        "logger": "tickets",
        "timestamp": "",
    }
    assert (theirs["event"], theirs["tenant"]) == ("slow disk", "acme")


@pytest.mark.django_db
def test_a_guests_key_and_search_words_stay_out(lines: io.StringIO) -> None:
    Client(headers={"host": "nowhere.example"}).get(f"/t/{KEY}/?q=secret+words")

    told = json.loads(lines.getvalue())
    assert told["request"] == "GET /t/…/"
    assert told["code"] == 404
    assert len(told["request_id"]) == 36


def test_djangos_own_words_hide_keys_too(lines: io.StringIO) -> None:
    logging.getLogger("django.request").error(
        "Internal Server Error: /t/%s/", KEY, extra={"request": object()}
    )

    told = json.loads(lines.getvalue())
    assert told["event"] == "Internal Server Error: /t/…/"
    assert "request" not in told


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/tickets/ACME-1005/", "/tickets/ACME-1005/"),
        (f"/t/{KEY}/", "/t/…/"),
        (f"/accounts/password/reset/key/1-{KEY}/", "/accounts/password/reset/key/…/"),
        (f"/search?key={KEY}", "/search"),
    ],
)
def test_path_without_keys(path: str, shown: str) -> None:
    assert path_without_keys(path) == shown

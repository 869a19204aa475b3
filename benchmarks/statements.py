"""How many SQL statements a request needs, counted in this process against the same database."""

import logging
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.client import fields
from benchmarks.units import (
    AGENT,
    CUSTOMER,
    DESK_READS,
    FIND,
    HOST,
    PASSWORD,
    SEARCH,
    SUBMIT,
    SUGGEST,
    TEXT,
    article_in,
)

Counts = dict[str, str]
ASKED = {"subject": "Picture stops", "body": TEXT, "name": "Ana", "impact": "2"}


def count_statements(topic: str, own: str, desk: str) -> Counts:
    """Of a guest's topic, a customer's own ticket and the same at the desk, by their addresses.

    Statements of each unit, `BEGIN`, the tenant's setting and `COMMIT` among them; of several requests, each."""
    logging.disable(logging.CRITICAL)  # a line a request would stand between the tables
    guest, agent, customer = Client(headers={"host": HOST}), _signed_in(AGENT), _signed_in(CUSTOMER)
    _submit(guest, topic, {**ASKED, "email": "first@load.example"})  # fills what a process remembers
    article = article_in(guest.get("/en/").content.decode())
    reply = desk.replace("/change/", "/reply/")
    return {
        "home page, guest": _count(lambda: guest.get("/en/")),
        "article, guest": _count(lambda: guest.get(article)),
        "search of articles, guest": _count(lambda: guest.get(FIND)),
        "suggested articles, guest": _count(lambda: guest.get(SUGGEST)),
        SUBMIT: _submit(guest, topic, {**ASKED, "email": f"{uuid.uuid4()}@load.example"}),
        "customer's list": _count(lambda: customer.get("/tickets/")),
        "customer's search": _count(lambda: customer.get(SEARCH)),
        "customer's ticket page": _count(lambda: customer.get(own)),
        **{name: _count(partial(agent.get, path)) for name, path in DESK_READS.items()},
        "desk: workspace": _count(lambda: agent.get(desk)),
        "desk: open and reply": _both(agent, desk, reply, {"body": TEXT, "status": "open"}),
    }


def _signed_in(email: str) -> Client:
    client = Client(headers={"host": HOST})
    page = client.get("/accounts/login/").content.decode()
    client.post("/accounts/login/", fields(page, "/accounts/login/") | {"login": email, "password": PASSWORD})
    return client


def _both(client: Client, page: str, action: str, answers: dict[str, str]) -> str:
    shown: list[Any] = []
    first = _count(lambda: shown.append(client.get(page)) or shown[-1])
    form = fields(shown[-1].content.decode(), action)
    return f"{first} + {_count(lambda: client.post(action, form | answers))}"


def _submit(client: Client, topic: str, answers: dict[str, str]) -> str:
    shown: list[Any] = []
    form = _count(lambda: shown.append(client.get(topic)) or shown[-1])
    values = fields(shown[-1].content.decode(), topic) | answers
    go_on = _count(lambda: shown.append(client.post(topic, values)) or shown[-1])
    summary = shown[-1]["Location"]
    return f"{form} + {go_on} + {_both(client, summary, summary, {})}"


def _count(ask: Callable[[], HttpResponseBase]) -> str:
    ask_again = CaptureQueriesContext(connection)
    with ask_again:
        answer = ask()
    if answer.status_code not in {200, 302, 303}:
        raise RuntimeError(f"A request to count answered {answer.status_code}.")
    return str(len(ask_again.captured_queries))

"""How many SQL statements a request needs and how many pages of the database they touch, counted in this process
against the same database.
"""

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
from benchmarks.meter import Counted
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

ASKED = {"subject": "Picture stops", "body": TEXT, "name": "Ana", "impact": "2"}


def count_statements(topic: str, own: str, desk: str) -> dict[str, Counted]:
    """Of a guest's topic, a customer's own ticket and the same at the desk, by their addresses.

    `BEGIN`, the tenant's setting and `COMMIT` count among the statements. Each unit is done once before it is counted.
    """
    logging.disable(logging.CRITICAL)  # a line a request would stand between the tables
    guest, agent, customer = Client(headers={"host": HOST}), _signed_in(AGENT), _signed_in(CUSTOMER)
    _submit(guest, topic, {**ASKED, "email": "first@load.example"})  # fills what a process remembers
    article = article_in(guest.get("/en/").content.decode())
    reply = desk.replace("/change/", "/reply/")
    reads = {
        "home page, guest": partial(guest.get, "/en/"),
        "article, guest": partial(guest.get, article),
        "search of articles, guest": partial(guest.get, FIND),
        "suggested articles, guest": partial(guest.get, SUGGEST),
        "customer's list": partial(customer.get, "/tickets/"),
        "customer's search": partial(customer.get, SEARCH),
        "customer's ticket page": partial(customer.get, own),
        **{name: partial(agent.get, path) for name, path in DESK_READS.items()},
        "desk: workspace": partial(agent.get, desk),
    }
    return {
        **{name: _counted(partial(_count, read)) for name, read in reads.items()},
        SUBMIT: _counted(lambda: _submit(guest, topic, ASKED | {"email": f"{uuid.uuid4()}@load.example"})),
        "desk: open and reply": _counted(lambda: _both(agent, desk, reply, {"body": TEXT, "status": "open"})),
    }


def _counted(act: Callable[[], str]) -> Counted:
    act()
    before = _pages()
    return Counted(act(), _pages() - before)


def _pages() -> int:
    """The pages of the database that this connection touched so far, whether they lay in memory or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT sum(hits + reads) FROM pg_stat_get_backend_io(pg_backend_pid())")
        return int(cursor.fetchone()[0])


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

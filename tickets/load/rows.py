"""Multiplies a plan out into rows, by `INSERT … SELECT` as the owner of the database."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.crypto import get_random_string

from accounts.models import Tenant
from helpdesk.search.analysis import stemmers_of
from helpdesk.tenancy import tenant_scope
from tickets.load import statements
from tickets.load.plan import Plan, make_plan
from tickets.models import FiguresState

BATCH = 50_000  # tickets in one transaction: what is there after an interruption is whole
TICKETS_A_PERSON = 20


def store_load(tenant: Tenant, *, tickets: int, messages: int, now: dt.datetime) -> Iterator[int]:
    """Stores so many tickets with so many messages each, oldest first; yields how many there are after each batch.

    Needs the owner's connection. The tenant's own requests wait for the counter while a batch is written. Everything
    is the same at every run but the times, which end at `now`, and the keys and tokens, which are random.
    """
    with tenant_scope(tenant.pk), connection.cursor() as cursor:
        plan = make_plan(tickets=tickets, messages=messages, now=now)
        _lay_out(cursor, plan, tenant.locale)
        people = _store_people(cursor, tenant, max(1, tickets // TICKETS_A_PERSON))
    for start in range(0, tickets, BATCH):
        count = min(BATCH, tickets - start)
        with tenant_scope(tenant.pk), connection.cursor() as cursor:
            _patiently(cursor)
            _store_batch(cursor, tenant, plan, people, {"start": start, "count": count, "total": tickets})
            FiguresState.objects.update(is_walked=False)  # no event told of them: the worker walks on
        yield start + count
    with connection.cursor() as cursor:
        cursor.execute(statements.ANALYZE)


def _lay_out(cursor: CursorWrapper, plan: Plan, locale: str) -> None:
    """Makes the temporary tables and fills those that the plan knows."""
    _patiently(cursor)
    cursor.execute(statements.TABLES)
    for table, rows in plan.tables.items():
        cursor.execute(
            f"INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)",
            [json.dumps(rows, cls=_Exact)],
        )
        cursor.execute(f"ANALYZE {table}")
    for statement in statements.VECTORS:
        cursor.execute(statement, {"stemmers": stemmers_of([locale])})


def _store_people(cursor: CursorWrapper, tenant: Tenant, count: int) -> int:
    """Customers with an account whose password nobody knows; returns how many of these there are now."""
    values: dict[str, Any] = {
        "tenant": tenant.pk,
        "count": count,
        "password": make_password(get_random_string(40)),
        "locale": tenant.locale,
        "timezone": tenant.timezone,
    }
    for statement in statements.PEOPLE:
        cursor.execute(statement, values)
    cursor.execute("SELECT count(*) FROM load_person")
    return int(cursor.fetchone()[0])


def _store_batch(
    cursor: CursorWrapper, tenant: Tenant, plan: Plan, people: int, part: dict[str, int]
) -> None:
    values: dict[str, Any] = {
        "tenant": tenant.pk,
        "prefix": tenant.prefix,
        "locale": tenant.locale,
        "people": people,
        "slots": len(plan.tables["load_slot"]),
        "routes": len(plan.tables["load_route"]),
        "texts": len(plan.tables["load_text"]),
        "subjects": len(plan.tables["load_subject"]),
        **part,
    }
    cursor.execute(statements.COUNTER, values)
    values["counter"] = cursor.fetchone()[0] - part["count"]
    for statement in statements.BATCH:
        cursor.execute(statement, values)


def _patiently(cursor: CursorWrapper) -> None:
    cursor.execute("SET LOCAL statement_timeout = 0")
    cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


class _Exact(DjangoJSONEncoder):
    """Django's cuts moments to milliseconds."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, dt.datetime) else super().default(o)

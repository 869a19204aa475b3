"""Taking rows to send: claimed over all tenants through the door, owned for a while, given back or settled.

A lease is fenced by its own end: whoever lost it to another worker changes nothing any more.
"""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import Error, InterfaceError, OperationalError, connection
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from helpdesk.outbox.models import OutboxRow
from helpdesk.tenancy import tenant_scope

LEASE_SECONDS = 60  # more than one try may take; a dead worker's rows are taken over after it
PAUSES_SECONDS = (0.5, 1, 2, 4, 8, 16)
DRAINS = 2  # at once in the installation: a slow mail server must not hold every worker
_LOCK = 0x6F7574  # "out": the first half of the advisory locks below


@dataclass(frozen=True)
class Claim:
    """A row that this worker, and no other, may send until `leased_until`."""

    tenant_id: int
    row_id: int
    leased_until: dt.datetime

    def row(self) -> QuerySet[OutboxRow]:
        """The row while it is still ours, else nothing. Needs the tenant's scope."""
        return OutboxRow.objects.filter(
            pk=self.row_id, state=OutboxRow.State.WAITING, leased_until=self.leased_until
        )


def claim_rows(n: int) -> list[Claim]:
    """At most `n` due rows, oldest first, fair between the tenants; each is leased to the caller."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, id, leased_until FROM door.claim_outbox(%s, %s)", [n, LEASE_SECONDS]
        )
        return sorted((Claim(*found) for found in cursor.fetchall()), key=attrgetter("row_id"))


def begin_try(claim: Claim) -> tuple[OutboxRow, Claim] | None:
    """The row with a fresh lease and the try counted, or None when it is no longer ours. Needs the tenant's scope.

    The try is counted before it is made, so that a row that kills its worker is found out.
    """
    changed = claim.row().update(
        leased_until=Now() + dt.timedelta(seconds=LEASE_SECONDS),
        attempts=F("attempts") + 1,
        faults=F("faults") + 1,
    )
    if not changed:
        return None
    row = OutboxRow.objects.get(pk=claim.row_id)
    assert row.leased_until is not None
    return row, Claim(claim.tenant_id, claim.row_id, row.leased_until)


def settle(claim: Claim, **changes: Any) -> None:
    """Write how the try ended and end the lease; nothing is written when the row is no longer ours.

    A mail may have left by now, so a database that restarts is waited for: else it would be sent again.
    """
    for pause in PAUSES_SECONDS:
        try:
            return _write_end(claim, changes)
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(pause)
    return _write_end(claim, changes)


def _write_end(claim: Claim, changes: dict[str, Any]) -> None:
    with tenant_scope(claim.tenant_id):
        claim.row().update(leased_until=None, **changes)


def give_back(claims: list[Claim], **changes: Any) -> None:
    """Lets others take rows that were not tried."""
    for tenant_id, own in groupby(sorted(claims, key=attrgetter("tenant_id")), key=attrgetter("tenant_id")):
        with tenant_scope(tenant_id):
            for claim in own:
                claim.row().update(leased_until=None, **changes)


@contextmanager
def drain_slot() -> Iterator[bool]:
    """Whether fewer than DRAINS drains are at work; the place is held meanwhile, and freed also by sudden death."""
    with connection.cursor() as cursor:
        slot = next(
            (number for number in range(DRAINS) if _lock(cursor, "pg_try_advisory_lock", number)), None
        )
    try:
        yield slot is not None
    finally:
        if slot is not None:
            with suppress(Error), connection.cursor() as cursor:  # a lost connection has let go by itself
                _lock(cursor, "pg_advisory_unlock", slot)


def _lock(cursor: Any, function: str, number: int) -> bool:
    cursor.execute(f"SELECT {function}(%s, %s)", [_LOCK, number])
    return bool(cursor.fetchone()[0])

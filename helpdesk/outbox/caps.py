"""How many automatic mails one address gets, over all tenants together: a confirmation must not become a weapon."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import connection

from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.topics import Kind, kind_of

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
# (kind, is the address proven) → so many in that time. Codes to an unproven address have room of their own, so that a
# person can still sign in when a stranger has used up the rest.
CAPS = {
    (Kind.TICKET, False): (3, DAY),
    (Kind.ACCOUNT, False): (10, DAY),
    (Kind.TICKET, True): (60, HOUR),
    (Kind.ACCOUNT, True): (80, HOUR),
}


def may_mail(row: OutboxRow) -> bool:
    """Whether this automatic mail may go to its address now.

    Counts what was let through to its mailbox over all tenants (`ann+shop@` is `ann@`), to unproven and proven ones
    apart. Needs a transaction: until its end others wait with the same mailbox, so that the count is exact.
    """
    limit, period = CAPS[kind_of(row.topic), row.is_proven]
    counted: list[Any] = [row.mailbox, period, row.is_proven]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [row.mailbox])
        cursor.execute("SELECT door.mails_to(%s, %s, %s)", counted)
        return bool(cursor.fetchone()[0] < limit * settings.RATE_LIMIT_SCALE)

"""What people looked for and did not find."""

from __future__ import annotations

import datetime as dt
import re

from django.db import connection

from helpcenter.models import SearchMiss
from helpdesk.tenancy import current_tenant_id

# Addresses and long numbers say who asked, not what is missing.
_PERSONAL = re.compile(r"@|\d[\d\s.-]{4,}\d")
_COUNT = """
    INSERT INTO helpcenter_searchmiss AS m (tenant_id, locale, asked, times, last_at) VALUES (%s, %s, %s, 1, %s)
    ON CONFLICT (tenant_id, locale, asked) DO UPDATE SET times = m.times + 1, last_at = excluded.last_at
"""


def note_miss(asked: str, *, locale: str, now: dt.datetime) -> bool:
    """Counts a search without result; whether it was one to count. One statement, safe at once."""
    words = " ".join(asked.casefold().split())[: SearchMiss.LIMIT]
    if len(words) < 2 or _PERSONAL.search(words):
        return False
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [current_tenant_id(), locale, words, now])
    return True


def forget_miss(miss: SearchMiss) -> None:
    """Takes it from the list: an article answers it now, or nobody here can."""
    miss.delete()

"""Requests that an article made needless, and those that came after all."""

from __future__ import annotations

import datetime as dt

from accounts.models import Member
from helpcenter.models import Deflection, Translation
from helpdesk.tokens import hash_of

RETURN_DAYS = 7  # who asks again within so many days was not helped


def note_solved(text: Translation, *, visitor: str, member: Member | None, now: dt.datetime) -> Deflection:
    """Keeps that `text` solved it for the browser with this random value, of which only the hash is kept; once a day."""
    kept, _is_new = Deflection.objects.get_or_create(
        article_id=text.article_id,
        visitor=hash_of(visitor),
        day=now.date(),
        defaults={"locale": text.locale, "member": member, "created_at": now},
    )
    return kept


def note_return(*, visitor: str, now: dt.datetime) -> int:
    """Marks what was said to be solved in this browser lately: a request was sent from it. How many there were."""
    since = now - dt.timedelta(days=RETURN_DAYS)
    open_ones = Deflection.objects.filter(visitor=hash_of(visitor), came_back_at=None, created_at__gte=since)
    return open_ones.update(came_back_at=now)

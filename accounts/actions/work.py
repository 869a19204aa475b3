"""Who of the desk gets new tickets by a rule: a person says it of themselves, an admin of anybody."""

import datetime as dt
from collections.abc import Sequence

from accounts.models import Member


def choose_work(
    member: Member, *, takes_tickets: bool, back_on: dt.date | None, languages: Sequence[str]
) -> None:
    """Keeps whether the member takes new tickets, the first day back from leave, and what they read. Idempotent."""
    member.takes_tickets, member.back_on, member.languages = takes_tickets, back_on, list(languages)
    member.save(update_fields=["takes_tickets", "back_on", "languages"])

"""A customer reads."""

import datetime as dt

from tickets.models import Participant


def mark_read(participant: Participant, *, now: dt.datetime) -> None:
    """Remembers that the participant has seen everything public said before `now`. Writes no event."""
    Participant.objects.filter(pk=participant.pk).update(last_read_at=now)
    participant.last_read_at = now

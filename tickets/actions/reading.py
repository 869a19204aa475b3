"""A customer reads."""

import datetime as dt

from tickets.models import Participant


def mark_read(participant: Participant, *, until: dt.datetime) -> None:
    """Remembers that the participant has seen everything public said up to `until`, the time of the newest message
    shown: an answer that arrives while the page is made stays new. Writes no event.
    """
    Participant.objects.filter(pk=participant.pk).update(last_read_at=until)
    participant.last_read_at = until

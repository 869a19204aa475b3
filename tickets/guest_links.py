"""Private links of people without an account: random, kept as a hash, expiring, one ticket each."""

import datetime as dt
import secrets

from django.utils import timezone

from helpdesk.tokens import hash_of
from tickets.models import GuestLink, Participant

LIFETIME = dt.timedelta(days=60)


def write_guest_link(participant: Participant) -> tuple[str, GuestLink]:
    """A new token (256 random bits) that opens the participant's ticket at `/t/<token>/`, and the row to store: its hash."""
    token = secrets.token_urlsafe(32)
    return token, GuestLink(
        participant=participant, token_hash=hash_of(token), expires_at=timezone.now() + LIFETIME
    )


def new_guest_link(participant: Participant) -> str:
    """A new token, its hash stored."""
    token, link = write_guest_link(participant)
    link.save(force_insert=True)
    return token

"""Private links of people without an account: random, kept as a hash, expiring, one ticket each."""

import datetime as dt
import secrets

from django.utils import timezone

from helpdesk.tokens import hash_of
from tickets.models import GuestLink, Participant

LIFETIME = dt.timedelta(days=60)


def new_guest_link(participant: Participant) -> str:
    """A new token (256 random bits) that opens the participant's ticket at `/t/<token>/`; only its hash is stored."""
    token = secrets.token_urlsafe(32)
    GuestLink.objects.create(
        participant=participant, token_hash=hash_of(token), expires_at=timezone.now() + LIFETIME
    )
    return token

"""The ways by which a person signs in, as their profile and the keepers of people show them."""

import datetime as dt
from dataclasses import dataclass, field

from allauth.mfa.models import Authenticator
from django.conf import settings

from accounts.models import Member


@dataclass(frozen=True)
class Factor:
    """One passkey, or the authenticator app."""

    pk: int
    name: str
    added_at: dt.datetime
    used_at: dt.datetime | None


@dataclass
class Ways:
    """All of one person's second steps. `codes_left` is None for somebody without recovery codes."""

    passkeys: list[Factor] = field(default_factory=list)
    app: Factor | None = None
    codes_left: int | None = None

    @property
    def has_factor(self) -> bool:
        """Whether signing in asks for a second step."""
        return bool(self.passkeys or self.app)


def ways_of(member: Member) -> Ways:
    """What the person has set up, in one statement; no secret is opened for it."""
    ways = Ways()
    for row in Authenticator.objects.filter(user=member).order_by("created_at"):
        if row.type == Authenticator.Type.RECOVERY_CODES:
            ways.codes_left = settings.MFA_RECOVERY_CODE_COUNT - int(row.data["used_mask"]).bit_count()
        elif row.type == Authenticator.Type.TOTP:
            ways.app = _factor(row, "")
        else:
            ways.passkeys.append(_factor(row, row.data["name"]))
    return ways


def _factor(row: Authenticator, name: str) -> Factor:
    return Factor(row.pk, name, row.created_at, row.last_used_at)

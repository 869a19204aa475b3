"""Named reads of people and their tenant's choices."""

import datetime as dt
import re
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from accounts.memory import remembered
from accounts.models import Member, Sender, TenantSettings
from helpdesk.prepared import prepared

KINDS = Authenticator.Type
LETTERS = 3  # of a word that is looked for in names
_WILD = re.compile(r"[\\%_]")


def active_holders(role: str) -> QuerySet[Member]:
    """The people of the current tenant who have this role and may sign in."""
    return Member.objects.filter(role=role, is_active=True)


def member_of_address(email: str) -> Member | None:
    """The person of the current tenant with this address, guests included."""
    return _of_address.first(email=email.strip().lower())


def people_named(words: Iterable[str], *, limit: int) -> RawSQL | None:
    """People of the current tenant, guests included, in whose name one of the words stands, `limit` of each word at most:
    an array of their ids, known before anything is asked of them (see `AnyOf`).

    Words of fewer than LETTERS letters are passed over, because no index knows them; None when no others are given.
    """
    wanted = ["%" + _WILD.sub(r"\\\g<0>", word) + "%" for word in words if len(word) >= LETTERS]
    if not wanted:
        return None
    return RawSQL("ARRAY(SELECT member_id FROM door.people_named(%s::text[], %s))", [wanted, limit])


def signup_is_open() -> bool:
    """Whether strangers may make themselves an account in the current tenant."""
    chosen = remembered(_settings)
    return chosen is not None and chosen.signup_open


def second_factor_is_required() -> bool:
    """Whether the current tenant's team needs a second step; the platform, which has no choices of its own, does.

    Only the demo's operator goes without: its password is known to everybody anyway.
    """
    chosen = remembered(_settings)
    return not settings.DEMO if chosen is None else chosen.second_factor_required


def factors_of(member: object) -> QuerySet[Authenticator]:
    """What the person can show as a second step, oldest first; recovery codes alone are none."""
    return Authenticator.objects.filter(user=member).exclude(type=KINDS.RECOVERY_CODES).order_by("created_at")


def passkeys_of(member: object) -> QuerySet[Authenticator]:
    """The person's passkeys, oldest first."""
    return factors_of(member).filter(type=KINDS.WEBAUTHN)


def senders() -> list[Sender]:
    """Whom the current tenant writes as, by audience. Shared: to be read only."""
    return remembered(_senders)


def audiences() -> list[Sender]:
    """The audiences that people and articles can be told apart by: none where the tenant writes to everybody as one."""
    return senders() if len(senders()) > 1 else []


def audience_offered(member: Member | None) -> str:
    """The audience that a form offers the member (None: a guest) first; empty where it asks for none."""
    offered = audiences()
    own = next((one for one in offered if member and one.pk == member.audience_id), None)
    chosen = own or next((one for one in offered if one.is_default), None)
    return chosen.audience if chosen else ""


def default_sender() -> Sender:
    """Who the current tenant writes as when nothing more specific fits; raises Sender.DoesNotExist without any."""
    by_age = sorted(senders(), key=lambda sender: (not sender.is_default, sender.pk))
    if not by_age:
        raise Sender.DoesNotExist("This tenant has no sender. Add one under Settings, Senders.")
    return by_age[0]


def pending_days() -> int:
    """How many days a ticket waits for its customer before it counts as solved."""
    return _settings_there().pending_solved_days


def reminder_days() -> int:
    """How many days a ticket waits for its customer before they are reminded."""
    return TenantSettings.objects.values_list("pending_reminder_days", flat=True).get()


def reopen_days() -> int:
    """How many days a solved ticket can be opened again, before it is closed."""
    return _settings_there().solved_closed_days


def asks_for_ratings() -> bool:
    """Whether customers are asked by mail what they thought of the help."""
    return _settings_there().asks_for_ratings


def closed_contact(*, now: dt.datetime) -> TenantSettings | None:
    """The choices of a tenant that takes no new requests by its forms now: until when (`closed_until`) and why."""
    chosen = remembered(_settings)
    return chosen if chosen and chosen.closed_until and chosen.closed_until > now else None


def _settings_there() -> TenantSettings:
    chosen = remembered(_settings)
    if chosen is None:
        raise TenantSettings.DoesNotExist("This tenant has no settings.")
    return chosen


def _settings() -> TenantSettings | None:
    return TenantSettings.objects.first()


def _senders() -> list[Sender]:
    return list(Sender.objects.order_by("audience", "pk"))


_of_address = prepared(lambda email: Member.objects.filter(email=email))

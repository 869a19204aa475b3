"""Named reads of people and their tenant's choices."""

from django.db.models import QuerySet

from accounts.memory import remembered
from accounts.models import Member, Sender, TenantSettings


def active_holders(role: str) -> QuerySet[Member]:
    """The people of the current tenant who have this role and may sign in."""
    return Member.objects.filter(role=role, is_active=True)


def member_of_address(email: str) -> Member | None:
    """The person of the current tenant with this address, guests included."""
    return Member.objects.filter(email=email.strip().lower()).first()


def signup_is_open() -> bool:
    """Whether strangers may make themselves an account in the current tenant."""
    settings = remembered(_settings)
    return settings is not None and settings.signup_open


def senders() -> list[Sender]:
    """Whom the current tenant writes as, by audience. Shared: to be read only."""
    return remembered(_senders)


def default_sender() -> Sender:
    """Who the current tenant writes as when nothing more specific fits; raises Sender.DoesNotExist without any."""
    by_age = sorted(senders(), key=lambda sender: (not sender.is_default, sender.pk))
    if not by_age:
        raise Sender.DoesNotExist("This tenant has no sender. Add one under Settings, Senders.")
    return by_age[0]


def pending_days() -> int:
    """How many days a ticket waits for its customer before it counts as solved."""
    return _settings_there().pending_solved_days


def reopen_days() -> int:
    """How many days a solved ticket can be opened again, before it is closed."""
    return _settings_there().solved_closed_days


def _settings_there() -> TenantSettings:
    settings = remembered(_settings)
    if settings is None:
        raise TenantSettings.DoesNotExist("This tenant has no settings.")
    return settings


def _settings() -> TenantSettings | None:
    return TenantSettings.objects.first()


def _senders() -> list[Sender]:
    return list(Sender.objects.order_by("audience", "pk"))

"""Named reads of people and their tenant's choices."""

from django.db.models import QuerySet

from accounts.models import Member, Sender, TenantSettings


def active_holders(role: str) -> QuerySet[Member]:
    """The people of the current tenant who have this role and may sign in."""
    return Member.objects.filter(role=role, is_active=True)


def member_of_address(email: str) -> Member | None:
    """The person of the current tenant with this address, guests included."""
    return Member.objects.filter(email=email.strip().lower()).first()


def signup_is_open() -> bool:
    """Whether strangers may make themselves an account in the current tenant."""
    return TenantSettings.objects.filter(signup_open=True).exists()


def senders() -> QuerySet[Sender]:
    """Whom the current tenant writes as, by audience."""
    return Sender.objects.order_by("audience", "pk")


def pending_days() -> int:
    """How many days a ticket waits for its customer before it counts as solved."""
    return TenantSettings.objects.values_list("pending_solved_days", flat=True).get()


def reopen_days() -> int:
    """How many days a solved ticket can be opened again, before it is closed."""
    return TenantSettings.objects.values_list("solved_closed_days", flat=True).get()

"""How long the desk worked on a ticket."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.ticket import Ticket

LONGEST = 24 * 60  # minutes in one entry


class TimeSpent(TenantModel):
    """Minutes that somebody worked on a ticket, as they say; theirs to change. For the desk only."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="times_spent", db_index=False)
    member = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    purpose = models.CharField(_("what for"), max_length=120, blank=True)
    key = models.UUIDField(editable=False)  # the form's: pressed twice, it counts once
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("time spent")
        verbose_name_plural = _("times spent")
        constraints = [
            models.UniqueConstraint(name="time_spent_key_once", fields=["tenant", "key"]),
            models.CheckConstraint(
                name="time_spent_within_a_day", condition=Q(minutes__gte=1, minutes__lte=LONGEST)
            ),
        ]
        indexes = [models.Index(name="time_spent_on_ticket", fields=["tenant", "ticket"])]

    def __str__(self) -> str:
        return f"{self.minutes} min"

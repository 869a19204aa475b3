"""What people looked for and did not find."""

from django.db import models
from django.utils import timezone

from helpdesk.tenancy import TenantModel


class SearchMiss(TenantModel):
    """A search of readers that found nothing, counted; of who asked nothing is kept."""

    LIMIT = 100

    locale = models.CharField(max_length=12)
    asked = models.CharField(max_length=LIMIT)
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="missed_once", fields=["tenant", "locale", "asked"])]

    def __str__(self) -> str:
        return self.asked

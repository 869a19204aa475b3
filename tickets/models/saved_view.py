"""Lists of the queue that people keep under a name."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from helpdesk.tenancy import TenantForeignKey, TenantModel


class SavedView(TenantModel):
    """What an address of the queue asks for, kept for one person (`owner`) or for everybody who sees a team's queue.

    `query` is the address's query in the one form in which the queue writes it. It gives no right: the list shows each
    reader what they may see.
    """

    name = models.CharField(_("name"), max_length=60)
    owner = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    team = TenantForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    query = models.CharField(max_length=600, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.CheckConstraint(
                name="view_of_one_or_team",
                condition=Q(owner=None, team__isnull=False) | Q(owner__isnull=False, team=None),
            ),
            models.UniqueConstraint(
                name="own_view_once", fields=["tenant", "owner", "name"], condition=Q(team=None)
            ),
            models.UniqueConstraint(
                name="team_view_once", fields=["tenant", "team", "name"], condition=Q(owner=None)
            ),
        ]

    def __str__(self) -> str:
        return self.name

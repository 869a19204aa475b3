"""How two tickets became one, so that they can become two again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.ticket import Ticket


class Merge(TenantModel):
    """`source` was joined into `target`.

    Shared (`is_shared`), everybody who took part in either reads everything: messages and people stand in the target.
    Else only the desk sees both in one: the source keeps its messages and people, who never learn of the others.
    `before` is what undoing puts back (see `tickets.actions.merge`).
    """

    source = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="merges", db_index=False)
    target = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="merges_into", db_index=False)
    is_shared = models.BooleanField()
    before = models.JSONField(default=dict)
    merged_by = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    merged_at = models.DateTimeField(default=timezone.now)
    undone_by = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="merged_once", fields=["tenant", "source"], condition=Q(undone_at__isnull=True)
            )
        ]
        indexes = [models.Index(name="merge_of_target", fields=["tenant", "target"])]

    def __str__(self) -> str:
        return f"{self.source_id} into {self.target_id}"

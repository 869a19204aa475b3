"""A link that lets a person choose their first password, once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from helpdesk.tenancy import TenantForeignKey, TenantModel


class Invitation(TenantModel):
    """One single-use link. Only its hash stands here; a newer link of the same person ends this one."""

    member = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations", db_index=False
    )
    token_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="invitation_token_once", fields=["tenant", "token_hash"]),
            models.UniqueConstraint(
                name="one_open_invitation",
                fields=["tenant", "member"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

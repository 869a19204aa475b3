"""Who changed what in the setup of a tenant, and when."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.team import Team
from helpdesk.tenancy import TenantForeignKey, TenantModel


class AuditEntry(TenantModel):
    """One change of one thing of the setup. Nothing is ever changed or deleted here.

    `kind` is the model (`tickets.policy`), `name` what the thing was called then; `changes` lists what changed as
    `[label, before, after]`, in words; a secret has neither before nor after. `team` is whose thing it is, if a team's.
    """

    append_only = True

    class Act(models.TextChoices):
        ADDED = "added", _("Added")
        CHANGED = "changed", _("Changed")
        DELETED = "deleted", _("Deleted")

    act = models.CharField(_("what happened"), max_length=8, choices=Act)
    kind = models.CharField(_("kind of setting"), max_length=80)
    object_id = models.CharField(max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=200)
    changes = models.JSONField(_("changes"), default=list)
    team = TenantForeignKey(
        Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("team")
    )
    actor = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("who"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("change of the setup")
        verbose_name_plural = _("audit log")
        ordering = ["-id"]
        indexes = [
            models.Index(name="audit_log", fields=["tenant", "-id"]),
            models.Index(name="audit_of_thing", fields=["tenant", "kind", "object_id", "-id"]),
        ]

    def __str__(self) -> str:
        return self.name

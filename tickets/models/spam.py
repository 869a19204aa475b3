"""Whose requests go to spam."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel


class BlockedSender(TenantModel):
    """An address (`name@example.org`) or a domain (`example.org`) whose new requests land in spam, until `until`.

    The sender is never told: they are answered as everybody else.
    """

    is_setup = True

    value = models.CharField(_("address or domain"), max_length=254)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    blocked_by = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("blocked by"),
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("blocked sender")
        verbose_name_plural = _("blocked senders")
        constraints = [
            models.UniqueConstraint(
                name="blocked_sender_once",
                fields=["tenant", "value"],
                violation_error_message=_("This sender is blocked already."),
            ),
            models.CheckConstraint(name="blocked_sender_lower", condition=Q(value=Lower("value"))),
        ]

    def __str__(self) -> str:
        return self.value

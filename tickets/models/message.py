"""What people said in a ticket."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.ticket import Channel, Ticket


class Message(TenantModel):
    """A public reply or an internal note, as plain text."""

    BODY_LIMIT = 20_000

    class Kind(models.TextChoices):
        PUBLIC = "public", _("Reply")
        INTERNAL = "internal", _("Internal note")

    class Side(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        DESK = "desk", _("Desk")
        SYSTEM = "system", _("System")

    class Direction(models.TextChoices):
        INCOMING = "in", _("They called")
        OUTGOING = "out", _("We called")

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages", db_index=False)
    author = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="messages", db_index=False
    )
    side = models.CharField(max_length=10, choices=Side)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PUBLIC)
    body = models.TextField(blank=True)
    # Addresses that the author gave as evidence: shown as links, never fetched.
    links = models.JSONField(default=list, db_default=models.Value([], models.JSONField()), blank=True)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    # Of a telephone call: who called whom.
    direction = models.CharField(max_length=3, choices=Direction, blank=True, db_default="")
    # The ticket in which it was said, when that was joined with this one or this one was split off it.
    origin = TenantForeignKey(Ticket, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    submission_key = models.UUIDField(default=uuid.uuid4, editable=False)
    submission_digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="message_submission_once", fields=["tenant", "submission_key"])
        ]
        indexes = [
            models.Index(name="message_timeline", fields=["tenant", "ticket", "id"])
        ]  # the ticket page

    def __str__(self) -> str:
        return self.body[:60]

    @property
    def is_internal(self) -> bool:
        """Whether only the desk may ever see it."""
        return self.kind == self.Kind.INTERNAL

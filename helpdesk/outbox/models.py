"""What waits to leave, exactly accounted."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantModel


class OutboxRow(TenantModel):
    """One email to one address. The row is the truth; the task queue only says that there may be work.

    `context` holds what the templates of `topic` show, so that the mail says what was true when it was written;
    `secrets` (private links, codes) is emptied once the row has left.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Refused")
        HELD = "held", _("Held back")

    topic = models.CharField(max_length=60)
    to_address = models.EmailField()
    to_name = models.CharField(max_length=120, blank=True)
    locale = models.CharField(max_length=12)
    timezone = models.CharField(max_length=64)
    context = models.JSONField(default=dict)
    secrets = models.JSONField(default=dict)
    sender_name = models.CharField(max_length=80)
    sender_address = models.EmailField()
    reply_to = models.EmailField(blank=True)
    message_id = models.CharField(max_length=200)
    in_reply_to = models.CharField(max_length=200, blank=True)
    references = models.JSONField(default=list)
    about = models.CharField(max_length=64, blank=True)  # "ticket:42": where a refusal is shown
    is_automatic = models.BooleanField(default=True)
    is_proven = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=now)
    leased_until = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)  # what the mail server said last, or why the row is held
    created_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("outgoing email")
        verbose_name_plural = _("outgoing emails")
        constraints = [models.UniqueConstraint(name="outbox_message_id_once", fields=["tenant", "message_id"])]
        indexes = [
            # The claim over all tenants, through a door.
            models.Index(name="outbox_due", fields=["not_before", "id"], condition=Q(state="waiting")),
            # How much an address got lately, over all tenants, through a door.
            models.Index(name="outbox_recipient", fields=["to_address", "created_at"]),
            models.Index(name="outbox_about", fields=["tenant", "about"]),
        ]

    def __str__(self) -> str:
        return f"{self.topic} → {self.to_address}"

"""Who takes part in a ticket, and the private links of those without an account."""

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.ticket import Ticket


def new_participant_token() -> str:
    """100 random bits in lower-case letters and digits, which survive every mail system."""
    return "".join(secrets.choice("abcdefghijkmnpqrstuvwxyz23456789") for _sign in range(20))


class Participant(TenantModel):
    """A person in a ticket. `token` stands in every Message-ID and reply address that speaks to this person about it.

    `proven_at` says since when we know that the person behind the address really takes part: set at once for a
    signed-in person, by opening the mailed link for a guest.
    """

    class Role(models.TextChoices):
        REQUESTER = "requester", _("Requester")
        PARTICIPANT = "participant", _("Participant")

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants", db_index=False)
    member = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="participations", db_index=False
    )
    role = models.CharField(max_length=12, choices=Role, default=Role.PARTICIPANT)
    token = models.CharField(max_length=32, default=new_participant_token, editable=False)
    proven_at = models.DateTimeField(null=True, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(name="participant_once", fields=["tenant", "ticket", "member"]),
            models.UniqueConstraint(name="participant_token_once", fields=["tenant", "token"]),
            models.UniqueConstraint(
                name="one_requester", fields=["tenant", "ticket"], condition=Q(role="requester")
            ),
        ]
        # A person's own tickets, the newest first.
        indexes = [models.Index(name="participations", fields=["tenant", "member", "-ticket"])]

    def __str__(self) -> str:
        return str(self.member)


class ReplyDraft(TenantModel):
    """What a participant is writing and has not sent: it survives a reload, a lost session and another device.

    `key` is the idempotency key of the form; the files uploaded into it wait under the same key.
    """

    participant = TenantForeignKey(Participant, on_delete=models.CASCADE, related_name="+", db_index=False)
    body = models.TextField(blank=True)
    key = models.UUIDField(default=uuid.uuid4)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("draft of a reply")
        verbose_name_plural = _("drafts of replies")
        constraints = [models.UniqueConstraint(name="reply_draft_once", fields=["tenant", "participant"])]

    def __str__(self) -> str:
        return f"draft of {self.participant_id}"


class GuestLink(TenantModel):
    """A private link to one ticket for one participant; only the hash of its token is kept."""

    participant = TenantForeignKey(Participant, on_delete=models.CASCADE, related_name="guest_links")
    token_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("private link")
        verbose_name_plural = _("private links")
        constraints = [models.UniqueConstraint(name="guest_link_once", fields=["tenant", "token_hash"])]

    def __str__(self) -> str:
        return f"link {self.pk}"

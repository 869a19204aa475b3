"""What somebody of the desk is writing, and a reply that was sent and can still be taken back."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.macro import Macro
from tickets.models.message import Message
from tickets.models.ticket import Ticket


class DeskDraft(TenantModel):
    """A reply or note in writing: one a person, ticket and kind, under the key its form is sent with.

    With `leaves_at` it was sent, and is held back until then: nobody outside the desk knows of it, and taking it back
    only empties that column. A reply that could not leave comes back as a draft, and says why in `problem`.
    """

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    author = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Message.Kind)
    body = models.TextField(blank=True)
    key = models.UUIDField(default=uuid.uuid4)
    saved_at = models.DateTimeField(default=timezone.now)
    leaves_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, blank=True)  # what a held reply sets the ticket to
    # What its writer had seen: {"message": id, "held": [keys], "statuses": [statuses]}.
    seen = models.JSONField(default=dict)
    problem = models.CharField(max_length=200, blank=True)
    # What goes with the reply when it leaves.
    macro = TenantForeignKey(Macro, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("draft of the desk")
        verbose_name_plural = _("drafts of the desk")
        constraints = [
            models.UniqueConstraint(name="desk_draft_key_once", fields=["tenant", "key"]),
            models.UniqueConstraint(
                name="one_desk_draft_a_kind",
                fields=["tenant", "ticket", "author", "kind"],
                condition=Q(leaves_at=None),
            ),
        ]
        indexes = [
            models.Index(name="desk_draft_of_ticket", fields=["tenant", "ticket"]),
            # What is to leave, over all tenants, through a door.
            models.Index(
                name="desk_draft_leaves", fields=["leaves_at"], condition=Q(leaves_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"draft for {self.ticket_id}"

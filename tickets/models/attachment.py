"""Files of a ticket, stored before they are attached."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.files import StoredFile
from helpdesk.tenancy import TenantForeignKey
from tickets.models.message import Message


class Attachment(StoredFile):
    """A file that waits under a form's key (`draft_key`) and then belongs to one message.

    Only the form that uploaded it, by the same person, may attach it.
    """

    message = TenantForeignKey(
        Message, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments", db_index=False
    )
    draft_key = models.UUIDField()
    uploaded_by = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["id"]
        indexes = [
            models.Index(name="attachment_of_message", fields=["tenant", "message"]),
            # Files waiting in a form, and the sweep of those never sent.
            models.Index(
                name="attachment_waiting", fields=["tenant", "draft_key"], condition=Q(message=None)
            ),
            # What the worker still has to scan or to make a thumbnail of, over all tenants.
            models.Index(
                name="attachment_to_treat", fields=["treat_after"], condition=Q(treat_after__isnull=False)
            ),
            # How much waits for the scanner, for the gauge.
            models.Index(name="attachment_checking", fields=["created_at"], condition=Q(state="checking")),
        ]

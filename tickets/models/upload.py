"""A file on its way, piece by piece, before it is a file of a form."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.attachment import Attachment


class Upload(TenantModel):
    """A resumable upload into the form with `draft_key`: what arrived lies in the store as `pieces`.

    Only the person who began it may go on; of a guest, the browser session that knows the form's key.
    """

    class State(models.TextChoices):
        ARRIVING = "arriving", _("Uploading")
        JOINING = "joining", _("Almost there")
        DONE = "done", _("Uploaded")
        REFUSED = "refused", _("Refused")

    key = models.UUIDField(default=uuid.uuid4)
    draft_key = models.UUIDField()
    uploaded_by = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    mark = models.CharField(max_length=40, blank=True)  # when the file was changed last, as its browser tells
    offset = models.PositiveBigIntegerField(default=0)
    pieces = models.JSONField(default=list)  # keys in the store, in order
    # The key of a file that goes straight to the object store; empty when it comes through us.
    direct_key = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ARRIVING)
    reason = models.CharField(max_length=500, blank=True)  # the sentence for the person, in their language
    attachment = TenantForeignKey(
        Attachment, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.UniqueConstraint(name="upload_key", fields=["tenant", "key"]),
            models.CheckConstraint(name="upload_within_size", condition=Q(offset__lte=models.F("size"))),
        ]
        indexes = [
            models.Index(name="upload_of_draft", fields=["tenant", "draft_key"]),
            models.Index(name="upload_of_attachment", fields=["tenant", "attachment"]),
            models.Index(name="upload_expiry", fields=["tenant", "expires_at"]),
        ]

    def __str__(self) -> str:
        return self.name

"""What the desk asks people outside about a ticket, apart from the talk with its customer."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.attachment import Attachment
from tickets.models.participant import new_participant_token
from tickets.models.ticket import Ticket


class SideConversation(TenantModel):
    """A thread with one expert outside, by mail. The customer and the portal never see that there is one.

    `token` stands in the reply address and in every Message-ID of the thread, as a participant's does in theirs.
    """

    ticket = TenantForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="side_conversations", db_index=False
    )
    subject = models.CharField(_("subject"), max_length=120)
    email = models.EmailField(_("email address"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    token = models.CharField(max_length=32, default=new_participant_token, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("side conversation")
        verbose_name_plural = _("side conversations")
        constraints = [models.UniqueConstraint(name="side_token_once", fields=["tenant", "token"])]
        indexes = [models.Index(name="side_of_ticket", fields=["tenant", "ticket"])]

    def __str__(self) -> str:
        return self.subject


class SideMessage(TenantModel):
    """One mail of the thread: of a colleague (`author`), or of the expert, who has no account."""

    conversation = TenantForeignKey(
        SideConversation, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    author = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    body = models.TextField()
    submission_key = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(name="side_message_once", fields=["tenant", "submission_key"])]
        indexes = [models.Index(name="side_timeline", fields=["tenant", "conversation", "id"])]

    def __str__(self) -> str:
        return self.body[:60]


class SideFile(TenantModel):
    """A file of the ticket that went out with a mail to the expert."""

    message = TenantForeignKey(SideMessage, on_delete=models.CASCADE, related_name="files", db_index=False)
    attachment = TenantForeignKey(Attachment, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="side_file_once", fields=["tenant", "message", "attachment"])
        ]
        indexes = [models.Index(name="side_file_of_attachment", fields=["tenant", "attachment"])]

    def __str__(self) -> str:
        return f"{self.message_id} {self.attachment_id}"

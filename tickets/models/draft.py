"""A request that is being written and was not sent yet."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.category import Category

MEMBER_LIFETIME = dt.timedelta(days=7)
GUEST_LIFETIME = dt.timedelta(hours=24)


class RequestDraft(TenantModel):
    """What somebody typed into the form of a request, under the key that it will be sent with.

    A guest's (no `member`) opens in the browser whose session remembers the key. Sending it deletes it.
    """

    key = models.UUIDField()
    member = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    category = TenantForeignKey(
        Category, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    answers = models.JSONField(default=dict)  # by the name of the box, as typed
    # Of each box that two tabs filled differently, the text that gave way: {"name": text}.
    replaced = models.JSONField(default=dict)
    # Counts the changes, so that a tab with older words is noticed.
    revision = models.PositiveIntegerField(default=1)
    # What would be sent, checked and clean; null from the first change after the check.
    ready = models.JSONField(null=True)
    # The member's draft that a guest's one goes on with: their session ended while they wrote.
    continues = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft of a request")
        verbose_name_plural = _("drafts of requests")
        constraints = [models.UniqueConstraint(name="draft_key_once", fields=["tenant", "key"])]
        indexes = [
            models.Index(  # back on the form of a topic
                name="draft_of_member", fields=["tenant", "member"], condition=Q(member__isnull=False)
            ),
            models.Index(name="draft_expires", fields=["tenant", "expires_at"]),  # the sweep
        ]

    def __str__(self) -> str:
        return str(self.key)

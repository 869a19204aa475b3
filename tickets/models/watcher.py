"""Who of the desk wants to hear what happens in a ticket, and who was called into it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.ticket import Ticket


class Watcher(TenantModel):
    """Somebody of the desk who is told by mail what happens in a ticket, for as long as they may see it.

    It lets nobody see a ticket who could not (see `Mention`). `Ticket.is_watched` says whether there is one.
    """

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="watchers", db_index=False)
    member = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        constraints = [models.UniqueConstraint(name="watcher_once", fields=["tenant", "ticket", "member"])]

    def __str__(self) -> str:
        return f"{self.member_id} watches {self.ticket_id}"


class Mention(TenantModel):
    """Somebody of the desk whom an internal note of a ticket called: from then on they see it, whatever their teams."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="mentions", db_index=False)
    member = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        # One person's tickets are asked for by every list; who was called into one ticket, seldom.
        constraints = [models.UniqueConstraint(name="mention_once", fields=["tenant", "member", "ticket"])]

    def __str__(self) -> str:
        return f"{self.member_id} called into {self.ticket_id}"

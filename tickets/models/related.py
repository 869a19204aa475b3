"""Tickets that belong together, and stay two."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.ticket import Ticket


class TicketLink(TenantModel):
    """One side of a link between two tickets: the other side is a row of its own, so that each ticket reads its own.

    `reason` says in a few words what they share. For the desk only.
    """

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="links", db_index=False)
    other = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    reason = models.CharField(_("what they share"), max_length=60, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("link between tickets")
        verbose_name_plural = _("links between tickets")
        constraints = [
            models.UniqueConstraint(name="ticket_link_once", fields=["tenant", "ticket", "other"]),
            models.CheckConstraint(name="ticket_link_to_another", condition=~Q(ticket=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} and {self.other_id}"

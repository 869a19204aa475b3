"""What tickets are found by among the answers of their forms."""

from django.db import models

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.ticket import Ticket

FOUND_LENGTH = 200


class TicketAnswer(TenantModel):
    """One entry of a ticket's `fields`, folded and cut, for the queue's filters. Long texts have none.

    A table of its own, because under row-level security no index answers a question about JSON, and because an index of
    the ticket's row would be rewritten with every change of status. Written by `tickets.actions.answers` only.
    """

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=40)
    value = models.CharField(max_length=FOUND_LENGTH)

    class Meta:
        verbose_name_plural = "ticket answers"
        constraints = [models.UniqueConstraint(name="ticket_answer_once", fields=["tenant", "ticket", "key"])]
        indexes = [models.Index(name="ticket_answer_found", fields=["tenant", "key", "value", "ticket"])]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.key}"

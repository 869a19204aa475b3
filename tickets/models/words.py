"""What a ticket is found by, apart from it: a changed status must not rewrite the index of words."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.ticket import Ticket


class TicketWords(TenantModel):
    """The words of one ticket: `public` of its title and of what customer and desk said to each other, `internal` of
    the desk's notes, which no customer may find. Written by `tickets.actions.words`, read through the doors only.
    """

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    public = SearchVectorField(default="")
    internal = SearchVectorField(default="")

    class Meta:
        verbose_name_plural = "ticket words"
        constraints = [models.UniqueConstraint(name="words_once_a_ticket", fields=["tenant", "ticket"])]
        indexes = [
            # Small pending lists: what was written a moment ago is read from there by every search, word for word.
            GinIndex(name="ticket_words_public", fields=["tenant", "public"], gin_pending_list_limit=512),
            GinIndex(name="ticket_words_internal", fields=["tenant", "internal"], gin_pending_list_limit=512),
        ]

    def __str__(self) -> str:
        return f"words of {self.ticket_id}"

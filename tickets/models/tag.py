"""Words that the desk puts on tickets to find and count them by."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.ticket import Ticket

TAG_LENGTH = 40


class Tag(TenantModel):
    """One tag of a tenant. `folded` is its name without case and accents: two names that fold alike are one tag."""

    name = models.CharField(_("name"), max_length=TAG_LENGTH)
    folded = models.CharField(max_length=4 * TAG_LENGTH, editable=False)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["folded"]
        constraints = [
            models.UniqueConstraint(
                name="tag_once",
                fields=["tenant", "folded"],
                violation_error_message=_("There is a tag with this name already. Merge the two instead."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TicketTag(TenantModel):
    """That a ticket has a tag."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="tag_links", db_index=False)
    tag = TenantForeignKey(Tag, on_delete=models.CASCADE, related_name="ticket_links", db_index=False)

    class Meta:
        verbose_name = _("tag of a ticket")
        verbose_name_plural = _("tags of tickets")
        constraints = [models.UniqueConstraint(name="ticket_tag_once", fields=["tenant", "ticket", "tag"])]
        indexes = [
            models.Index(name="ticket_tag_found", fields=["tenant", "tag", "ticket"])
        ]  # the queue's filter

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.tag_id}"

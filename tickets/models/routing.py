"""Which team gets a request, and which requests went to the wrong one first."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.team import Team
from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.category import Category
from tickets.models.ticket import Ticket


class RoutingLine(TenantModel):
    """New requests that fit go to `team`, before the team of their category; the line that names most of them wins.

    A line for a category covers those below it.
    """

    is_setup = True

    category = TenantForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("category"),
    )
    locale = models.CharField(_("language"), max_length=12, blank=True)
    audience = models.CharField(_("audience"), max_length=60, blank=True)
    team = TenantForeignKey(
        Team, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("team")
    )

    class Meta:
        verbose_name = _("routing line")
        verbose_name_plural = _("routing lines")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="routing_line_names_something",
                condition=Q(category__isnull=False) | ~Q(locale="") | ~Q(audience=""),
                violation_error_message=_("Choose a category, a language or an audience."),
            ),
            models.UniqueConstraint(
                name="routing_line_once",
                fields=["tenant", "category", "locale", "audience"],
                nulls_distinct=False,
                violation_error_message=_("There is already a line for the same."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team}"


class Misroute(TenantModel):
    """A ticket that a person moved away from where it was sent to, for as long as it stays away.

    `category` and `team` are where it was sent to, `to_category` and `to_team` where it is now.
    """

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="misroutes", db_index=False)
    category = TenantForeignKey(Category, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = TenantForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_category = TenantForeignKey(
        Category, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    to_team = TenantForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    sent_at = models.DateTimeField()  # when the ticket was

    class Meta:
        constraints = [models.UniqueConstraint(name="misroute_once", fields=["tenant", "ticket"])]
        indexes = [models.Index(name="misroute_by_time", fields=["tenant", "sent_at"])]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.category_id} -> {self.to_category_id}"

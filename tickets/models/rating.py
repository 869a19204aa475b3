"""What a customer thought of the help they got."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.ticket import Ticket


class Score(models.IntegerChoices):
    """Five steps; satisfied is who chose one of the upper two, as customer satisfaction (CSAT) is commonly counted."""

    VERY_BAD = 1, _("Very bad")
    BAD = 2, _("Bad")
    FAIR = 3, _("Neither good nor bad")
    GOOD = 4, _("Good")
    VERY_GOOD = 5, _("Very good")


class Ease(models.IntegerChoices):
    """How easy it was to send a request, as customer effort is commonly asked for; easy is one of the upper two."""

    VERY_HARD = 1, _("Very hard")
    HARD = 2, _("Hard")
    FAIR = 3, _("Neither easy nor hard")
    EASY = 4, _("Easy")
    VERY_EASY = 5, _("Very easy")


class Rating(TenantModel):
    """One participant's word about one time that a ticket was solved: asked for, given, or both.

    A ticket that is opened and solved again can be rated again, which is another row.
    """

    COMMENT_LIMIT = 2000

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="ratings", db_index=False)
    member = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    solved_at = models.DateTimeField()  # which solving it is about: `Ticket.solved_at` of then
    score = models.PositiveSmallIntegerField(_("rating"), choices=Score, null=True)
    comment = models.TextField(_("comment"), blank=True)
    asked_at = models.DateTimeField(null=True)  # None when the person rated before a mail asked for it
    rated_at = models.DateTimeField(null=True)  # the first time; RATING_CHANGE_TIME runs from here

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.UniqueConstraint(
                name="rating_once_a_solving", fields=["tenant", "ticket", "member", "solved_at"]
            ),
            models.CheckConstraint(
                name="rating_score_in_range", condition=Q(score=None) | Q(score__range=(1, 5))
            ),
            models.CheckConstraint(
                name="rating_given_at_a_time",
                condition=Q(score=None, rated_at=None) | Q(score__isnull=False, rated_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.score}"

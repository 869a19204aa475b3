"""Figures of the desk: what was measured in each ticket, added up by day, and what still waits to be counted.

All of it follows from tickets, events, clocks and ratings (`tickets.summaries`) and can be made anew from them.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.category import Category
from tickets.models.event import Verb
from tickets.models.ticket import Ticket

# What can change a figure; the rest of what happens to a ticket is not told to who counts.
COUNTED = frozenset(
    {
        *(Verb.SUBMITTED, Verb.REPLIED, Verb.STATUS_CHANGED, Verb.REOPENED, Verb.ROUTED, Verb.RATED),
        *(Verb.HANDED_OVER, Verb.HANDED_BACK, Verb.PROMISE_BREACHED, Verb.REPROMISED),
        *(Verb.MARKED_SPAM, Verb.UNMARKED_SPAM, Verb.MERGED, Verb.UNMERGED, Verb.SPLIT, Verb.EDITED),
        *(Verb.EASE_TOLD, Verb.REPLY_JUDGED, Verb.RENAMED),
    }
)


class Measure(models.IntegerChoices):
    """What is counted, and what its `bin` tells."""

    CREATED = 1  # a request came in; the hour
    ANSWERED = 2  # its first reply; the business time since, as `tickets.summaries.bins` has it
    RESOLVED = 3  # it is solved; the business time since it came in, without the customer's turns
    SOLVED = 4  # it was solved, also when it was opened again later; the hour
    REOPENED = 5  # it was opened again; 0
    RATED = 6  # somebody rated the help; the score
    KEPT_ANSWER = 7  # a promised reply: 1 in time, 0 late
    KEPT_GOAL = 8  # the promised solving: 1 in time, 0 late
    ONE_TOUCH = 9  # it is solved: 1 with one reply of the desk at most and never opened again, 0 else
    OPEN = 10  # it is open now, on the day it came in; 0
    # 11 was counted otherwise once
    SENT = (
        12  # it came in, at the team and category it was sent to: 1 when a person moved it away since, 0 else
    )
    EASE = 13  # its requester said how easy it was to send; the score
    HELPFUL = 14  # a participant said of a reply whether it helped: 1 yes, 0 no


class Figure(TenantModel):
    """What both tables of figures hold. Derived rows: they name team and category by plain ids, 0 for none."""

    day = models.DateField()  # in the tenant's zone
    measure = models.PositiveSmallIntegerField(choices=Measure)
    bin = models.PositiveSmallIntegerField()
    team = models.BigIntegerField(default=0)
    category = models.BigIntegerField(default=0)
    tier = models.PositiveSmallIntegerField(default=0)
    language = models.CharField(max_length=12, blank=True)

    class Meta:
        abstract = True


class Measured(Figure):
    """One thing measured in one ticket. Whatever happens to the ticket, its rows are replaced all together."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    seconds = models.PositiveIntegerField(null=True)  # of business time, exactly

    class Meta:
        indexes = [
            models.Index(name="measured_of_ticket", fields=["tenant", "ticket"]),
            # The tickets behind a figure.
            models.Index(
                name="measured_by_day",
                fields=["tenant", "measure", "day"],
                include=["bin", "team", "category", "tier", "language", "ticket"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.get_measure_display()} {self.day}"


class DailyFigure(Figure):
    """How many were measured in one day, or in one month, by the names that its `cut` keeps (`tickets.summaries.cuts`)."""

    cut = models.PositiveSmallIntegerField()
    n = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="daily_figure_once",
                fields=[
                    *("tenant", "cut", "measure", "day", "bin"),
                    *("team", "category", "tier", "language"),
                ],
                include=["n"],  # so that figures are added up from the index alone
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_measure_display()} {self.n}"


class MeasuredWords(TenantModel):
    """What one request is about, in words: their stems (`tickets.summaries.terms`). Derived, and replaced as a whole."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()  # on which it came in, in the tenant's zone
    team = models.BigIntegerField(default=0)
    category = models.BigIntegerField(default=0)
    tier = models.PositiveSmallIntegerField(default=0)
    language = models.CharField(max_length=12, blank=True)  # without its country
    words = ArrayField(models.CharField(max_length=60))

    class Meta:
        constraints = [models.UniqueConstraint(name="measured_words_once", fields=["tenant", "ticket"])]
        # What the days do not tell apart is counted from the single requests of these days.
        indexes = [models.Index(name="measured_words_by_day", fields=["tenant", "day", "category", "tier"])]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.words}"


class DailyWord(TenantModel):
    """In how many requests of one day a word stands: of all teams (`team` 0), and of each. The empty word counts all."""

    day = models.DateField()
    team = models.BigIntegerField(default=0)
    language = models.CharField(max_length=12, blank=True)
    word = models.CharField(max_length=60, blank=True)
    n = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="daily_word_once",
                fields=["tenant", "team", "day", "language", "word"],
                include=["n"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.word} {self.n}"


class WordForm(TenantModel):
    """How a stem is shown to people: as it was first written."""

    language = models.CharField(max_length=12, blank=True)
    word = models.CharField(max_length=60)
    form = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(name="word_form_once", fields=["tenant", "language", "word"])]

    def __str__(self) -> str:
        return f"{self.word} {self.form}"


class FiguresDue(TenantModel):
    """A ticket in which something happened that its figures do not tell yet; written with the event."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(name="figures_due_in_order", fields=["tenant", "id"])]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.since}"


class FiguresState(TenantModel):
    """How far the tickets that were there before their figures have been counted, in whose days; its lock lets one
    worker at a time count."""

    zone = models.CharField(max_length=64)
    walked_to = models.BigIntegerField(default=0)
    is_walked = models.BooleanField(default=False)
    usual_on = models.DateField(null=True)  # the day for which `UsualAnswer` was last written

    class Meta:
        constraints = [models.UniqueConstraint(name="one_figures_state_a_tenant", fields=["tenant"])]

    def __str__(self) -> str:
        return f"{self.zone} {self.walked_to}"


class UsualAnswer(TenantModel):
    """How soon requests about a category, or all (None), were usually answered of late, and solved; none without enough."""

    is_setup = True

    category = TenantForeignKey(
        Category, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    seconds = models.PositiveIntegerField()  # of business time, rounded as it is told
    solving_seconds = models.PositiveIntegerField(
        null=True
    )  # the same, to the solving; None with too few solved

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="usual_answer_once", fields=["tenant", "category"], nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.category_id} {self.seconds} s"


class FiguresMail(TenantModel):
    """Somebody wants the figures by mail."""

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every Monday")

    member = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    rhythm = models.CharField(_("how often"), max_length=6, choices=Rhythm)
    sent_on = models.DateField(null=True)  # in the tenant's zone

    class Meta:
        verbose_name = _("figures by mail")
        verbose_name_plural = _("figures by mail")
        constraints = [models.UniqueConstraint(name="figures_mail_once", fields=["tenant", "member"])]

    def __str__(self) -> str:
        return f"{self.member_id} {self.rhythm}"

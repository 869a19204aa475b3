"""Promises: versioned calendars and policies, and the clocks that hold a ticket to them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.team import Tier
from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.category import Category
from tickets.models.ticket import Priority, Ticket


class Calendar(TenantModel):
    """Business hours under a name; what they were at a time stands in its versions."""

    is_setup = True

    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        constraints = [
            models.UniqueConstraint(
                name="calendar_name_once",
                fields=["tenant", "name"],
                violation_error_message=_("There is already a calendar with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class CalendarVersion(TenantModel):
    """Hours and holidays that never change again; clocks point here."""

    is_setup = True
    append_only = True

    calendar = TenantForeignKey(Calendar, on_delete=models.CASCADE, related_name="versions", db_index=False)
    version = models.PositiveIntegerField()
    # {"timezone": …, "hours": {"mon": [["09:00", "17:00"]]}, "holidays": {"yearly": […], "dates": […]}}
    definition = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="calendar_version_once", fields=["tenant", "calendar", "version"])
        ]

    def __str__(self) -> str:
        return f"{self.calendar} v{self.version}"


class Policy(TenantModel):
    """A set of promises under a name; the tenant's default answers when nothing more specific does."""

    is_setup = True

    name = models.CharField(_("name"), max_length=80)
    is_default = models.BooleanField(_("used when nothing else fits"), default=False)

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        constraints = [
            models.UniqueConstraint(
                name="policy_name_once",
                fields=["tenant", "name"],
                violation_error_message=_("There is already a promise with this name."),
            ),
            models.UniqueConstraint(
                name="one_default_policy", fields=["tenant"], condition=Q(is_default=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(TenantModel):
    """One wording of a policy that never changes again; a new one applies to new tickets only."""

    is_setup = True
    append_only = True

    policy = TenantForeignKey(Policy, on_delete=models.CASCADE, related_name="versions", db_index=False)
    version = models.PositiveIntegerField()
    calendar = TenantForeignKey(Calendar, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="policy_version_once", fields=["tenant", "policy", "version"])
        ]

    def __str__(self) -> str:
        return f"{self.policy} v{self.version}"


class ClockKind(models.TextChoices):
    """The promises a ticket can carry: three to its customer, and what the desk wants of the tier it was handed to."""

    FIRST_RESPONSE = "first_response", _("First reply")
    NEXT_RESPONSE = "next_response", _("Next reply")
    RESOLUTION = "resolution", _("Goal to solve")
    TIER = "tier", _("Reply of the tier")


class PolicyTarget(TenantModel):
    """So many business seconds for one kind of promise, for whatever fits; the most specific row wins."""

    is_setup = True
    append_only = True

    policy_version = TenantForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="targets")
    kind = models.CharField(max_length=16, choices=ClockKind)
    business_seconds = models.PositiveIntegerField()
    category = TenantForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    priority = models.PositiveSmallIntegerField(choices=Priority, null=True, blank=True)
    tier = models.PositiveSmallIntegerField(choices=Tier, null=True, blank=True)
    audience = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="target_above_zero", condition=Q(business_seconds__gt=0)),
            models.UniqueConstraint(
                name="target_once",
                fields=["tenant", "policy_version", "kind", "category", "priority", "tier", "audience"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.business_seconds}s"


class EscalationStep(TenantModel):
    """What the desk does by itself once so much of a promise's time is used; it holds for promises made after it.

    It never changes, so that what was done stays explained: another step takes its place, and this one is switched off.
    """

    is_setup = True

    class Act(models.TextChoices):
        ASSIGNEE = "assignee", _("Tell who has the ticket")
        TEAM = "team", _("Tell the people of its tier")
        LEAD = "lead", _("Tell the leads of its team")
        PRIORITY = "priority", _("Raise the priority")
        TIER = "tier", _("Hand over to the next tier")

    kind = models.CharField(_("promise"), max_length=16, choices=ClockKind, blank=True)
    percent = models.PositiveSmallIntegerField(_("percent of its time"))
    act = models.CharField(_("what happens"), max_length=8, choices=Act)
    is_active = models.BooleanField(_("is done"), default=True)

    class Meta:
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        ordering = ["percent", "id"]
        constraints = [
            models.CheckConstraint(name="step_percent_in_range", condition=Q(percent__range=(1, 300))),
            models.UniqueConstraint(
                name="escalation_step_once",
                fields=["tenant", "kind", "percent", "act"],
                violation_error_message=_("There is already a step that says the same."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % · {self.get_act_display()}"


class Clock(TenantModel):
    """One promise on one ticket, pinned to the versions it was made under.

    `due_at` is a function of the segments and the pinned versions, stored for lists; NULL while paused.
    `next_step_at` is what the sweep looks for; NULL when nothing more can fall due. `plan` pins the steps of its
    escalation, [percent, id of the step] in order; the first `plan_done` of them have happened.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        MET = "met", _("Met")
        CANCELLED = "cancelled", _("No longer asked for")

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="clocks", db_index=False)
    kind = models.CharField(max_length=16, choices=ClockKind)
    policy_version = TenantForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    calendar_version = TenantForeignKey(
        CalendarVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    target_seconds = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    next_step_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    plan = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    plan_done = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = [
            models.UniqueConstraint(
                name="one_live_clock_a_kind",
                fields=["tenant", "ticket", "kind"],
                condition=Q(state__in=["running", "paused"]),
            )
        ]
        indexes = [
            models.Index(name="clock_of_ticket", fields=["tenant", "ticket"]),
            # The sweep over all tenants, through a door: cost follows what is due.
            models.Index(
                name="clock_next_step", fields=["next_step_at"], condition=Q(next_step_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"


class ClockSegment(TenantModel):
    """From `started_at` on the clock ran, or paused, for a reason; the next segment ends it."""

    append_only = True

    class Reason(models.TextChoices):
        SUBMITTED = "submitted", _("Request received")
        CUSTOMER_TURN = "customer_turn", _("Waiting for the customer")
        DESK_TURN = "desk_turn", _("The customer answered")
        REOPENED = "reopened", _("Reopened")
        MET = "met", _("Met")
        CANCELLED = "cancelled", _("No longer asked for")
        SPAM = "spam", _("Marked as spam")
        NOT_SPAM = "not_spam", _("No spam after all")
        HANDED_OVER = "handed_over", _("Handed over")

    clock = TenantForeignKey(Clock, on_delete=models.CASCADE, related_name="segments")
    state = models.CharField(max_length=10, choices=Clock.State)
    reason = models.CharField(max_length=16, choices=Reason)
    started_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.state}"


class ClockStep(TenantModel):
    """A step of a clock that happened, once, whoever ran the sweep."""

    append_only = True

    class Step(models.TextChoices):
        BREACH = "breach", _("Promise missed")
        ESCALATION = "escalation", _("Escalated")

    clock = TenantForeignKey(Clock, on_delete=models.CASCADE, related_name="steps", db_index=False)
    step = models.CharField(max_length=16, choices=Step)
    escalation = TenantForeignKey(
        EscalationStep, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    happened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="clock_step_once", fields=["tenant", "clock", "step", "escalation"], nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.step}"

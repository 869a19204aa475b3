"""A ticket, its number, and the other numbers that lead to it."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.team import Team, Tier
from accounts.models.tenant import Sender
from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.category import Category

NEVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


class Status(models.TextChoices):
    """Where a ticket stands, in the desk's words."""

    NEW = "new", _("New")
    OPEN = "open", _("Open")
    PENDING = "pending", _("Pending")
    ON_HOLD = "on_hold", _("On hold")
    SOLVED = "solved", _("Solved")
    CLOSED = "closed", _("Closed")


class Priority(models.IntegerChoices):
    """How urgent the work is; urgent first."""

    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")
    URGENT = 4, _("Urgent")


class Channel(models.TextChoices):
    """The door something came in by."""

    WEB = "web", _("Web form")
    DESK = "desk", _("Desk")
    EMAIL = "email", _("Email")
    API = "api", _("API")
    PHONE = "phone", _("Phone")


OPEN_STATUSES = (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)
IN_QUEUE = Q(status__in=OPEN_STATUSES, is_spam=False)
# What lists are narrowed by stands in every index that they walk: a ticket that is left out is not looked at.
NARROWED_BY = ("awaits_answer", "team", "assignee", "status", "urgency", "tier", "locale", "category")
CUSTOMER_STATUS = {
    Status.NEW: pgettext_lazy("status of a ticket", "Received"),
    Status.OPEN: _("In progress"),
    Status.PENDING: _("Waiting for you"),
    Status.ON_HOLD: _("In progress"),
    Status.SOLVED: _("Solved"),
    Status.CLOSED: _("Closed"),
}


def _walk(name: str, *fields: str) -> models.Index:
    """An index of the queue in the order of `fields`, then of the ids."""
    carried = [field for field in NARROWED_BY if field not in fields]
    return models.Index(name=name, fields=["tenant", *fields, "id"], include=carried, condition=IN_QUEUE)


class Ticket(TenantModel):
    """One request for help. Who takes part stands in `participants`, what was said in `messages`."""

    number = models.CharField(_("number"), max_length=32)
    subject = models.CharField(_("title"), max_length=120)
    category = TenantForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("category"),
        db_index=False,
    )
    team = TenantForeignKey(
        Team, on_delete=models.PROTECT, related_name="tickets", verbose_name=_("team"), db_index=False
    )
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier, default=Tier.L1)
    assignee = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        verbose_name=_("assignee"),
        db_index=False,
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.NEW)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    # The priority the other way round: an index that is walked one way needs all its columns to rise.
    urgency = models.GeneratedField(
        expression=5 - F("priority"), output_field=models.SmallIntegerField(), db_persist=True
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.WEB)
    sender = TenantForeignKey(
        Sender, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sender")
    )
    follows = TenantForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="followers",
        verbose_name=_("follows"),
    )
    # The ticket that one message of was made into this one.
    split_from = TenantForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="splits", db_index=False
    )
    # The ticket this one was joined with: it takes no act of its own any more (see `tickets.models.merge`).
    merged_into = TenantForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="joined", db_index=False
    )
    # Whether its conversation stands there now for everybody who took part here.
    has_moved = models.BooleanField(default=False, db_default=False)
    is_spam = models.BooleanField(_("spam"), default=False, db_default=False)
    # Whether anybody is in `watchers`: most tickets have nobody, and what happens in them need not ask.
    is_watched = models.BooleanField(default=False, db_default=False)
    # Whether its team's rule is to find somebody for it; over once anybody has had it, or a person said nobody.
    wants_agent = models.BooleanField(default=False, db_default=False)
    locale = models.CharField(_("language"), max_length=12)
    fields = models.JSONField(_("answers"), default=dict, blank=True)
    metadata = models.JSONField(_("about the device"), default=dict, blank=True)
    submission_key = models.UUIDField(default=uuid.uuid4, editable=False)
    submission_digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("last update"), default=timezone.now)
    # The last public event, as customers know the ticket: what the desk does unseen moves nothing in their list.
    told_at = models.DateTimeField(default=timezone.now)
    # When the customer was reminded that the ticket waits for them; None again with each new turn.
    reminded_at = models.DateTimeField(null=True, blank=True)
    # When the ticket next wants a person: the earliest due time of a running clock, NEVER while none runs.
    attention_at = models.DateTimeField(default=NEVER)
    # Whether the desk owes its customer an answer: a clock of one runs.
    awaits_answer = models.BooleanField(default=False, db_default=False)
    solved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            models.UniqueConstraint(name="ticket_number_once", fields=["tenant", "number"]),
            models.UniqueConstraint(name="ticket_submission_once", fields=["tenant", "submission_key"]),
        ]
        indexes = [
            # The queue, next due first: all open, one team's, one person's, nobody's. Then all open in its other orders.
            # None holds spam, so that a list can be counted without a look at its tickets.
            _walk("ticket_queue", "attention_at"),
            _walk("ticket_queue_of_team", "team", "attention_at"),
            _walk("ticket_queue_of_assignee", "assignee", "attention_at"),
            models.Index(
                name="ticket_queue_unassigned",
                fields=["tenant", "attention_at", "id"],
                condition=IN_QUEUE & Q(assignee=None),
            ),
            models.Index(
                name="ticket_queue_team_unassigned",
                fields=["tenant", "team", "attention_at", "id"],
                condition=IN_QUEUE & Q(assignee=None),
            ),
            _walk("ticket_queue_newest"),
            _walk("ticket_queue_updated", "updated_at"),
            _walk("ticket_queue_priority", "urgency", "attention_at"),
            # The tickets of one status, which may lie far down a list of all open ones.
            _walk("ticket_queue_status", "status", "attention_at"),
            # What its team's rule has to give to somebody, by what decides who may get it.
            models.Index(
                name="ticket_wants_agent",
                fields=["tenant", "team", "tier", "locale", "attention_at", "id"],
                condition=Q(wants_agent=True, assignee__isnull=True, is_spam=False, status__in=OPEN_STATUSES),
            ),
            # A category's tickets of a time, for figures.
            models.Index(name="ticket_of_category", fields=["tenant", "category", "created_at"]),
            # What waited, or was solved, for so long that it moves on by itself.
            models.Index(
                name="ticket_waiting", fields=["tenant", "updated_at"], condition=Q(status=Status.PENDING)
            ),
            models.Index(
                name="ticket_solved", fields=["tenant", "solved_at"], condition=Q(status=Status.SOLVED)
            ),
            models.Index(name="ticket_spam", fields=["tenant", "-id"], condition=Q(is_spam=True)),
            # What was joined into a ticket, and what was split off it.
            models.Index(
                name="ticket_joined", fields=["tenant", "merged_into"], condition=Q(merged_into__isnull=False)
            ),
            models.Index(
                name="ticket_split", fields=["tenant", "split_from"], condition=Q(split_from__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def is_closed(self) -> bool:
        """Whether nothing more can be added."""
        return self.status == Status.CLOSED

    @property
    def customer_status(self) -> str:
        """The status in the customer's five words."""
        return str(CUSTOMER_STATUS[Status(self.status)])


class TicketAlias(TenantModel):
    """A number that leads to a ticket: its own, and later those of tickets joined into it."""

    number = models.CharField(max_length=32)
    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="aliases")

    class Meta:
        verbose_name_plural = "ticket aliases"
        constraints = [models.UniqueConstraint(name="alias_number_once", fields=["tenant", "number"])]

    def __str__(self) -> str:
        return self.number


class TicketCounter(TenantModel):
    """The last counter value a tenant has given out; its row lock puts writers in order."""

    last = models.BigIntegerField(default=99)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_counter_a_tenant", fields=["tenant"])]

    def __str__(self) -> str:
        return str(self.last)

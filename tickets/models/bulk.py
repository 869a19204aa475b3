"""One act on many tickets: what was asked for, and what came of it for each."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.ticket import Ticket


class BulkRun(TenantModel):
    """One act that a person asked for on many tickets at once; `items` tell what came of it.

    Whoever works on it holds a lease (`leased_until`), so that a run whose worker died is taken up again.
    """

    class Act(models.TextChoices):
        ASSIGN = "assign", _("Assign")
        STATUS = "status", _("Change the status")
        PRIORITY = "priority", _("Change the priority")
        ROUTE = "route", _("Move to another category")
        TAG = "tag", _("Change the tags")
        MACRO = "macro", _("Use a macro")
        MERGE = "merge", _("Merge")
        SPAM = "spam", _("Mark as spam")
        REPROMISE = "repromise", _("Promise anew")
        UNDO = "undo", _("Undo")

    key = models.UUIDField(editable=False)
    actor = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    act = models.CharField(max_length=10, choices=Act)
    wishes = models.JSONField(default=dict)  # what the act needs beside the ticket: ids and codes only
    undoes = TenantForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="undone_by", db_index=False
    )
    locale = models.CharField(max_length=12)  # the language of the reasons
    query = models.CharField(max_length=500, blank=True)  # of the queue that the person came from
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # leases since the last ticket that was settled

    class Meta:
        verbose_name = _("act on many tickets")
        verbose_name_plural = _("acts on many tickets")
        constraints = [
            models.UniqueConstraint(name="bulk_run_once", fields=["tenant", "key"]),
            models.UniqueConstraint(name="bulk_run_undone_once", fields=["tenant", "undoes"]),
        ]
        indexes = [
            models.Index(
                name="bulk_run_unfinished", fields=["tenant", "id"], condition=Q(finished_at=None)
            ),  # what the worker has to do
        ]

    def __str__(self) -> str:
        return f"{self.act} × {self.total}"

    @property
    def is_finished(self) -> bool:
        """Whether every ticket was looked at."""
        return self.finished_at is not None

    @property
    def ended_ago(self) -> dt.timedelta:
        """For how long it has been finished; nothing while it is not."""
        return timezone.now() - self.finished_at if self.finished_at else dt.timedelta()


class BulkItem(TenantModel):
    """One ticket of a run: done, or skipped for a reason told in the person's words; without one it was so already."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Skipped")

    run = TenantForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items", db_index=False)
    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITING)
    reason = models.CharField(max_length=300, blank=True)
    before = models.JSONField(default=dict)  # what undo puts back
    mark = models.BigIntegerField(null=True)  # the ticket's newest event right after the act

    class Meta:
        constraints = [models.UniqueConstraint(name="bulk_item_once", fields=["tenant", "run", "ticket"])]
        indexes = [
            models.Index(
                name="bulk_item_waiting", fields=["tenant", "run", "ticket"], condition=Q(outcome="waiting")
            ),
            models.Index(
                name="bulk_item_skipped", fields=["tenant", "run", "id"], condition=Q(outcome="skipped")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.outcome}"

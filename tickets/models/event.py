"""The append-only account of what happened to a ticket."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.message import Message
from tickets.models.ticket import Channel, Ticket


class Verb(models.TextChoices):
    """What can happen to a ticket."""

    SUBMITTED = "submitted", _("Request received")
    REPLIED = "replied", _("Reply sent")
    NOTED = "noted", _("Internal note added")
    STATUS_CHANGED = "status_changed", _("Status changed")
    PRIORITY_CHANGED = "priority_changed", _("Priority changed")
    ASSIGNED = "assigned", _("Assigned")
    ROUTED = "routed", _("Moved to another category, team or tier")
    REOPENED = "reopened", _("Reopened")
    FOLLOWED_UP = "followed_up", _("Follow-up started")
    PROMISE_BREACHED = "promise_breached", _("Promise missed")
    LINK_OPENED = "link_opened", _("Private link opened")
    EDITED = "edited", _("Message edited")
    PARTICIPANT_ADDED = "participant_added", _("Participant added")
    PARTICIPANT_REMOVED = "participant_removed", _("Participant removed")
    SAID_LATE = "said_late", _("Customer says that it is late")
    REMINDED = "reminded", _("Customer reminded")
    TAGGED = "tagged", _("Tag added")
    UNTAGGED = "untagged", _("Tag removed")
    ANSWER_CHANGED = "answer_changed", _("Answer changed")
    MARKED_SPAM = "marked_spam", _("Marked as spam")
    UNMARKED_SPAM = "unmarked_spam", _("No spam after all")
    MERGED = "merged", _("Joined with another ticket")
    UNMERGED = "unmerged", _("Taken apart again")
    SPLIT = "split", _("Split into two tickets")
    ASKED_EXPERT = "asked_expert", _("Expert asked")
    EXPERT_ANSWERED = "expert_answered", _("Expert answered")
    MACRO_USED = "macro_used", _("Macro used")
    LINKED = "linked", _("Linked with another ticket")
    UNLINKED = "unlinked", _("Link to another ticket removed")
    TIME_SPENT = "time_spent", _("Time spent")
    RATED = "rated", _("Rated by the customer")
    REPROMISED = "repromised", _("Promised anew")
    HANDED_OVER = "handed_over", _("Handed over to the next tier")
    HANDED_BACK = "handed_back", _("Handed back to the tier before")
    ESCALATED = "escalated", _("Escalated")
    ANSWERED_AT_ONCE = "answered_at_once", _("Automatic first answer")
    EASE_TOLD = "ease_told", _("Customer said how easy it was to send")
    REPLY_JUDGED = "reply_judged", _("Reply judged by the customer")
    RENAMED = "renamed", _("Title changed")


class TicketEvent(TenantModel):
    """One fact: who (member, guest, the system or a rule) did what, when, by which door, and what changed."""

    append_only = True

    class Actor(models.TextChoices):
        MEMBER = "member", _("Member")
        GUEST = "guest", _("Guest")
        SYSTEM = "system", _("System")
        RULE = "rule", _("Rule")

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="events", db_index=False)
    verb = models.CharField(max_length=24, choices=Verb)
    actor_kind = models.CharField(max_length=8, choices=Actor)
    actor = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    message = TenantForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    changes = models.JSONField(default=dict)  # {"field": [before, after]}, names and ids only
    is_public = models.BooleanField(default=False)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["id"]
        indexes = [models.Index(name="event_timeline", fields=["tenant", "ticket", "id"])]  # the ticket page
        constraints = [
            models.CheckConstraint(
                name="event_actor_named",
                condition=Q(actor_kind__in=["member", "guest"], actor__isnull=False)
                | Q(actor_kind__in=["system", "rule"], actor__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.verb}"

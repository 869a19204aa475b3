"""What waits to leave, exactly accounted."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantModel


class OutboxRow(TenantModel):
    """One email to one address. The row is the truth; the task queue only says that there may be work.

    `context` holds what the templates of `topic` show, so that the mail says what was true when it was written;
    `secrets` (private links, codes) is emptied once the row has left. Every time is the database's, never a process's.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Refused")
        HELD = "held", _("Held back")

    topic = models.CharField(_("about"), max_length=60)
    to_address = models.EmailField(_("to"))
    mailbox = models.EmailField(
        default="", editable=False
    )  # where mail to the address ends up: what the caps count
    to_name = models.CharField(_("name"), max_length=120, blank=True)
    locale = models.CharField(_("language"), max_length=12)
    timezone = models.CharField(_("time zone"), max_length=64)
    context = models.JSONField(default=dict)
    secrets = models.JSONField(default=dict)
    sender_name = models.CharField(max_length=80)
    sender_address = models.EmailField(_("from"))
    reply_to = models.EmailField(blank=True)
    message_id = models.CharField(max_length=200)  # with its angle brackets, as in the header
    in_reply_to = models.CharField(max_length=200, blank=True)
    references = models.JSONField(default=list)
    # What is attached: [{"key": in the store, "name": …, "media_type": …}].
    files = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    about = models.CharField(max_length=64, blank=True)  # "ticket:42": where a refusal is shown
    is_automatic = models.BooleanField(default=True)
    is_proven = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    faults = models.PositiveSmallIntegerField(
        default=0
    )  # tries in a row that never got an answer of a mail server
    not_before = models.DateTimeField(_("next try"), db_default=Now())
    leased_until = models.DateTimeField(null=True)
    allowed_at = models.DateTimeField(
        null=True
    )  # when the recipient's cap let it pass: it counts from then on
    answer = models.TextField(
        _("answer"), blank=True
    )  # what the mail server said last, or why the row is held
    created_at = models.DateTimeField(_("created"), db_default=Now())
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("outgoing email")
        verbose_name_plural = _("outgoing emails")
        constraints = [
            models.UniqueConstraint(name="outbox_message_id_once", fields=["tenant", "message_id"])
        ]
        indexes = [
            # The two streams of the claim over all tenants: never tried, and tried before.
            models.Index(
                name="outbox_new",
                fields=["tenant", "not_before", "id"],
                condition=Q(state="waiting", attempts=0),
            ),
            models.Index(
                name="outbox_again",
                fields=["tenant", "not_before", "id"],
                condition=Q(state="waiting", attempts__gt=0),
            ),
            # What left long ago, to be forgotten.
            models.Index(name="outbox_sent", fields=["tenant", "sent_at"], condition=Q(state="sent")),
            # Earlier mail to the same person about the same thing, and what became of a ticket's mails.
            models.Index(
                name="outbox_about", fields=["tenant", "about", "to_address", "id"], condition=~Q(about="")
            ),
            # How much a mailbox got lately, over all tenants.
            models.Index(
                name="outbox_recipient",
                fields=["mailbox", "allowed_at"],
                condition=Q(allowed_at__isnull=False),
            ),
            models.Index(
                name="outbox_parked", fields=["tenant", "-id"], condition=Q(state__in=["failed", "held"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} → {self.to_address}"

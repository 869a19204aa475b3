"""Mail about one thing that shall not leave for now, and leaves after all."""

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.nudge import nudge


def hold_mail(about: str, *, reason: str) -> int:
    """Holds back what waits to be sent about `about` ("ticket:42") and is in no worker's hands; returns how many.

    `reason` is a marked source text (`gettext_noop`): it is shown in the reader's language. Needs the tenant's scope.
    """
    is_free = Q(leased_until__isnull=True) | Q(leased_until__lt=Now())
    waiting = OutboxRow.objects.filter(is_free, about=about, state=OutboxRow.State.WAITING)
    return waiting.update(state=OutboxRow.State.HELD, answer=reason, leased_until=None)


def release_mail(about: str, *, reason: str) -> int:
    """Lets leave what `hold_mail` held back for this reason; returns how many. Needs the tenant's scope."""
    held = OutboxRow.objects.filter(about=about, state=OutboxRow.State.HELD, answer=reason)
    released = held.update(state=OutboxRow.State.WAITING, not_before=Now(), answer="")
    if released:
        transaction.on_commit(nudge, robust=True)
    return released

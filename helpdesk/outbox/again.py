"""A person lets a mail that failed, or was held back, try once more."""

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.errors import Refused
from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.nudge import nudge


def send_again(row: OutboxRow) -> None:
    """Queue a failed or held row as new, past its recipient's cap, under the same Message-ID.

    Raise Refused when it is neither (any more). Needs the tenant's scope.
    """
    parked = OutboxRow.objects.filter(pk=row.pk, state__in=[OutboxRow.State.FAILED, OutboxRow.State.HELD])
    changed = parked.update(
        state=OutboxRow.State.WAITING, attempts=0, faults=0, not_before=Now(), allowed_at=Now(), answer=""
    )
    if not changed:
        raise Refused(_("This email is on its way already."))
    transaction.on_commit(nudge, robust=True)

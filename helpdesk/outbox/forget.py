"""What the outbox keeps no longer than it must: keys that nobody was mailed, and mails that left long ago."""

import datetime as dt

from django.apps import apps
from django.db.models import Q
from django.db.models.functions import Now

from helpdesk.outbox.models import OutboxRow
from helpdesk.tenancy import tenant_scope
from helpdesk.walls.derive import TENANT

SECRETS_KEPT = dt.timedelta(days=60)  # as long as a private link opens its ticket
SENT_KEPT = dt.timedelta(days=90)
ROWS_A_TURN = 5_000  # of a tenant, so that no turn holds its rows for long


def forget_old_mail() -> None:
    """Empty `secrets` of rows that ended more than 60 days ago, delete rows sent more than 90 days ago. Idempotent."""
    for tenant_id in apps.get_model(TENANT).objects.order_by("pk").values_list("pk", flat=True):
        with tenant_scope(tenant_id):
            _empty_secrets()
            _delete_sent()


def _empty_secrets() -> None:
    parked = Q(state__in=[OutboxRow.State.FAILED, OutboxRow.State.HELD], created_at__lt=Now() - SECRETS_KEPT)
    sent = Q(state=OutboxRow.State.SENT, sent_at__lt=Now() - SECRETS_KEPT)
    for ended in (parked, sent):  # one by one: each has an index of its own
        OutboxRow.objects.filter(ended).exclude(secrets={}).update(secrets={})


def _delete_sent() -> None:
    old = OutboxRow.objects.filter(state=OutboxRow.State.SENT, sent_at__lt=Now() - SENT_KEPT)
    OutboxRow.objects.filter(pk__in=old.order_by("sent_at").values("pk")[:ROWS_A_TURN]).delete()

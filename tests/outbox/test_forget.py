"""What the outbox forgets: the secrets of mails that never left, and mails that left long ago."""

import datetime as dt

from django.utils.timezone import now

from accounts.models import Tenant
from helpdesk.celery import app
from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.tasks import forget
from helpdesk.tenancy import tenant_scope
from tests.outbox.conftest import Enqueue, reread


def make_old(row: OutboxRow, *, state: str, days: int) -> OutboxRow:
    moment = now() - dt.timedelta(days=days)
    sent_at = moment if state == "sent" else None
    assert row.tenant_id
    with tenant_scope(row.tenant_id):
        OutboxRow.objects.filter(pk=row.pk).update(state=state, created_at=moment, sent_at=sent_at)
    return row


def test_secrets_of_old_rows_are_emptied_and_of_others_kept(enqueue: Enqueue, globex: Tenant) -> None:
    ended = [make_old(enqueue(tenant=globex), state=state, days=61) for state in ("failed", "held", "sent")]
    kept = [
        *(make_old(enqueue(), state=state, days=59) for state in ("failed", "held")),
        make_old(enqueue(), state="waiting", days=61),
    ]

    forget()

    assert [reread(row).secrets for row in ended] == [{}, {}, {}]
    assert all(reread(row).secrets for row in kept)


def test_rows_sent_long_ago_are_deleted_and_others_kept(
    enqueue: Enqueue, acme: Tenant, globex: Tenant
) -> None:
    make_old(enqueue(), state="sent", days=91)
    make_old(enqueue(tenant=globex), state="sent", days=91)
    kept = [
        make_old(enqueue(), state=state, days=days)
        for state, days in (("sent", 89), ("failed", 91), ("waiting", 91))
    ]

    forget()

    with tenant_scope(acme.pk):
        assert set(OutboxRow.objects.values_list("pk", flat=True)) == {row.pk for row in kept}
    with tenant_scope(globex.pk):
        assert not OutboxRow.objects.exists()


def test_it_is_done_every_hour() -> None:
    [entry] = [entry for entry in app.conf.beat_schedule.values() if entry["task"] == forget.name]

    assert (entry["task"], entry["schedule"]) == ("outbox.forget", 3600.0)

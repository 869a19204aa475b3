"""Who gets to send what: in turn, in order, once."""

import threading
from collections import Counter

import pytest
from django.db import close_old_connections, connection, connections
from pytest_django.fixtures import Settings

from accounts.models import Tenant
from helpdesk.outbox.claim import DRAINS, claim_rows, drain_slot
from helpdesk.outbox.deliver import drain_outbox
from helpdesk.outbox.models import OutboxRow
from helpdesk.tenancy import tenant_scope
from helpdesk.walls.derive import quoted
from tests.outbox.conftest import Enqueue, a_mail, make_due, reread
from tests.outbox.peer import Peer
from tests.settled import settle


def fill(tenant: Tenant, count: int, **changes: object) -> None:
    """Writes many waiting rows at once: one, and the database copies it."""
    with tenant_scope(tenant.pk), connection.cursor() as cursor:
        first = OutboxRow.objects.create(
            topic="guest_link",
            to_address=f"p0@{tenant.slug}.example",
            locale="en",
            timezone="UTC",
            sender_name=tenant.name,
            sender_address="support@acme.example",
            message_id=f"<{tenant.slug}.{changes}.0@acme.example>",
            is_automatic=False,
            context=a_mail()["context"],
            **changes,
        )
        others = {"to_address": "'p' || number || substr(to_address, 3)"}
        others["message_id"] = "replace(message_id, '.0@', '.' || number || '@')"
        columns = [str(field.column) for field in OutboxRow._meta.concrete_fields if field.column != "id"]
        cursor.execute(
            f"INSERT INTO {OutboxRow._meta.db_table} ({', '.join(map(quoted, columns))})"
            f" SELECT {', '.join(others.get(name, quoted(name)) for name in columns)}"
            f" FROM {OutboxRow._meta.db_table}, generate_series(1, %s) number WHERE id = %s",
            [count - 1, first.pk],
        )


def test_one_tenants_thousands_do_not_keep_the_others(acme: Tenant, globex: Tenant) -> None:
    fill(acme, 5000)
    fill(globex, 3)

    claims = claim_rows(20)

    assert Counter(claim.tenant_id for claim in claims) == {acme.pk: 17, globex.pk: 3}


def test_claim_reads_little_of_a_long_queue(transactional_db: None, acme: Tenant, globex: Tenant) -> None:
    fill(acme, 5000)
    fill(globex, 5000)
    settle()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM door.claim_outbox(20, 60)")  # warm
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM door.claim_outbox(20, 60)")
        [plan] = cursor.fetchone()[0]

    assert plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"] < 3000


def test_retries_and_new_mail_take_turns(acme: Tenant) -> None:
    fill(acme, 100, attempts=2, not_before="2020-01-01T00:00:00Z")
    fill(acme, 100)

    claims = claim_rows(20)

    with tenant_scope(acme.pk):
        rows = OutboxRow.objects.filter(pk__in=[claim.row_id for claim in claims])
        assert Counter(row.attempts for row in rows) == {0: 10, 2: 10}


def test_mail_about_a_ticket_keeps_its_order(acme: Tenant, peer: Peer, enqueue: Enqueue) -> None:
    for number in range(3):
        enqueue(subject_of="ticket:7", context={"number": f"ACM-{number}", "subject": "x"})
    enqueue(subject_of="ticket:8", context={"number": "ACM-8", "subject": "x"})
    peer.at_rcpt["ann@example.com"] = ["451 later"]

    drain_outbox()
    before = [delivery.message["Subject"][:7] for delivery in peer.deliveries]
    make_due(acme)
    drain_outbox()

    assert before == ["[ACM-8]"]
    assert [delivery.message["Subject"][:7] for delivery in peer.deliveries][1:] == [
        "[ACM-0]",
        "[ACM-1]",
        "[ACM-2]",
    ]


def test_later_mail_does_not_wait_for_one_meant_for_later_still(peer: Peer, enqueue: Enqueue) -> None:
    planned = enqueue(subject_of="ticket:7", not_before="2099-01-01T00:00:00Z")
    now = enqueue(subject_of="ticket:7")

    drain_outbox()

    assert (reread(planned).state, reread(now).state) == ("waiting", "sent")


def test_claimed_rows_are_left_alone_until_their_lease_ends(acme: Tenant, enqueue: Enqueue) -> None:
    row = enqueue()
    first, second = claim_rows(5), claim_rows(5)
    with tenant_scope(acme.pk):
        OutboxRow.objects.update(leased_until="2020-01-01T00:00:00Z")

    third = claim_rows(5)

    assert [[claim.row_id for claim in claims] for claims in (first, second, third)] == [
        [row.pk],
        [],
        [row.pk],
    ]
    assert third[0].leased_until.timestamp() - row.created_at.timestamp() < 120


def test_no_more_drains_than_places(peer: Peer, enqueue: Enqueue) -> None:
    enqueue()
    places: list[bool] = []

    def take_place() -> None:
        with drain_slot() as is_free:
            places.append(is_free)
            everybody_in.wait()
        close_old_connections()
        connections.close_all()

    everybody_in = threading.Barrier(DRAINS + 2)
    threads = [threading.Thread(target=take_place) for _ in range(DRAINS + 1)]
    for thread in threads:
        thread.start()
    everybody_in.wait()
    for thread in threads:
        thread.join()

    assert sorted(places) == [False] + [True] * DRAINS


@pytest.mark.django_db(transaction=True)
def test_two_drains_at_once_send_every_mail_once(acme: Tenant, globex: Tenant, peer: Peer) -> None:
    fill(acme, 100)
    fill(globex, 100)
    peer.delay_seconds = 0.002

    def drain() -> None:
        drain_outbox()
        connections.close_all()

    threads = [threading.Thread(target=drain) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(peer.recipients) == Counter(
        f"p{number}@{slug}.example" for slug in ("acme", "globex") for number in range(100)
    )
    assert len({delivery.connection for delivery in peer.deliveries}) >= 4


def test_backlog_tells_what_waits(acme: Tenant, globex: Tenant, settings: Settings) -> None:
    fill(acme, 2)
    fill(globex, 1, state="failed")
    fill(globex, 1, state="sent")

    with connection.cursor() as cursor:
        cursor.execute("SELECT state, mails FROM door.outbox_backlog() ORDER BY state")
        rows = cursor.fetchall()

    assert rows == [("failed", 1), ("waiting", 2)]

"""Nobody is flooded through us, whatever the number of tenants."""

import threading

import pytest
from django.db import connections
from pytest_django.fixtures import Settings

from accounts.models import Tenant
from helpdesk.outbox.again import send_again
from helpdesk.outbox.caps import CAPS, may_mail
from helpdesk.outbox.deliver import HELD, drain_outbox
from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.topics import Kind
from helpdesk.tenancy import tenant_scope
from tests.outbox.conftest import Enqueue, reread
from tests.outbox.peer import Peer

VICTIM = "victim@example.com"


def states(rows: list[OutboxRow]) -> list[str]:
    return [reread(row).state for row in rows]


def test_unproven_address_gets_three_a_day_over_all_tenants(peer: Peer, enqueue: Enqueue) -> None:
    tenants = [Tenant.objects.create(slug=f"t{number}", name="T", prefix="T") for number in range(20)]
    rows = [
        enqueue(tenant=tenant, topic="ticket_received_unproven", to=VICTIM.title(), proven=False)
        for tenant in tenants
        for _mail in range(3)
    ]
    other = enqueue(topic="ticket_received_unproven", to="other@example.com", proven=False)

    drain_outbox()

    assert sorted(states(rows)) == ["held"] * 57 + ["sent"] * 3
    assert peer.recipients.count(VICTIM) == 3
    assert reread(other).state == "sent"
    held = next(reread(row) for row in rows if reread(row).state == "held")
    assert (held.answer, held.attempts) == (HELD, 0)


def test_tagged_addresses_of_one_mailbox_share_its_cap(peer: Peer, enqueue: Enqueue) -> None:
    rows = [
        enqueue(topic="ticket_received_unproven", to=f"victim+{number}@example.com", proven=False)
        for number in range(5)
    ]
    other = enqueue(topic="ticket_received_unproven", to="victim-1@example.com", proven=False)

    drain_outbox()

    assert states(rows) == ["sent"] * 3 + ["held"] * 2
    assert peer.recipients[:3] == [f"victim+{number}@example.com" for number in range(3)]
    assert reread(other).state == "sent"


def test_held_mail_does_not_count(acme: Tenant, peer: Peer, enqueue: Enqueue) -> None:
    rows = [enqueue(topic="ticket_received_unproven", to=VICTIM, proven=False) for _mail in range(6)]
    drain_outbox()
    with tenant_scope(acme.pk):
        OutboxRow.objects.filter(state="sent").update(allowed_at="2020-01-01T00:00:00Z")  # a day goes by

    late = enqueue(topic="ticket_received_unproven", to=VICTIM, proven=False)
    drain_outbox()

    assert states(rows) == ["sent"] * 3 + ["held"] * 3
    assert reread(late).state == "sent"


def test_codes_have_room_left_when_the_rest_is_used_up(peer: Peer, enqueue: Enqueue) -> None:
    tickets = [enqueue(topic="ticket_received_unproven", to=VICTIM, proven=False) for _mail in range(4)]
    drain_outbox()

    codes = [
        enqueue(topic="account_code", to=VICTIM, proven=False, secrets={"code": "1"}) for _mail in range(9)
    ]
    drain_outbox()

    assert states(tickets) == ["sent"] * 3 + ["held"]
    assert states(codes) == ["sent"] * 7 + ["held"] * 2


def test_proven_address_is_not_limited_by_strangers(peer: Peer, enqueue: Enqueue) -> None:
    for _mail in range(3):
        enqueue(topic="ticket_received_unproven", to=VICTIM, proven=False)
    rows = [enqueue(to=VICTIM) for _mail in range(62)]

    drain_outbox()

    assert states(rows).count("sent") == CAPS[Kind.TICKET, True][0] == 60


def test_answers_of_people_are_never_held(peer: Peer, enqueue: Enqueue) -> None:
    rows = [
        enqueue(topic="ticket_reply_unproven", to=VICTIM, proven=False, automatic=False) for _mail in range(8)
    ]

    drain_outbox()

    assert states(rows) == ["sent"] * 8


def test_scale_widens_the_caps(settings: Settings, peer: Peer, enqueue: Enqueue) -> None:
    settings.RATE_LIMIT_SCALE = 2
    rows = [enqueue(topic="ticket_received_unproven", to=VICTIM, proven=False) for _mail in range(7)]

    drain_outbox()

    assert states(rows) == ["sent"] * 6 + ["held"]


def test_a_try_again_counts_once(acme: Tenant, peer: Peer, enqueue: Enqueue) -> None:
    rows = [enqueue(topic="ticket_received_unproven", to=VICTIM, proven=False) for _mail in range(3)]
    peer.at_rcpt[VICTIM] = ["451 later"] * 6

    for _try in range(3):
        drain_outbox()
        with tenant_scope(acme.pk):
            OutboxRow.objects.filter(state="waiting").update(not_before="2020-01-01T00:00:00Z")

    assert states(rows) == ["sent"] * 3


def test_person_lets_a_held_mail_out(acme: Tenant, peer: Peer, enqueue: Enqueue) -> None:
    rows = [enqueue(topic="ticket_received_unproven", to=VICTIM, proven=False) for _mail in range(4)]
    drain_outbox()

    with tenant_scope(acme.pk):
        send_again(rows[3])
    drain_outbox()

    assert states(rows) == ["sent"] * 4


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_exceed_the_cap_together(
    acme: Tenant, globex: Tenant, peer: Peer, enqueue: Enqueue
) -> None:
    rows = [
        enqueue(tenant=tenant, topic="ticket_received_unproven", to=VICTIM, proven=False)
        for _mail in range(15)
        for tenant in (acme, globex)
    ]

    def drain() -> None:
        drain_outbox()
        connections.close_all()

    threads = [threading.Thread(target=drain) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(states(rows)) == ["held"] * 27 + ["sent"] * 3


def test_may_mail_asks_for_this_address_only(acme: Tenant, settings: Settings, enqueue: Enqueue) -> None:
    settings.RATE_LIMIT_SCALE = 1
    row = enqueue(topic="ticket_received_unproven", to=VICTIM, proven=False)

    with tenant_scope(acme.pk):
        assert may_mail(row)

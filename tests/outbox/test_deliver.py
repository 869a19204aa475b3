"""Mail meets a real mail server that takes, refuses, hangs and hangs up."""

import datetime as dt
import threading

import pytest
from django.db import connection, connections
from pytest_django.fixtures import Settings

from accounts.models import Tenant
from helpdesk.dev.processes import wait_until
from helpdesk.errors import Refused
from helpdesk.outbox.again import send_again
from helpdesk.outbox.claim import begin_try, claim_rows, settle
from helpdesk.outbox.deliver import BACK_OFF_SECONDS, LAST_TRY, back_off, drain_outbox, server_away
from helpdesk.outbox.models import OutboxRow
from helpdesk.tenancy import tenant_scope
from tests.outbox.conftest import Enqueue, make_due, reread
from tests.outbox.peer import CUT, HANG, Peer


def test_mail_arrives_with_its_headers(peer: Peer, enqueue: Enqueue) -> None:
    row = enqueue(
        to="Ann@Example.com",
        reply_to="support+abc@acme.example",
        message_id="<abc.7@acme.example>",
        in_reply_to="<abc.0@acme.example>",
        references=["<abc.0@acme.example>", "<abc.3@acme.example>"],
    )

    drain_outbox()

    [delivery] = peer.deliveries
    message = delivery.message
    assert (delivery.sender, delivery.recipient) == ("support@acme.example", "ann@example.com")
    assert {name: str(value) for name, value in message.items() if name != "Content-Type"} == {
        "Subject": "[ACM-1004] We received your request: Refund for order 1182",
        "From": "Acme Support <support@acme.example>",
        "To": "Ann <ann@example.com>",
        "Reply-To": "support+abc@acme.example",
        "Message-ID": "<abc.7@acme.example>",
        "In-Reply-To": "<abc.0@acme.example>",
        "References": "<abc.0@acme.example> <abc.3@acme.example>",
        "Date": message["Date"],
        "Content-Language": "en",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
    }
    assert "See it or add details:\nhttp://acme.localhost:8000/t/a-secret-link/" in delivery.text
    assert "http://acme.localhost:8000/t/a-secret-link/" in delivery.html
    row = reread(row)
    assert (row.state, row.secrets, row.answer, row.attempts) == ("sent", {}, "250 taken", 1)
    assert row.sent_at is not None
    assert row.leased_until is None


def test_mail_of_a_person_is_not_marked_as_automatic(peer: Peer, enqueue: Enqueue) -> None:
    enqueue(topic="ticket_reply", automatic=False)

    drain_outbox()

    [delivery] = peer.deliveries
    assert delivery.message["Auto-Submitted"] is None
    assert delivery.message["X-Auto-Response-Suppress"] is None


def test_many_mails_share_a_connection(peer: Peer, enqueue: Enqueue) -> None:
    for number in range(45):
        enqueue(to=f"p{number}@example.com")

    drain_outbox()

    assert peer.recipients == [f"p{number}@example.com" for number in range(45)]
    assert peer.connections == 3


def test_greylisted_mail_is_sent_later_with_the_same_id(acme: Tenant, peer: Peer, enqueue: Enqueue) -> None:
    row = enqueue()
    peer.at_rcpt["ann@example.com"] = ["451 4.7.1 come back", "450 not yet"]

    drain_outbox()
    first = reread(row)
    drain_outbox()  # it is not due yet
    make_due(acme)
    drain_outbox()
    make_due(acme)
    drain_outbox()

    assert (first.state, first.attempts, first.answer) == ("waiting", 1, "451 4.7.1 come back")
    assert first.not_before > first.created_at + dt.timedelta(seconds=7)
    assert first.secrets != {}
    assert peer.tries == ["ann@example.com"] * 3
    assert [delivery.message["Message-ID"] for delivery in peer.deliveries] == [row.message_id]
    assert reread(row).attempts == 3


def test_refusal_of_one_recipient_leaves_the_others_alone(peer: Peer, enqueue: Enqueue) -> None:
    rows = [enqueue(to=f"p{number}@example.com") for number in range(4)]
    peer.at_rcpt["p1@example.com"] = ["550 5.1.1 no such person"]
    peer.at_dot["p2@example.com"] = ["552 5.2.2 mailbox full"]

    drain_outbox()
    drain_outbox()

    assert peer.recipients == ["p0@example.com", "p3@example.com"]
    assert [(reread(row).state, reread(row).answer) for row in rows[1:3]] == [
        ("failed", "550 5.1.1 no such person"),
        ("failed", "552 5.2.2 mailbox full"),
    ]
    assert peer.tries.count("p1@example.com") == 1


def test_server_that_hangs_up_is_called_again(acme: Tenant, peer: Peer, enqueue: Enqueue) -> None:
    rows = [enqueue(to=f"p{number}@example.com") for number in range(3)]
    peer.at_rcpt["p0@example.com"] = ["421 too busy"]
    peer.at_rcpt["p1@example.com"] = [CUT]

    drain_outbox()
    answers = [reread(row).answer for row in rows]
    make_due(acme)
    drain_outbox()

    assert answers[0] == "421 too busy"
    assert answers[1].startswith("The connection ended before the mail was sent.")
    assert peer.recipients == ["p2@example.com", "p0@example.com", "p1@example.com"]


@pytest.mark.parametrize("misfortune", [CUT, HANG])
def test_end_after_the_final_dot_is_told_and_tried_with_the_same_id(
    acme: Tenant, peer: Peer, enqueue: Enqueue, misfortune: str
) -> None:
    row, other = enqueue(), enqueue(to="bob@example.com")
    peer.at_dot["ann@example.com"] = [misfortune]

    drain_outbox()
    broken = reread(row)
    make_due(acme)
    drain_outbox()

    assert broken.state == "waiting"
    assert "it may have arrived" in broken.answer
    assert reread(row).state == reread(other).state == "sent"
    assert {delivery.message["Message-ID"] for delivery in peer.deliveries} == {
        row.message_id,
        other.message_id,
    }


def test_server_away_costs_no_try_and_is_not_hammered(
    acme: Tenant, settings: Settings, peer: Peer, enqueue: Enqueue
) -> None:
    row = enqueue()
    port = peer.port
    settings.EMAIL_PORT = 1  # nobody listens

    drain_outbox()
    away = reread(row)
    settings.EMAIL_PORT = port
    drain_outbox()  # within the pause
    waiting = reread(row)
    server_away.end()
    drain_outbox()

    assert (away.state, away.attempts, away.leased_until) == ("waiting", 0, None)
    assert "refused" in away.answer
    assert waiting.state == "waiting"
    assert reread(row).state == "sent"


def test_server_that_lets_nobody_in_is_away(peer: Peer, enqueue: Enqueue) -> None:
    row = enqueue()
    peer.greeting = "554 no service here"

    drain_outbox()

    assert (reread(row).state, reread(row).attempts, reread(row).answer) == (
        "waiting",
        0,
        "554 no service here",
    )


def test_server_with_a_password_is_told_it(settings: Settings, peer: Peer, enqueue: Enqueue) -> None:
    row = enqueue()
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "desk", "secret"

    peer.to_a_password = "535 5.7.8 wrong password"
    drain_outbox()
    refused = reread(row)
    peer.to_a_password = "235 welcome"
    server_away.end()
    drain_outbox()

    assert (refused.state, refused.attempts, refused.answer) == ("waiting", 0, "535 5.7.8 wrong password")
    assert reread(row).state == "sent"


def test_refusal_of_the_installation_is_no_fault_of_the_recipient(peer: Peer, enqueue: Enqueue) -> None:
    row = enqueue()
    peer.at_rcpt["ann@example.com"] = ["530 5.7.0 authentication required"]

    drain_outbox()

    assert reread(row).state == "waiting"


def test_without_a_mail_server_mail_waits(settings: Settings, peer: Peer, enqueue: Enqueue) -> None:
    row = enqueue()
    settings.EMAIL_URL = ""

    drain_outbox()

    assert (reread(row).state, reread(row).attempts) == ("waiting", 0)
    assert peer.connections == 0


def test_broken_row_is_parked_after_five_tries_and_keeps_nobody(
    acme: Tenant, peer: Peer, enqueue: Enqueue
) -> None:
    poison = enqueue(context={"created_at": "no moment"})
    enqueue(to="bob@example.com")

    for _try in range(7):
        drain_outbox()
        make_due(acme)

    parked = reread(poison)
    assert (parked.state, parked.attempts) == ("failed", 5)
    assert parked.answer == "ValueError: Invalid isoformat string: 'no moment'"
    assert peer.recipients == ["bob@example.com"]


def test_row_that_kills_its_worker_is_parked(acme: Tenant, peer: Peer, enqueue: Enqueue) -> None:
    row = enqueue()

    for _death in range(5):
        [claim] = claim_rows(1)
        with tenant_scope(acme.pk):
            begin_try(claim)
        make_due(acme)
    drain_outbox()

    assert reread(row).state == "failed"
    assert "in the middle" in reread(row).answer
    assert peer.connections == 1  # opened for nothing
    assert peer.tries == []


def test_gives_up_after_the_last_try(acme: Tenant, peer: Peer, enqueue: Enqueue) -> None:
    row = enqueue()
    with tenant_scope(acme.pk):
        OutboxRow.objects.update(attempts=LAST_TRY - 1)
    peer.at_rcpt["ann@example.com"] = ["451 never"]

    drain_outbox()

    assert (reread(row).state, reread(row).answer) == ("failed", "451 never")


def test_back_off_grows_to_an_hour_and_lasts_five_days() -> None:
    waits = [back_off(attempts).total_seconds() for attempts in range(1, LAST_TRY)]

    middle = [*BACK_OFF_SECONDS, *[3600] * LAST_TRY][: len(waits)]
    assert [
        wait for wait, about in zip(waits, middle, strict=True) if not 0.8 * about <= wait <= 1.2 * about
    ] == []
    assert 4.5 < sum(middle) / 86400 < 5.1


def test_parked_mail_can_be_sent_again(acme: Tenant, peer: Peer, enqueue: Enqueue) -> None:
    row = enqueue()
    peer.at_rcpt["ann@example.com"] = ["550 no such person"]
    drain_outbox()

    with tenant_scope(acme.pk):
        send_again(row)
    drain_outbox()

    assert reread(row).state == "sent"
    assert peer.deliveries[0].message["Message-ID"] == row.message_id
    with tenant_scope(acme.pk), pytest.raises(Refused):
        send_again(row)


def test_who_lost_the_lease_writes_nothing(acme: Tenant, enqueue: Enqueue) -> None:
    row = enqueue()
    [late] = claim_rows(1)
    make_due(acme)
    [other] = claim_rows(1)

    settle(late, state=OutboxRow.State.SENT)
    with tenant_scope(acme.pk):
        begun = begin_try(late)

    assert begun is None
    assert (reread(row).state, reread(row).leased_until) == ("waiting", other.leased_until)


def test_text_of_any_kind_arrives_as_it_was(peer: Peer, enqueue: Enqueue) -> None:
    body = ".\n..dots\nFrom here\n\x85\u2028 long " + "x" * 5000 + "\nقطة 🐈\u200d⬛ é=20\n\n\n  end"
    enqueue(
        to_name='Ann "A" <x@evil.example>, Ünal',
        topic="ticket_reply",
        context={"body": body, "number": "ACM-1"},
    )

    drain_outbox()

    [delivery] = peer.deliveries
    assert body.replace("\x85", "") in delivery.text
    assert max(len(line) for line in delivery.content.split(b"\r\n")) <= 78
    assert delivery.content.isascii()
    [address] = delivery.message["To"].addresses
    assert (address.addr_spec, address.display_name) == ("ann@example.com", 'Ann "A" <x@evil.example>, Ünal')


def test_long_foreign_names_and_thread_headers_stay_whole(peer: Peer, enqueue: Enqueue) -> None:
    references = [f"<{letter * 100}.1@{'long-' * 8}domain.example>" for letter in "abc"]
    enqueue(
        to_name="محمد عبد الرحمن، " * 6,
        sender_name="Gemeinnützige Gesellschaft für Verbraucherschutz, Köln",
        references=references,
        in_reply_to=references[-1],
        message_id=references[0].replace("a", "z", 1),
    )

    drain_outbox()

    [delivery] = peer.deliveries
    message = delivery.message
    assert message["References"].split() == references
    assert message["In-Reply-To"].strip() == references[-1]
    assert message["To"].addresses[0].addr_spec == "ann@example.com"
    assert delivery.header("To") == ("محمد عبد الرحمن، " * 6).strip() + " <ann@example.com>"
    assert delivery.header("From").startswith("Gemeinnützige Gesellschaft für Verbraucherschutz, Köln <")


@pytest.mark.django_db(transaction=True)
def test_database_that_breaks_off_while_a_mail_leaves_does_not_repeat_it(
    peer: Peer, enqueue: Enqueue
) -> None:
    row = enqueue()
    peer.delay_seconds = 0.5

    def drain() -> None:
        drain_outbox()
        connections.close_all()

    sending = threading.Thread(target=drain)
    sending.start()
    assert wait_until(lambda: bool(peer.tries), seconds=5)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )
    sending.join()

    assert reread(row).state == "sent"
    assert len(peer.deliveries) == 1

"""What may be written into the outbox, and that it leaves with its transaction or not at all."""

import pytest
import time_machine
from django.db import transaction

from accounts.models import Tenant
from helpdesk.outbox.deliver import drain_outbox
from helpdesk.outbox.emails import enqueue_email
from helpdesk.outbox.models import OutboxRow
from helpdesk.tenancy import NoTenant, tenant_scope
from tests.outbox.conftest import Enqueue, a_mail, make_due, reread
from tests.outbox.peer import Peer

BREAKS = ["\r\nBcc: eve@evil.example", "\nBcc: eve@evil.example", "\r", "\0", "\x1b", "\u2028", "\x85"]


@pytest.mark.parametrize("breaking", BREAKS)
@pytest.mark.parametrize("field", ["to", "sender_address", "reply_to"])
def test_address_with_a_break_is_refused(acme: Tenant, field: str, breaking: str) -> None:
    with tenant_scope(acme.pk), pytest.raises(ValueError, match="no address"):
        enqueue_email(**a_mail(**{field: f"ann@example.com{breaking}"}))


@pytest.mark.parametrize("breaking", [*BREAKS, " ", "<", ">", "é"])
@pytest.mark.parametrize("field", ["message_id", "in_reply_to", "references"])
def test_id_with_a_break_is_refused(acme: Tenant, field: str, breaking: str) -> None:
    value = f"<abc{breaking}@acme.example>"

    with tenant_scope(acme.pk), pytest.raises(ValueError, match="Message-ID"):
        enqueue_email(**a_mail(**{field: [value] if field == "references" else value}))


@pytest.mark.parametrize("breaking", BREAKS)
def test_break_in_a_name_or_subject_becomes_a_blank(peer: Peer, enqueue: Enqueue, breaking: str) -> None:
    name = f"Ann{breaking}"
    enqueue(to_name=name, sender_name=name, context=a_mail()["context"] | {"subject": f"Refund{breaking}"})

    drain_outbox()

    [delivery] = peer.deliveries
    assert delivery.message["Bcc"] is None
    assert delivery.message["To"].addresses[0].addr_spec == "ann@example.com"
    assert len(delivery.message["To"].addresses) == 1
    assert "Refund" in delivery.message["Subject"]


def test_encoded_word_in_a_name_stays_a_word(peer: Peer, enqueue: Enqueue) -> None:
    enqueue(to_name="=?utf-8?q?x=0D=0ABcc=3A_eve=40evil.example?=")

    drain_outbox()

    [delivery] = peer.deliveries
    assert delivery.message["Bcc"] is None
    assert b"\r\nBcc:" not in delivery.content
    assert peer.recipients == ["ann@example.com"]


@pytest.mark.parametrize("context", [{"a": object()}, {"a": {1, 2}}, {"a": float("nan")}, {"a": b"x"}])
def test_context_must_be_json(acme: Tenant, context: dict[str, object]) -> None:
    with tenant_scope(acme.pk), pytest.raises(ValueError, match="JSON"):
        enqueue_email(**a_mail(context=context))


def test_context_survives_nul_and_half_characters(enqueue: Enqueue) -> None:
    row = enqueue(context={"body": "a\0b\ud83d", "files": [{"na\0me": "\0"}], "n": 1.5, "none": None})

    assert reread(row).context == {"body": "ab?", "files": [{"name": ""}], "n": 1.5, "none": None}


@pytest.mark.parametrize("topic", ["", "nonsense", "account_../../x", "ticket_received.html"])
def test_unknown_topic_is_refused(acme: Tenant, topic: str) -> None:
    with tenant_scope(acme.pk), pytest.raises(ValueError, match="no mail about"):
        enqueue_email(**a_mail(topic=topic))


def test_id_is_made_once_of_the_senders_domain(enqueue: Enqueue) -> None:
    first, second, given = enqueue(), enqueue(), enqueue(message_id="abc.1@acme.example")

    assert first.message_id != second.message_id
    assert first.message_id.endswith("@acme.example>")
    assert given.message_id == "<abc.1@acme.example>"


def test_name_is_not_kept_for_an_unproven_address(enqueue: Enqueue) -> None:
    assert enqueue(proven=False, to_name="Buy now").to_name == ""


def test_outside_a_scope_nothing_is_written(db: None) -> None:
    with pytest.raises(NoTenant):
        enqueue_email(**a_mail())


@pytest.mark.django_db(transaction=True)
def test_mail_leaves_with_its_transaction_or_not_at_all(acme: Tenant, peer: Peer) -> None:
    with pytest.raises(RuntimeError), tenant_scope(acme.pk):
        enqueue_email(**a_mail())
        raise RuntimeError
    with tenant_scope(acme.pk), transaction.atomic():
        kept = enqueue_email(**a_mail(to="kept@example.com"))
        during = len(peer.deliveries)

    drain_outbox()

    with tenant_scope(acme.pk):
        assert [row.pk for row in OutboxRow.objects.all()] == [kept.pk]
    assert during == 0
    assert peer.recipients == ["kept@example.com"]


def test_time_of_the_process_does_not_matter(peer: Peer, enqueue: Enqueue) -> None:
    with time_machine.travel("2031-01-01", tick=True):
        ahead = enqueue(to="ahead@example.com")
    with time_machine.travel("2021-01-01", tick=True):
        behind = enqueue(to="behind@example.com")
        drain_outbox()

    assert (reread(ahead).state, reread(behind).state) == ("sent", "sent")
    assert abs((reread(behind).created_at - reread(ahead).created_at).total_seconds()) < 60


def test_foreign_domain_is_written_as_dns_knows_it(peer: Peer, enqueue: Enqueue) -> None:
    enqueue(to="Info@Bücher.Example")

    drain_outbox()

    assert peer.recipients == ["info@xn--bcher-kva.example"]


@pytest.mark.parametrize("field", ["to", "sender_address", "reply_to"])
def test_address_longer_in_dns_than_mail_takes_is_refused(acme: Tenant, field: str) -> None:
    address = "ann@" + ".".join(["éж" * 15] * 7) + ".ex"

    with tenant_scope(acme.pk), pytest.raises(ValueError, match="no address"):
        enqueue_email(**a_mail(**{field: address}))


def test_domain_too_long_for_dns_fails_by_itself(acme: Tenant, peer: Peer, enqueue: Enqueue) -> None:
    long = enqueue(to=f"a@{'é' * 62}.example")
    enqueue()

    for _try in range(5):
        drain_outbox()
        make_due(acme)

    assert reread(long).state == "failed"
    assert peer.recipients == ["ann@example.com"]

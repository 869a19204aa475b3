"""Two tenants, a mail server on a real socket, and mails to send."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from accounts.models import Tenant
from helpdesk.outbox import nudge as nudges
from helpdesk.outbox.deliver import server_away
from helpdesk.outbox.emails import enqueue_email
from helpdesk.outbox.models import OutboxRow
from helpdesk.tenancy import tenant_scope
from tests.outbox.broker import Broker
from tests.outbox.peer import Peer

Enqueue = Callable[..., OutboxRow]


@pytest.fixture
def acme(db: None) -> Tenant:
    return Tenant.objects.create(slug="acme", name="Acme", prefix="ACM")


@pytest.fixture
def globex(db: None) -> Tenant:
    return Tenant.objects.create(slug="globex", name="Globex", prefix="GLX", locale="ar")


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    """The mail server that the outbox is set to."""
    server_away.end()
    with Peer() as peer:
        use_server(settings, peer.port)
        yield peer
    server_away.end()


def use_server(settings: Settings, port: int) -> None:
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_TIMEOUT = 1
    settings.RATE_LIMIT_SCALE = 1


@pytest.fixture(autouse=True)
def quiet_broker() -> Iterator[None]:
    """Nudges go to the tests' own Valkey; each test begins without a memory of it being away."""
    nudges.away.end()
    yield
    nudges.away.end()


@pytest.fixture
def enqueue(acme: Tenant) -> Enqueue:
    """Writes one mail, of Acme unless told otherwise, in a transaction of its own."""

    def enqueue(*, tenant: Tenant = acme, **changes: Any) -> OutboxRow:
        with tenant_scope(tenant.pk), transaction.atomic():
            return enqueue_email(**a_mail(**changes))

    return enqueue


def a_mail(**changes: Any) -> dict[str, Any]:
    """The arguments of a confirmation to a person whose address is proven."""
    return {
        "topic": "ticket_received",
        "to": "ann@example.com",
        "to_name": "Ann",
        "locale": "en",
        "timezone": "Europe/Berlin",
        "context": {
            "tenant_name": "Acme",
            "number": "ACM-1004",
            "subject": "Refund for order 1182",
            "team": "Payments",
            "category": "Refunds",
            "body": "Hello\n\nI paid twice.",
            "files": [{"name": "receipt.pdf", "size": 24_000}],
            "status": "new",
            "created_at": "2026-11-20T14:00:00+00:00",
            "first_response_due_at": "2026-11-24T16:00:00+00:00",
            "resolution_due_at": "2026-11-29T16:00:00+00:00",
            "first_response_hours": 24.0,
            "resolution_hours": 48.0,
        },
        "secrets": {"link": "http://acme.localhost:8000/t/a-secret-link/"},
        "sender_name": "Acme Support",
        "sender_address": "support@acme.example",
        "proven": True,
    } | changes


def make_due(tenant: Tenant) -> None:
    """Ends every wait and every lease, as time would."""
    with tenant_scope(tenant.pk):
        OutboxRow.objects.filter(state="waiting").update(not_before="2020-01-01T00:00:00Z", leased_until=None)


def reread(row: OutboxRow) -> OutboxRow:
    assert row.tenant_id
    with tenant_scope(row.tenant_id):
        return OutboxRow.objects.get(pk=row.pk)


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """The only broker that nudges go to."""
    with TemporaryDirectory(prefix="desk-") as folder:  # pytest's own folders are too long for a socket
        broker = Broker(Path(folder))
        monkeypatch.setenv("CELERY_BROKER_WRITE_URL", broker.url)
        _forget_connections()
        yield broker
        _forget_connections()
        broker.kill()


def _forget_connections() -> None:
    if nudges._connections.cache_info().currsize:
        nudges._connections().force_close_all()
    nudges._connections.cache_clear()

"""What a load balancer and Prometheus are told."""

import pytest
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Member, Tenant
from tests.factories.cast import House
from tests.factories.tickets import make_ticket

HOSTS = ["localhost", "acme.localhost", "unknown.example", "10.0.0.7:8000"]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
@pytest.mark.django_db
def test_health_is_answered_on_every_host(host: str, path: str) -> None:
    answer = Client(headers={"host": host}).get(path)

    assert (answer.status_code, answer.json(), answer["Cache-Control"]) == (200, {"status": "ok"}, "no-store")


def test_live_asks_no_database(client: Client) -> None:
    assert client.get("/health/live").status_code == 200  # without the mark, a query would be refused


@pytest.mark.django_db
def test_ready_names_a_missing_redis(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "failing": ["redis"]}
    assert answer["Retry-After"] == "5"


@pytest.mark.django_db(transaction=True)
def test_ready_names_a_missing_database(client: Client) -> None:
    connection.close()
    there = connection.settings_dict["PORT"]
    connection.settings_dict["PORT"] = "1"
    try:
        answer = client.get("/health/ready")
    finally:
        connection.settings_dict["PORT"] = there

    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "failing": ["database"]}


@pytest.mark.django_db
def test_ready_names_missing_migrations(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk.health._all_migrated", lambda: False)

    answer = client.get("/health/ready")

    assert answer.json() == {"status": "unavailable", "failing": ["migrations"]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.9", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, 404),
        ("203.0.113.9", {"Authorization": "Bearer right"}, 200),
        ("203.0.113.9", {"Authorization": "Bearer wrong"}, 404),
        ("203.0.113.9", {"Authorization": "Basic right"}, 404),
    ],
)
def test_figures_are_for_this_machine_or_the_token(
    settings: Settings, peer: str, headers: dict[str, str], status: int
) -> None:
    settings.METRICS_TOKEN = "right"
    Tenant.objects.get_or_create(slug=Tenant.PLATFORM, defaults={"name": "Platform"})

    answer = Client(headers={"host": "localhost", **headers}, REMOTE_ADDR=peer).get("/metrics")

    assert answer.status_code == status
    assert (b"django_http_requests" in answer.content) is (status == 200)


def test_an_empty_token_opens_nothing(settings: Settings, db: None) -> None:
    settings.METRICS_TOKEN = ""
    Tenant.objects.get_or_create(slug=Tenant.PLATFORM, defaults={"name": "Platform"})

    answer = Client(headers={"host": "localhost", "Authorization": "Bearer "}, REMOTE_ADDR="203.0.113.9").get(
        "/metrics"
    )

    assert answer.status_code == 404


def test_figures_tell_how_much_mail_waits(house: House, customer: Member) -> None:
    Tenant.objects.get_or_create(slug=Tenant.PLATFORM, defaults={"name": "Platform"})
    make_ticket(house, customer)

    answer = Client(headers={"host": "localhost"}, REMOTE_ADDR="127.0.0.1").get("/metrics")

    assert 'helpdesk_outbox_mails{state="waiting"} 1' in answer.content.decode()

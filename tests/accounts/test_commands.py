"""Commands that work inside a tenant."""

import getpass
import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Member, Tenant
from helpdesk.tenancy import NoTenant, tenant_scope
from tests.accounts.conftest import is_signed_in, sign_in
from tests.factories.cast import House

CHOSEN = "correct horse battery"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody at the terminal who types the same password each time."""
    monkeypatch.setattr(getpass, "getpass", lambda prompt="": CHOSEN)


def test_changepassword_changes_one_tenants_person(typed: None, site: Client, customer: Member) -> None:
    call_command("changepassword", "Customer@acme.example", tenant="acme", stdout=io.StringIO())

    sign_in(site, customer.email, CHOSEN)
    assert is_signed_in(site)


@pytest.mark.parametrize(("tenant", "said"), [("globex", "does not exist"), ("nobody", "There is no tenant")])
def test_changepassword_finds_nobody_elsewhere(
    typed: None, other_house: House, customer: Member, tenant: str, said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("changepassword", customer.email, tenant=tenant, stdout=io.StringIO())


def test_changepassword_needs_a_tenant(house: House) -> None:
    with pytest.raises(CommandError, match="--tenant"):
        call_command("changepassword", "customer@acme.example")


def test_createsuperuser_makes_an_operator(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", CHOSEN)

    call_command("createsuperuser", email="root@platform.example", interactive=False, stdout=io.StringIO())

    with tenant_scope(Tenant.objects.get(slug=Tenant.PLATFORM).pk):
        assert Member.objects.get().role == Member.Role.OPERATOR
    browser = Client(headers={"host": "localhost"})
    assert sign_in(browser, "root@platform.example", CHOSEN)["Location"] == "/admin/"


def test_createsuperuser_makes_an_admin_of_a_tenant(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", CHOSEN)

    call_command(
        "createsuperuser", email="boss@acme.example", tenant="acme", interactive=False, stdout=io.StringIO()
    )

    assert Member.objects.get(email="boss@acme.example").role == Member.Role.ADMIN


@pytest.mark.django_db
def test_outside_a_scope_there_is_nobody() -> None:
    with pytest.raises(NoTenant):
        Member.objects.create_superuser("a@b.example", CHOSEN)

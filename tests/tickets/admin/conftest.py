"""Browsers of the desk, signed in, and the paths they ask for."""

import pytest
from django.test import Client

from accounts.models import Member
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_member


def browser(house: House, member: Member) -> Client:
    """A browser without script in which `member` is signed in; needs the open scope of the house."""
    client = Client(headers={"host": house.host})
    client.force_login(member)
    return client


@pytest.fixture
def agents_desk(house: House, agent: Member) -> Client:
    return browser(house, agent)


@pytest.fixture
def leads_desk(house: House, lead: Member) -> Client:
    return browser(house, lead)


@pytest.fixture
def admins_desk(house: House, admin: Member) -> Client:
    return browser(house, admin)


@pytest.fixture
def outsider(house: House) -> Member:
    """An agent of the same tenant, in another team."""
    return make_member("outsider@acme.example", role=Member.Role.AGENT, team=house.other_team)


@pytest.fixture
def outsiders_desk(house: House, outsider: Member) -> Client:
    return browser(house, outsider)


@pytest.fixture
def strangers_desk(other_house: House, stranger: Member) -> Client:
    with tenant_scope(other_house.tenant.pk):
        return browser(other_house, stranger)


@pytest.fixture
def foreign_admins_desk(other_house: House) -> Client:
    """An admin of the other tenant, on that tenant's host."""
    with tenant_scope(other_house.tenant.pk):
        return browser(other_house, make_member("admin@globex.example", role=Member.Role.ADMIN))

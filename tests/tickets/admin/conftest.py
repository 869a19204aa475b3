"""Browsers of the desk, signed in."""

import pytest
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House


def browser(house: House, member: Member) -> Client:
    """A browser without script in which `member` is signed in; needs the open scope of the house."""
    client = Client(headers={"host": house.host})
    client.force_login(member)
    return client


@pytest.fixture
def agents_desk(house: House, agent: Member) -> Client:
    return browser(house, agent)


@pytest.fixture
def admins_desk(house: House, admin: Member) -> Client:
    return browser(house, admin)

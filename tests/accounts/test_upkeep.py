"""Ended sessions are forgotten, tenant by tenant."""

import datetime as dt

from django.test import Client
from django.utils.timezone import now

from accounts.models import Member, Session
from accounts.tasks import clear_sessions
from helpdesk.tenancy import tenant_scope
from tests.accounts.conftest import is_signed_in, sign_in
from tests.factories.cast import House


def test_ended_sessions_of_every_tenant_go_and_others_stay(
    site: Client, other_site: Client, other_house: House, customer: Member, stranger: Member
) -> None:
    sign_in(site, customer.email)
    sign_in(other_site, stranger.email)
    with tenant_scope(other_house.tenant.pk):
        Session.objects.update(expire_date=now() - dt.timedelta(seconds=1))

    clear_sessions()

    assert is_signed_in(site)
    with tenant_scope(other_house.tenant.pk):
        assert Session.objects.count() == 0


def test_a_session_knows_whose_it_is(site: Client, customer: Member) -> None:
    sign_in(site, customer.email)

    assert Session.objects.get(session_key=site.cookies["session"].value).member_id == customer.pk

"""Reads whose SQL is kept find what plain ones find, for each tenant its own."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Member, TeamMembership
from helpdesk.counts import capped_counts, counted, prepared_counts
from helpdesk.prepared import AnyOf, Given, hand_out, prepared
from helpdesk.tenancy import NoTenant, tenant_scope
from tests.factories.cast import House, make_member


@prepared
def people_called(name: Any) -> Any:
    return Member.objects.filter(name=name).order_by("pk")


def test_a_prepared_read_finds_the_rows_of_its_values_and_no_others(house: House) -> None:
    ana, ben = make_member("ana@acme.example", name="Ana"), make_member("ben@acme.example", name="Ben")

    found = [people_called(name=name) for name in ("Ana", "Ben", "' OR true --")]

    assert found == [[ana], [ben], []]
    assert (found[0][0].email, found[0][0].role) == (ana.email, ana.role)
    assert people_called.first(name="Nobody") is None


def test_each_tenant_finds_its_own(house: House, other_house: House) -> None:
    ours = make_member("ana@acme.example", name="Ana")
    with tenant_scope(other_house.tenant.pk):
        theirs = make_member("ana@globex.example", name="Ana")

        there = people_called(name="Ana")

    assert (people_called(name="Ana"), there) == ([ours], [theirs])


def test_outside_of_a_scope_it_is_refused(db: None) -> None:
    with pytest.raises(NoTenant):
        people_called(name="Ana")


def test_rows_joined_and_columns_alone_come_as_from_a_queryset(house: House, agent: Member) -> None:
    of_team = prepared(lambda team: TeamMembership.objects.filter(team=team).select_related("member"))
    names = prepared(lambda pks: Member.objects.filter(AnyOf("pk", pks)).values_list("email", flat=True))
    of_team(team=house.team.pk)

    with CaptureQueriesContext(connection) as asked:
        members = [membership.member for membership in of_team(team=house.team.pk)]

    assert (members, len(asked)) == ([agent], 1)
    assert names(pks=[agent.pk]) == [agent.email]
    assert names(pks=[]) == []


def test_prepared_counts_are_those_of_plain_ones(house: House, agent: Member, customer: Member) -> None:
    lists = [Member.objects.filter(role="agent"), Member.objects.none()]
    kept = prepared_counts([*lists, Member.objects.filter(email=Given("email"))])

    found = counted(kept, email=customer.email)

    assert found == [*capped_counts(lists), 1]


def test_rows_are_handed_out_as_by_a_prefetch(house: House, agent: Member, customer: Member) -> None:
    kept = prepared(lambda members: TeamMembership.objects.filter(AnyOf("member", members)))

    with CaptureQueriesContext(connection) as asked:
        found = kept(members=[agent.pk, customer.pk])
        hand_out(found, to=[agent, customer], name="memberships", key="member_id")

    assert ([*agent.memberships.all()], [*customer.memberships.all()], len(asked)) == (found, [], 1)

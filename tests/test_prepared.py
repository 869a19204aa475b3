"""Reads whose SQL is kept find what plain ones find, for each tenant its own."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts.models import Member, TeamMembership
from helpdesk.at_once import asking, at_once
from helpdesk.counts import capped_counts, counted, prepared_counts
from helpdesk.prepared import AnyOf, Given, hand_out, prepared
from helpdesk.tenancy import NoTenant, tenant_scope
from tests.factories.cast import House, make_member
from tickets.models import RequestDraft


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


@prepared
def memberships_of(team: Any) -> Any:
    return TeamMembership.objects.filter(team=team).select_related("member", "team").order_by("pk")


@prepared
def names_of(role: Any) -> Any:
    return Member.objects.filter(role=role).order_by("-email").values_list("pk", "name")


def test_reads_at_once_find_what_each_finds_alone_in_one_statement(house: House, agent: Member) -> None:
    odd = make_member("zoe@acme.example", name='Zoë "Ö" \\ 🙂', desk_keys={"a": [1, "ü"]}, team=house.team)
    make_member("zed@acme.example", name="")
    alone = [memberships_of(team=house.team.pk), names_of(role="customer"), people_called(name="Nobody")]

    with CaptureQueriesContext(connection) as asked:
        found = at_once(
            asking(memberships_of, team=house.team.pk),
            asking(names_of, role="customer"),
            asking(people_called, name="Nobody"),
        )

    assert (found, len(asked)) == (alone, 1)
    assert [vars_of(one.member) for one in found[0]] == [vars_of(one.member) for one in alone[0]]
    assert (found[0][-1].member.name, found[0][-1].member.desk_keys) == (odd.name, odd.desk_keys)


def vars_of(member: Member) -> dict[str, Any]:
    """The columns of the person as they were read."""
    return {name: value for name, value in vars(member).items() if name != "_state"}


def test_times_and_keys_come_out_of_json_as_they_went_in(house: House, customer: Member) -> None:
    draft = RequestDraft.objects.create(member=customer, key=uuid.uuid4(), expires_at=now())
    read = prepared(lambda member: RequestDraft.objects.filter(member=member))

    ((found,),) = at_once(asking(read, member=customer.pk))

    assert (found.key, found.expires_at) == (draft.key, draft.expires_at)


def test_a_field_that_json_would_change_is_refused(house: House) -> None:
    read = prepared(lambda: Member.objects.values_list(Value(dt.timedelta(1))))

    with pytest.raises(TypeError):
        at_once(asking(read))


def test_each_tenant_finds_its_own_at_once(house: House, other_house: House) -> None:
    make_member("ana@acme.example", name="Ana")
    with tenant_scope(other_house.tenant.pk):
        theirs = make_member("ana@globex.example", name="Ana")

        there = at_once(asking(people_called, name="Ana"), asking(memberships_of, team=house.team.pk))

    assert there == [[theirs], []]

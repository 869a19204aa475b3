"""Two agents at one pair of tickets: joined into one another, into a third, or joined and answered in the same moment."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.addresses import forget_tenants
from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_house, make_member
from tests.factories.tickets import make_ticket
from tickets.actions.merge import merge_tickets, undo_merge
from tickets.actions.reply import add_note
from tickets.models import Merge, Message, Ticket


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "rounds", [pytest.param(8, id="short"), pytest.param(50, id="long", marks=pytest.mark.proof)]
)
def test_two_agents_at_once_lose_nothing(transactional_db: None, rounds: int) -> None:
    house = make_house("acme")
    forget_tenants()
    with tenant_scope(house.tenant.pk):
        agents = [make_member(f"agent-{n}@acme.example", role="agent", team=house.team) for n in range(2)]
        customer = make_member("customer@acme.example")

    with ThreadPoolExecutor(2) as pool:
        for turn in range(rounds):
            _one_round(house, agents, customer, pool, turn)

    with tenant_scope(house.tenant.pk):
        # Nothing is joined into what is joined itself, and every message stands in a ticket that is not.
        assert not Ticket.objects.filter(merged_into__merged_into__isnull=False).exists()
        assert not Message.objects.filter(ticket__merged_into__isnull=False).exists()
        assert Merge.objects.exists()


def _one_round(
    house: House, agents: list[Member], customer: Member, pool: ThreadPoolExecutor, turn: int
) -> None:
    with tenant_scope(house.tenant.pk):
        one, two, three = (make_ticket(house, customer) for _ticket in range(3))
        kept = merge_tickets(three, into=two, actor=agents[0]) if turn % 4 == 3 else None
    first, second = agents
    pairs: list[tuple[Callable[[], object], Callable[[], object]]] = [
        (
            lambda: merge_tickets(one, into=two, actor=first),
            lambda: merge_tickets(two, into=one, actor=second),
        ),
        (
            lambda: merge_tickets(one, into=two, actor=first),
            lambda: merge_tickets(two, into=three, actor=second),
        ),
        (
            lambda: merge_tickets(one, into=two, actor=first),
            lambda: add_note(one, author=second, body="At once", submission_key=uuid.uuid4()),
        ),
        (
            lambda: undo_merge(_found(kept), actor=first),
            lambda: undo_merge(_found(kept), actor=second),
        ),
    ]
    together = Barrier(2)

    done = list(pool.map(lambda act: _at_once(house, act, together), pairs[turn % 4]))

    with tenant_scope(house.tenant.pk):
        bodies = Message.objects.filter(ticket__in=[one, two, three]).count()
        joined = Merge.objects.filter(undone_at=None, source__in=[one, two, three]).count()
    said = 3 + (done[1] if turn % 4 == 2 else 0)
    # Of two that exclude each other one was done and one told why not.
    assert (bodies, joined, sum(done)) in {
        0: {(said, 1, 1)},
        1: {(said, 1, 1)},
        2: {(said, 1, 1), (said, 1, 2)},
        3: {(said, 0, 2)},
    }[turn % 4]


def _found(merge: Merge | None) -> Merge:
    assert merge is not None
    return Merge.objects.select_related("source", "target").get(pk=merge.pk)


def _at_once(house: House, act: Callable[[], object], together: Barrier) -> int:
    """1 when the act was done, 0 when it was refused in words."""
    try:
        with tenant_scope(house.tenant.pk):
            together.wait(30)
            try:
                act()
            except Refused:
                return 0
        return 1
    finally:
        connection.close()

"""What a page reads follows what it shows, not what there is: counted in pages of the database, as the application."""

import json
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Member
from helpdesk.tenancy import tenant_scope
from tests.emptied import empty_tables
from tests.factories.cast import House, make_member
from tests.factories.tickets import answer, make_ticket
from tests.queries import counted_queries
from tests.settled import settle
from tests.tickets.load.test_generate_load import load, staffed_house
from tickets.load.words import COMMON_WORD
from tickets.models import Ticket

FEW, MANY = 400, 4_000
# As in a server, where counts end and the latest are a thousand, and the few are more than that.
LATEST, COMMON, COUNTED = FEW // 8, 5, 10
# Ten times the tickets may make an index one page higher, for each of fifty rows too, and change how a statement is planned.
SLACK, PAGES_MORE = 1.5, 120


@pytest.fixture(scope="module")
def desk(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """A tenant with a customer's three tickets among a few hundred of other people."""
    with django_db_blocker.unblock():
        house = staffed_house("grows")
        load("grows", tickets=FEW, messages=2)
        with tenant_scope(house.tenant.pk):
            customer = make_member("customer@grows.example")
            agent = Member.objects.get(email="agent@grows.example")
            for number in range(3):
                ticket = make_ticket(house, customer, subject=f"Zebrafish {number}")
                answer(ticket, agent, submission_key=uuid.uuid4())

    yield house

    with django_db_blocker.unblock():
        empty_tables()


def test_pages_read_the_same_at_ten_times_the_tickets(
    desk: House, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.search.LATEST", LATEST)
    monkeypatch.setattr("tickets.admin.search.COMMON", COMMON)
    monkeypatch.setattr("helpdesk.counts.LIMIT", COUNTED)
    monkeypatch.setattr("tickets.admin.panel._statements", {})  # what was kept counts further

    with django_db_blocker.unblock():
        settle()
        few = {look: buffers_of(desk, *look) for look in looks(desk)}
        load("grows", tickets=MANY - FEW, messages=2)
        settle()
        many = {look: buffers_of(desk, *look) for look in looks(desk)}

    grown = {look: (few[look], many[look]) for look in few if many[look] > SLACK * few[look] + PAGES_MORE}
    assert all(few.values())
    assert grown == {}


def looks(house: House) -> list[tuple[str, str]]:
    """Who opens what: the customer their list, a search in it and one ticket; the desk its queue, a common word, and the
    ticket."""
    with tenant_scope(house.tenant.pk):
        ticket = Ticket.objects.get(subject="Zebrafish 0")
    queue = "/admin/tickets/ticket/"
    return [
        ("customer", "/tickets/"),
        ("customer", "/tickets/?q=zebrafish"),
        ("customer", f"/tickets/{ticket.number}/"),
        ("admin", queue),
        ("admin", f"{queue}?view=waiting"),
        ("agent", f"{queue}palette/?q={COMMON_WORD}"),
        ("admin", f"{queue}palette/?q={COMMON_WORD}"),
        ("agent", f"{queue}{ticket.pk}/change/"),
    ]


def buffers_of(house: House, who: str, path: str) -> int:
    """How many pages of the database the reads of a page touch, by the plans they get."""
    site = Client(headers={"host": house.host})
    with tenant_scope(house.tenant.pk):
        site.force_login(Member.objects.get(email=f"{who}@grows.example"))
    site.get(path)
    with counted_queries() as statements:
        assert site.get(path).status_code == 200
    with tenant_scope(house.tenant.pk), connection.cursor() as cursor:
        return sum(_buffers(cursor, sql) for sql in statements if sql.startswith(("SELECT", "WITH", "(")))


def _buffers(cursor: CursorWrapper, sql: str) -> int:
    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
    plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return int(plan[0]["Plan"]["Shared Hit Blocks"]) + int(plan[0]["Plan"]["Shared Read Blocks"])

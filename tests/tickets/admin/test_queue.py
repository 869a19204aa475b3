"""The queue shows what wants attention first, and only what its reader may see."""

from django.test import Client

from accounts.models import Member
from tests.factories.cast import House
from tests.factories.tickets import make_ticket

QUEUE = "/admin/tickets/ticket/"


def test_the_desk_begins_with_the_queue(agents_desk: Client) -> None:
    response = agents_desk.get("/admin/")

    assert (response.status_code, response["Location"]) == (302, QUEUE)


def test_the_queue_shows_the_tickets_of_own_teams(
    house: House, agents_desk: Client, customer: Member
) -> None:
    own = make_ticket(house, customer)
    make_ticket(house, customer, category=house.other_category, subject="Upload fails")

    response = agents_desk.get(QUEUE)

    assert [row.number for row in response.context["rows"]] == [own.number]
    assert "Upload fails" not in response.content.decode()

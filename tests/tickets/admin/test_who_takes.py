"""Who of a team takes new tickets now, as its lead reads it."""

import datetime as dt
import re

from django.test import Client
from django.utils import timezone

from accounts.models import Member, TeamMembership
from accounts.models.team import Tier
from tests.factories.cast import House, make_member
from tests.factories.tickets import make_ticket
from tests.queries import count_queries
from tickets.models import Ticket
from tickets.models.ticket import Status

URL = "/admin/dashboard/people/"
AGENT = Member.Role.AGENT


def rows(html: str) -> list[str]:
    """The words of each person's row."""
    found = re.findall(r"<tr><th scope=\"row\".*?</tr>", html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def test_a_lead_sees_who_of_their_teams_takes_tickets_and_how_many_they_have(
    leads_desk: Client, house: House, lead: Member, customer: Member
) -> None:
    today = timezone.localdate()
    busy = make_member("busy@acme.example", role=AGENT, team=house.team, most_tickets=2)
    make_member("away@acme.example", role=AGENT, team=house.team, back_on=today + dt.timedelta(days=30))
    make_member("back@acme.example", role=AGENT, team=house.team, back_on=today - dt.timedelta(days=1))
    make_member("off@acme.example", role=AGENT, team=house.team, takes_tickets=False)
    make_member("gone@acme.example", role=AGENT, team=house.team, is_active=False)
    make_member("video@acme.example", role=AGENT, team=house.other_team)
    TeamMembership.objects.filter(member=lead).update(tier=Tier.L2)
    for status in (Status.NEW, Status.ON_HOLD, Status.PENDING, Status.SOLVED):
        made = make_ticket(house, customer)
        Ticket.objects.filter(pk=made.pk).update(assignee=busy, status=status)

    html = leads_desk.get(URL).content.decode()

    day = re.search(r"On leave, back on [^<]+", html)
    assert day
    assert rows(html) == [
        f"Away L1 {day[0]} No 0",
        "Back L1 Takes new tickets No 0",
        "Busy L1 Has as many as they take No 2 of 2",
        "Off L1 Takes no new tickets No 0",
        "Lead L2 Takes new tickets Now 0",
    ]
    assert "2 people take new tickets" in html
    assert f'href="/admin/tickets/ticket/?assignee={busy.pk}"' in html


def test_the_page_costs_the_same_with_more_people_and_is_not_for_agents(
    site: Client, leads_desk: Client, house: House, agent: Member
) -> None:
    def look() -> None:
        leads_desk.get(URL)

    look()
    few = count_queries(look)
    for name in ("one", "two", "three"):
        make_member(f"{name}@acme.example", role=AGENT, team=house.team)
    site.force_login(agent)

    assert (count_queries(look), few <= 12) == (few, True)
    assert (site.get(URL).status_code, leads_desk.post(URL).status_code) == (403, 405)

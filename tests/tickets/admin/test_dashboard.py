"""The dashboard: whose figures a person sees, what each says, where its numbers lead, and what it costs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.addresses import forget_tenants
from accounts.hosts import forget_hosts
from accounts.models import Member, Team, TeamMembership
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_category, make_member
from tests.factories.tickets import answer, make_ticket, participant_of
from tests.queries import count_queries
from tickets.actions.rate import rate
from tickets.admin.dashboard_csv import cell
from tickets.models import FiguresDue, Ticket
from tickets.models.ticket import Status
from tickets.summaries.count import count_figures
from tickets.summaries.metrics import METRICS
from tickets.summaries.read import Wanted
from tickets.summaries.report import borders, report_of

MONDAY = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
URL = "/admin/dashboard/"


def work(
    house: House, customer: Member, agent: Member, *, times: int, hours: int = 2, **wishes: Any
) -> list[Ticket]:
    """Tickets that were answered and solved after so many hours, now counted."""
    tickets = []
    with time_machine.travel(MONDAY, tick=False) as clock:
        tickets += [make_ticket(house, customer, **wishes) for _turn in range(times)]
        clock.shift(hours * HOUR)
        for ticket in tickets:
            answer(ticket, agent, status=Status.SOLVED)
            rate(participant_of(ticket, customer), score=4, comment="")
        while count_figures(limit=100):
            pass
    return tickets


def told(html: str, key: str) -> str:
    """The words of one tile."""
    found = re.search(rf'id="{key}">(.*?)</li>', html, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[1].split("<details")[0]).split())


def page(site: Client, member: Member, query: str = "") -> str:
    with time_machine.travel(MONDAY + 8 * HOUR, tick=False):
        site.force_login(member)
        return site.get(f"{URL}?{query}").content.decode()


def test_a_lead_reads_speed_and_quality_with_what_stands_behind(
    site: Client, house: House, lead: Member, agent: Member, customer: Member
) -> None:
    work(house, customer, agent, times=11)
    make_ticket(house, customer, category=house.other_category)  # of a team that is not the lead's
    count_figures(limit=10)

    html = page(site, lead)

    assert told(html, "answered") == "First reply 2 h 9 of 10 within 2 h Too few to compare 11 tickets"
    assert told(html, "rated") == "Satisfied 100 % Too few to compare 11 ratings"
    assert told(html, "kept_goal") == "Solved in time 100 % Too few to compare 11 promises"
    assert told(html, "created") == "New requests 11 Too few to compare"
    assert told(html, "open_now") == "Open now 0"
    assert html.count('role="img"') == html.count("Show as table")


def test_the_period_before_is_compared_only_with_enough_behind_both(
    site: Client, house: House, lead: Member, agent: Member, customer: Member
) -> None:
    with time_machine.travel(MONDAY - dt.timedelta(days=7), tick=False) as clock:
        tickets = [make_ticket(house, customer) for _turn in range(10)]
        clock.shift(4 * HOUR)
        for ticket in tickets:
            answer(ticket, agent, status=Status.SOLVED)
    work(house, customer, agent, times=20)

    html = page(site, lead, "period=7")

    assert "▼ 50 % shorter (better)" in told(html, "answered")
    assert "▲ 100 % more" in told(html, "created")
    assert "As before" in told(html, "one_touch")
    assert "Too few" not in told(html, "rated").replace("Too few to compare", "")


def test_a_number_leads_to_exactly_its_tickets(
    site: Client, house: House, lead: Member, agent: Member, customer: Member
) -> None:
    tickets = work(house, customer, agent, times=3)
    make_ticket(house, customer)
    html = page(site, lead)
    links = re.findall(r'href="(/admin/tickets/ticket/\?[^"]*figures=answered[^"]*)"', html)

    with time_machine.travel(MONDAY + 8 * HOUR, tick=False):
        queue = site.get(links[0].replace("&amp;", "&")).content.decode()

    listed = set(re.findall(r"ACME-\d+", queue))
    assert listed == {ticket.number for ticket in tickets}
    assert "Figures: First reply" in queue


def test_the_numbers_of_a_lead_of_two_teams_lead_to_the_tickets_of_both(
    site: Client, house: House, lead: Member, agent: Member, customer: Member
) -> None:
    TeamMembership.objects.create(team=house.other_team, member=lead)
    third = make_category("third", Team.objects.create(name="Third", slug="third"))
    TeamMembership.objects.create(team=third.team, member=agent)
    TeamMembership.objects.create(team=house.other_team, member=agent)
    for place in (house.category, house.other_category, third):
        work(house, customer, agent, times=2, category=place)
        make_ticket(house, customer, category=place)
    for ticket in Ticket.objects.filter(team=third.team):
        Ticket.objects.filter(pk=ticket.pk).update(assignee=lead)  # seen, but of no team of theirs
    count_figures(limit=100)

    html = page(site, lead)
    links = {
        key: re.findall(rf'id="{key}">.*?href="([^"]+)"', html, re.DOTALL)[0] for key in ("rated", "open_now")
    }
    with time_machine.travel(MONDAY + 8 * HOUR, tick=False):
        lists = {key: site.get(link.replace("&amp;", "&")).content.decode() for key, link in links.items()}
        by_name = site.get(f"{links['open_now']}&sort=newest".replace("&amp;", "&")).content.decode()

    found = {key: set(re.findall(r"ACME-\d+", text)) for key, text in lists.items()}
    own = Ticket.objects.exclude(team=third.team)
    assert (told(html, "rated").split()[-2], told(html, "open_now").split()[-1]) == ("4", "2")
    assert found["rated"] == set(own.filter(status="solved").values_list("number", flat=True))
    assert found["open_now"] == set(own.filter(status="new").values_list("number", flat=True))
    assert set(re.findall(r"ACME-\d+", by_name)) == found["open_now"]
    assert "Team: My teams" in lists["open_now"]


def test_filters_narrow_and_an_admin_sees_every_team(
    site: Client, house: House, admin: Member, agent: Member, customer: Member
) -> None:
    below = make_category("card", house.team, parent=house.category, en="Card")
    work(house, customer, agent, times=1)
    work(house, customer, agent, times=2, category=below, locale="ar")
    TeamMembership.objects.create(team=house.other_team, member=agent)
    work(house, customer, agent, times=4, category=house.other_category)

    created = {
        query: told(page(site, admin, query), "created").split()[2]
        for query in (
            "",
            "team=payments",
            "team=videos",
            f"category={house.category.pk}",
            f"category={below.pk}&team=payments",
            "language=ar",
            "language=ar&tier=1",
            "first=2026-11-23&last=2026-11-23",
        )
    }

    assert list(created.values()) == ["7", "3", "4", "3", "2", "2", "2", "7"]
    assert "Nothing happened in these days" in page(site, admin, "tier=2")
    assert "Nothing happened in these days" in page(site, admin, "first=2026-11-01&last=2026-11-22")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("first=2026-11-20&last=2026-11-01", "Choose a day that is not before the first one."),
        ("team=videos", "You see the figures of your own teams only."),
        ("first=1990-01-01", "Choose a day of the last ten years."),
    ],
)
def test_what_cannot_be_shown_is_told_and_kept(
    site: Client, house: House, lead: Member, query: str, said: str
) -> None:
    site.force_login(lead)

    answered = site.get(f"{URL}?{query}")

    assert (answered.status_code, said in answered.content.decode()) == (422, True)
    as_file = site.get(f"{URL}csv/?{query}")
    assert (as_file.status_code, said in as_file.content.decode()) == (400, True)


def test_agents_are_told_whom_to_ask_and_leads_without_a_team_too(
    site: Client, house: House, agent: Member, admin: Member
) -> None:
    site.force_login(agent)
    refused = site.get(URL)
    alone = make_member("alone@acme.example", role=Member.Role.LEAD)

    html = page(site, alone)

    assert refused.status_code == 403
    assert f"Only team leads and admins see these figures. Ask {admin}." in refused.content.decode()
    assert "You are in no team yet" in html


def test_figures_that_wait_for_the_worker_say_to_when_they_are_whole(
    site: Client, house: House, lead: Member, agent: Member, customer: Member
) -> None:
    work(house, customer, agent, times=1)
    with time_machine.travel(MONDAY + 3 * HOUR, tick=False):
        make_ticket(house, customer)

    late = page(site, lead)
    FiguresDue.objects.all().delete()
    fresh = page(site, lead)

    assert "Data to 12:00, refreshing" in late
    assert "refreshing" not in fresh


def test_the_page_costs_the_same_with_one_ticket_and_with_twenty(
    site: Client, house: House, lead: Member, agent: Member, customer: Member
) -> None:
    def look() -> None:
        forget_hosts()  # what is remembered for seconds is read each time, however long the rest takes
        forget_tenants()
        page(site, lead)

    work(house, customer, agent, times=1)
    one = count_queries(look)
    work(house, customer, agent, times=19)

    twenty = count_queries(look)

    assert (twenty, one <= 20) == (one, True)


def test_the_file_holds_every_number_and_no_formula(
    site: Client, house: House, lead: Member, agent: Member, customer: Member
) -> None:
    wicked = make_category("wicked", house.team, en='=HYPERLINK("http://evil.example")')
    work(house, customer, agent, times=12, category=wicked)

    with time_machine.travel(MONDAY + 8 * HOUR, tick=False):
        site.force_login(lead)
        answered = site.get(f"{URL}csv/?period=7")
    rows = list(csv.DictReader(io.StringIO(answered.content.decode("utf-8-sig"))))

    by_figure = {row["figure"]: row for row in rows if row["part"] == "all"}
    topics = {row["name"] for row in rows if row["part"] == "category"}
    assert answered.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert (
        answered.headers["Content-Disposition"] == 'attachment; filename="figures_2026-11-17_2026-11-23.csv"'
    )
    assert set(by_figure) == {metric.key for metric in METRICS}
    assert (by_figure["created"]["value"], by_figure["rated"]["value"]) == ("12", "1")
    assert float(by_figure["answered"]["value"]) == pytest.approx(7200, rel=0.026)
    assert topics == {'\'=HYPERLINK("http://evil.example")'}
    assert [cell(text) for text in ("+1", " =1", "\t@x", "plain", -3)] == [
        "'+1",
        "' =1",
        "'\t@x",
        "plain",
        -3,
    ]


def test_long_periods_are_told_by_weeks_and_then_by_months() -> None:
    last = dt.date(2026, 11, 23)

    days = list(borders(Wanted(last - dt.timedelta(days=29), last)))
    weeks = list(borders(Wanted(last - dt.timedelta(days=364), last)))
    months = list(borders(Wanted(dt.date(2023, 11, 24), last)))

    assert (len(days), len(weeks), len(months)) == (30, 53, 37)
    assert weeks[-1] == (last, last)
    assert (months[0], months[1][0]) == ((dt.date(2023, 11, 24), dt.date(2023, 11, 30)), dt.date(2023, 12, 1))


def test_another_tenants_figures_are_never_counted(
    house: House, other_house: House, agent: Member, customer: Member
) -> None:
    work(house, customer, agent, times=2)

    with tenant_scope(other_house.tenant.pk):
        report = report_of(Wanted(dt.date(2026, 11, 1), dt.date(2026, 11, 30)), today=MONDAY.date())

    assert report.is_empty
    assert reverse("admin:dashboard") == URL

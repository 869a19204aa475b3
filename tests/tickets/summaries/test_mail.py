"""The figures by mail: once for each day or week, in the reader's language, to who may see them still."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client

from accounts.models import Member, TeamMembership
from helpdesk.errors import Refused
from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.render import render
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket
from tests.tickets.admin.conftest import browser
from tickets.actions.figures_mail import choose_figures_mail, send_figures
from tickets.models import FiguresMail
from tickets.models.ticket import Status
from tickets.summaries.count import count_figures
from tickets.summaries.metrics import METRICS

MONDAY = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)  # nine o'clock in Berlin
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


def mails() -> list[OutboxRow]:
    return list(OutboxRow.objects.filter(topic="desk_figures").order_by("pk"))


def test_a_day_and_a_week_are_mailed_once_each(
    house: House, lead: Member, admin: Member, agent: Member
) -> None:
    sent = []
    with time_machine.travel(MONDAY, tick=False):
        choose_figures_mail(lead, rhythm="daily")
        choose_figures_mail(admin, rhythm="weekly")

    for moment in (
        MONDAY,
        MONDAY + DAY - 3 * HOUR,
        MONDAY + DAY,
        MONDAY + DAY,
        MONDAY + 2 * DAY,
        MONDAY + 7 * DAY,
    ):
        sent.append(send_figures(now=moment))  # noqa: PERF401

    assert sent == [0, 0, 1, 0, 1, 2]
    days = [(mail.to_address, mail.context["first"]) for mail in mails()]
    assert days == [
        (lead.email, "Nov. 23, 2026"),
        (lead.email, "Nov. 24, 2026"),
        (lead.email, "Nov. 29, 2026"),
        (admin.email, "Nov. 23, 2026"),
    ]
    assert len({mail.message_id for mail in mails()}) == 4


def test_the_mail_tells_the_figures_of_own_teams_in_the_readers_language(
    house: House, lead: Member, agent: Member, customer: Member
) -> None:
    Member.objects.filter(pk=lead.pk).update(locale="ar")
    with time_machine.travel(MONDAY, tick=False) as clock:
        choose_figures_mail(lead, rhythm="daily")
        tickets = [make_ticket(house, customer) for _turn in range(2)]
        make_ticket(house, customer, category=house.other_category)
        clock.shift(HOUR)
        answer(tickets[0], agent, status=Status.SOLVED)
        count_figures(limit=10)

    send_figures(now=MONDAY + DAY)

    [mail] = mails()
    figures = dict(mail.context["figures"])
    text = render(mail).text
    assert (len(figures), mail.context["open_now"], mail.locale) == (len(METRICS), "1", "ar")
    assert [line.partition(" ")[0] for line in figures.values() if line.startswith("2 ")] == ["2"]
    assert "/admin/dashboard/?first=2026-11-23&last=2026-11-23" in text


def test_who_may_not_see_figures_any_more_gets_none(house: House, lead: Member, agent: Member) -> None:
    with time_machine.travel(MONDAY, tick=False):
        choose_figures_mail(lead, rhythm="daily")
    TeamMembership.objects.filter(member=lead).delete()
    alone = send_figures(now=MONDAY + DAY)
    Member.objects.filter(pk=lead.pk).update(role=Member.Role.AGENT)

    assert (alone, send_figures(now=MONDAY + 2 * DAY), mails()) == (0, 0, [])
    with pytest.raises(Refused):
        choose_figures_mail(agent, rhythm="daily")


def test_a_lead_chooses_and_stops_on_the_dashboard(
    site: Client, house: House, lead: Member, agent: Member
) -> None:
    site.force_login(lead)

    chosen = site.post("/admin/dashboard/mail/", {"rhythm": "weekly"}, follow=True)
    kept = FiguresMail.objects.get().rhythm
    odd = site.post("/admin/dashboard/mail/", {"rhythm": "hourly"}, follow=True)
    site.post("/admin/dashboard/mail/", {"rhythm": ""})
    left = FiguresMail.objects.count()
    site.force_login(agent)

    assert "on the Monday after it" in chosen.content.decode()
    assert '<option value="weekly" selected' in chosen.content.decode()
    assert "Choose how often you want the figures." in odd.content.decode()
    assert (kept, left, site.post("/admin/dashboard/mail/").status_code) == ("weekly", 0, 403)


def test_the_address_in_the_mail_of_a_lead_of_two_teams_shows_its_numbers_with_their_tickets(
    house: House, lead: Member, agent: Member, customer: Member
) -> None:
    TeamMembership.objects.create(team=house.other_team, member=lead)
    with time_machine.travel(MONDAY, tick=False) as clock:
        choose_figures_mail(lead, rhythm="daily")
        tickets = [
            make_ticket(house, customer, category=one) for one in (house.category, house.other_category)
        ]
        clock.shift(HOUR)
        answer(tickets[0], agent, status=Status.SOLVED)
        count_figures(limit=10)
    with time_machine.travel(MONDAY + DAY, tick=False):
        send_figures(now=MONDAY + DAY)
        [mail] = mails()
        address = re.search(r"/admin/dashboard/\?\S+", render(mail).text)
        assert address
        desk = browser(house, lead)
        tiles = desk.get(address[0]).context["tiles"]
        listed = {
            tile["key"]: set(re.findall(r"ACME-\d+", desk.get(tile["url"]).content.decode()))
            for tile in tiles
            if tile["key"] in {"created", "solved"}
        }

    in_mail = [line.partition(" · ")[0] for _label, line in mail.context["figures"]]
    assert in_mail == [str(tile["value"]) for tile in tiles]
    assert listed == {"created": {ticket.number for ticket in tickets}, "solved": {tickets[0].number}}

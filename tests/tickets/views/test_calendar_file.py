"""The promised times as a file for calendars: asked for by a link, right for what is promised now."""

import datetime as dt
import re

import time_machine
from django.test import Client

from accounts.addresses import absolute_url
from accounts.models import Member
from helpdesk.icalendar import Moment, calendar_file, folded
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket, participant_of
from tests.pages import Page
from tickets.guest_links import new_guest_link
from tickets.models import Ticket
from tickets.models.ticket import Status

MONDAY = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def events_in(content: bytes) -> list[dict[str, str]]:
    """The properties of each event, as a calendar reads them: unfolded first."""
    text = content.decode().replace("\r\n ", "")
    events = re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", text, re.DOTALL)
    return [dict(line.split(":", 1) for line in event.splitlines()) for event in events]


def starts(site: Client, address: str) -> dict[str, str]:
    """What begins when in the file there."""
    return {event["UID"]: event["DTSTART"] for event in events_in(site.get(address).content)}


def test_a_member_gets_what_is_promised_in_their_language(
    site: Client, house: House, customer: Member
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        ticket = make_ticket(house, customer)
        site.force_login(customer)
        page = Page(site.get(f"/tickets/{ticket.number}/"))

        answered = site.get(page.links["Add to my calendar"])

    first, goal = events_in(answered.content)
    assert answered["Content-Type"] == "text/calendar; charset=utf-8"
    assert answered["Content-Disposition"] == f'attachment; filename="{ticket.number}.ics"'
    assert answered.content.startswith(
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Acme//EN\r\nMETHOD:PUBLISH\r\n"
    )
    assert first == {
        "UID": f"{ticket.number}.first_response@acme",
        "SEQUENCE": str(int(MONDAY.timestamp()) // 60),
        "DTSTAMP": "20261123T080000Z",
        "DTSTART": "20261125T160000Z",  # 24 hours of the desk, three days from nine to five in Berlin
        "SUMMARY": f"Acme: first reply to {ticket.number}",
        "DESCRIPTION": "The time may change with the request. The request itself always shows the one that counts.",
        "URL": absolute_url(f"/tickets/{ticket.number}/"),
        "TRANSP": "TRANSPARENT",
    }
    assert (goal["SUMMARY"], goal["DTSTART"]) == (f"Acme: goal to solve {ticket.number}", "20261130T160000Z")


def test_what_is_late_paused_or_over_stands_in_no_calendar(
    site: Client, house: House, agent: Member, customer: Member
) -> None:
    found = []
    with time_machine.travel(MONDAY, tick=False) as clock:
        ticket = make_ticket(house, customer)
        site.force_login(customer)
        address = f"/tickets/{ticket.number}/calendar.ics"
        clock.shift(3 * DAY)  # the first reply is late
        found.append(starts(site, address))
        answer(ticket, agent, status=Status.PENDING)
        waiting = site.get(address)
        page = Page(site.get(waiting["Location"]))

    assert found == [{f"{ticket.number}.resolution@acme": "20261130T160000Z"}]
    assert (waiting.status_code, waiting["Location"]) == (303, f"/tickets/{ticket.number}/")
    assert "No time is promised for this request now." in page.text
    assert "Add to my calendar" not in page.links


def test_a_guest_comes_by_the_link_of_the_mail_and_the_confirmation_offers_it_too(
    site: Client, house: House, guest: Member
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        ticket = make_ticket(house, guest, is_proven=False)
        token = new_guest_link(participant_of(ticket, guest))
        confirmation = f"/contact/sent/{ticket.submission_key}/"
        sent = Page(site.get(confirmation))
        on_confirmation = starts(site, confirmation + sent.links["Add to my calendar"])
        by_mail = site.get(f"/t/{token}/?calendar", follow=True)

    assert by_mail.redirect_chain[-1] == (f"/t/ticket/{ticket.submission_key}/calendar.ics", 303)
    assert events_in(by_mail.content)[0]["DTSTART"] == "20261125T160000Z"
    assert "URL" not in events_in(by_mail.content)[0]  # what is shown to others holds no key
    assert {event["UID"] for event in events_in(by_mail.content)} == on_confirmation.keys()
    assert Ticket.objects.count() == 1


def test_lines_are_folded_between_letters_and_texts_are_escaped() -> None:
    said = "قناة; الفيديو, \\ und\nmehr\x07 " * 20
    moment = Moment("one@acme", MONDAY, said)

    content = calendar_file([moment], product="A,B", now=MONDAY)

    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert [line.decode() for line in lines]  # no letter is cut
    assert b"PRODID:-//A\\,B//EN" in lines
    escaped = said.replace("\x07", "").replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert events_in(content)[0]["SUMMARY"] == escaped.replace("\n", "\\n")
    assert folded("x" * 75) == b"x" * 75 + b"\r\n"
    assert folded("x" * 76) == b"x" * 75 + b"\r\n x\r\n"

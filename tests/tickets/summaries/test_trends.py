"""Words that came up more often: which are counted, that they follow what happens to tickets, and who sees them."""

import datetime as dt
import re
from collections import Counter
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House, make_category
from tests.factories.tickets import make_ticket, participant_of, write_back
from tickets.actions.assign import route
from tickets.actions.edit import edit_own_message
from tickets.actions.merge import merge_tickets, undo_merge
from tickets.actions.spam import mark_spam, unmark_spam
from tickets.models import DailyWord, MeasuredWords, Message, Ticket
from tickets.summaries.count import count_figures
from tickets.summaries.read import Wanted
from tickets.summaries.terms import telling_words
from tickets.summaries.trends import Risen, days_of_trends, risen_words

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
WEEK = Wanted((MONDAY - 6 * DAY).date(), MONDAY.date())


def came_in(
    house: House, customer: Member, subjects: dict[str, int], *, at: dt.datetime, **wishes: Any
) -> None:
    """So many requests with each title, which say nothing else that tells anything."""
    with time_machine.travel(at, tick=False):
        for subject, times in subjects.items():
            for _turn in range(times):
                make_ticket(house, customer, **{"subject": subject, "body": "Please help me.", **wishes})


def count_all() -> None:
    while count_figures(limit=100):
        pass


@pytest.mark.parametrize(
    ("texts", "locale", "words"),
    [
        (
            ["Hello, I can't download my invoice", "Please help: the invoices won't open."],
            "en",
            "download invoice open",
        ),
        (["My card 4111 1111 1111 1111 fails"], "en", "card fails"),
        (["Password: hunter22secret is refused"], "en", "password refused"),
        (["Write to sara@example.org or see https://evil.example/secret-page"], "en", ""),
        (["Order 1182 of 2026-11-23, error e404 in report.pdf"], "en", "order e404"),
        (["Sign-in fails"], "en", "sign-in fails"),
        (["لا أستطيع الدفع", "السلام عليكم، أريد دفع الفاتورة"], "ar", "الدفع الفاتورة"),
        (["Größe falsch"], "de", "größe falsch"),
        (["支払い"], "ja", "支払 払い"),
    ],
    ids=["stems", "card", "password", "addresses", "numbers", "joined", "arabic", "accents", "pairs"],
)
def test_words_tell_what_a_request_is_about_and_no_secret(texts: list[str], locale: str, words: str) -> None:
    assert " ".join(telling_words(texts, locale).values()) == words


def recounted() -> Counter[tuple[dt.date, int, str]]:
    """How many requests hold each of the words of this test a day, for all (0) and by team: told plainly anew."""
    told: Counter[tuple[dt.date, int, str]] = Counter()
    for ticket in Ticket.objects.filter(is_spam=False, merged_into=None):
        first = Message.objects.filter(ticket=ticket).order_by("pk").first()
        said = f"{ticket.subject} {first.body if first else ''}".lower()
        for team in (0, ticket.team_id):
            for word in ("", *{"crash", "refund", "login"} & set(re.findall(r"\w+", said))):
                told[(ticket.created_at.date(), team, word)] += 1
    return told


def test_words_follow_whatever_happens_to_their_requests(
    house: House, agent: Member, lead: Member, customer: Member
) -> None:
    acts = [
        lambda one, other: mark_spam(one, actor=agent),
        lambda one, other: unmark_spam(one, actor=agent),
        lambda one, other: route(one, category=house.other_category, actor=lead),
        lambda one, other: edit_own_message(
            participant_of(other, customer), first_of(other).pk, body="crash"
        ),
        lambda one, other: write_back(other, customer, "login"),
        lambda one, other: undo_merge(merge_tickets(one, into=other, actor=lead), actor=lead),
        lambda one, other: merge_tickets(one, into=other, actor=lead),
    ]

    def first_of(ticket: Ticket) -> Message:
        return Message.objects.filter(ticket=ticket).order_by("pk")[0]

    with time_machine.travel(MONDAY, tick=False):
        tickets = [make_ticket(house, customer, subject=text, body="refund") for text in ("login", "crash")]
        found = []
        for act in acts:
            act(*Ticket.objects.filter(pk__in=[one.pk for one in tickets]).order_by("pk"))
            count_all()
            rows = DailyWord.objects.values_list("day", "team", "word", "n")
            found.append((Counter({(day, team, word): n for day, team, word, n in rows}), recounted()))

    assert [kept for kept, _told in found] == [told for _kept, told in found]
    assert len({frozenset(kept.items()) for kept, _told in found}) == 4
    assert MeasuredWords.objects.count() == 1


def test_what_rose_is_told_by_its_share_and_not_by_a_busy_week(house: House, customer: Member) -> None:
    came_in(house, customer, {"Invoice": 6, "Refund": 6, "Logging in": 1}, at=MONDAY - 8 * DAY)
    came_in(house, customer, {"Invoices": 12, "Refunds": 12, "Log in": 12, "Rare thing": 4}, at=MONDAY)
    came_in(house, customer, {"الدفع": 9}, at=MONDAY, locale="ar")  # nothing before in its language
    count_all()

    by_days = risen_words(WEEK)
    by_requests = risen_words(Wanted(WEEK.first, WEEK.last, tier=1))
    elsewhere = risen_words(Wanted(WEEK.first, WEEK.last, teams=(house.other_team.pk,)))

    assert by_days == [Risen("logging", "en", 12, 1)]
    assert (by_requests, elsewhere) == (by_days, [])


def test_where_single_requests_are_looked_at_a_busy_desk_compares_fewer_days() -> None:
    month = Wanted(MONDAY.date() - dt.timedelta(days=89), MONDAY.date())
    of_tier = Wanted(month.first, month.last, tier=1)

    days = [
        days_of_trends(wanted, requests=requests).days
        for wanted, requests in ((month, 900_000), (of_tier, 900), (of_tier, 90_000), (of_tier, 900_000))
    ]

    assert days == [31, 31, 10, 7]


def test_a_lead_reads_the_words_of_their_teams_and_finds_the_requests(
    site: Client, house: House, lead: Member, customer: Member
) -> None:
    wicked = make_category("wicked", house.other_team)
    for place in (house.category, wicked):
        came_in(house, customer, {"Invoice": 10}, at=MONDAY - 8 * DAY, category=place)
    came_in(house, customer, {"Video is black": 7, "Refund": 3}, at=MONDAY)
    came_in(house, customer, {"Secret merger": 10}, at=MONDAY, category=wicked)
    count_all()

    with time_machine.travel(MONDAY + dt.timedelta(hours=2), tick=False):
        site.force_login(lead)
        html = site.get("/admin/dashboard/?period=7").content.decode()
        table = html.split('id="words"')[1]
        links = re.findall(r'href="(/admin/tickets/ticket/\?[^"]*)"', table.split("</table>")[0])
        queue = site.get(links[0].replace("&amp;", "&")).content.decode()
        as_file = site.get("/admin/dashboard/csv/?period=7").content.decode()

    assert re.findall(r'<bdi lang="en">([^<]+)</bdi>', table) == ["black", "video"]
    assert re.findall(r'data-label="(?:Requests|Before|Change)">([^<]+)<', table)[:3] == ["7", "0", "▲ 7"]
    assert len(set(re.findall(r"ACME-\d+", queue))) == 7
    assert "word,black,created,7,,7,0,0" in as_file
    assert "merger" not in html + as_file

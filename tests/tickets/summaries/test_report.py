"""Each figure of the dashboard is what the events tell, however it is narrowed: reckoned again, ticket by ticket."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections import Counter
from collections.abc import Callable, Collection
from itertools import pairwise
from typing import Any

import time_machine

from accounts.models import Member, TeamMembership
from accounts.models.team import Tier
from helpdesk.errors import Refused
from tests.factories.cast import House, make_category
from tests.factories.tickets import answer, make_ticket, participant_of, write_back
from tests.tickets.summaries.retold import BERLIN, Fact, retold_facts
from tests.tickets.summaries.test_count import judge_any
from tickets.actions.assign import route
from tickets.actions.opinions import tell_ease
from tickets.actions.rate import rate
from tickets.actions.status import reopen
from tickets.actions.sweep import sweep
from tickets.models import Category, Clock, Ticket
from tickets.models.figures import Measure
from tickets.models.ticket import Status
from tickets.summaries.count import count_figures
from tickets.summaries.metrics import METRICS
from tickets.summaries.read import Wanted
from tickets.summaries.report import AGES, Report, report_of

MONDAY = dt.datetime(2026, 10, 5, 7, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
Facts = Collection[Fact]


def live_on(
    ticket: Ticket, chance: random.Random, people: tuple[Member, Member, Member], topics: list[Category]
) -> None:
    """One thing that people do with the ticket; what cannot happen to it now is refused and nothing."""
    agent, lead, customer = people
    target = chance.choice([Status.OPEN, Status.PENDING, Status.SOLVED])
    acts: list[Callable[[], object]] = [
        *[lambda: answer(ticket, agent, status=target)] * 3,
        *[lambda: write_back(ticket, customer)] * 2,
        lambda: reopen(participant_of(ticket, customer)),
        lambda: route(ticket, category=chance.choice(topics), actor=lead),
        *[lambda: rate(participant_of(ticket, customer), score=chance.randint(1, 5), comment="")] * 2,
        lambda: tell_ease(ticket, score=chance.randint(1, 5)),
        lambda: judge_any(ticket, chance, customer),
    ]
    try:
        chance.choice(acts)()
    except Refused:
        return


def lived_through(house: House, agent: Member, lead: Member, customer: Member) -> dt.datetime:
    """Thirty tickets live for seven weeks and are counted; when that is over."""
    chance = random.Random(6)
    for member in (agent, lead):
        TeamMembership.objects.create(team=house.other_team, member=member)
    expert = make_category("expert", house.team)
    expert.tier = Tier.L2
    expert.save()
    topics = [house.category, house.other_category, expert]
    with time_machine.travel(MONDAY, tick=False) as clock:
        tickets: list[Ticket] = []
        for turn in range(240):
            clock.shift(dt.timedelta(minutes=chance.randint(10, 560)))
            if turn % 8 == 0:
                wishes: dict[str, Any] = {
                    "locale": chance.choice(["en", "en", "ar"]),
                    "category": chance.choice(topics),
                }
                tickets.append(make_ticket(house, customer, **wishes))
            live_on(chance.choice(tickets[-12:]), chance, (agent, lead, customer), topics)
            if turn % 40 == 0:
                sweep(list(Clock.objects.order_by("pk").values_list("pk", flat=True)))
        sweep(list(Clock.objects.order_by("pk").values_list("pk", flat=True)))
        while count_figures(limit=50):
            pass
        return dt.datetime.now(dt.UTC)


def values(facts: Facts, measure: Measure) -> list[int]:
    return sorted(fact.value or 0 for fact in facts if fact.measure == measure)


def rank(found: list[int], percent: int) -> int | None:
    """The nearest rank."""
    return found[max(math.ceil(len(found) * percent / 100), 1) - 1] if found else None


def share(good: int, n: int) -> float | None:
    return min(good / n, 1.0) if n else None


def reckoned(facts: Facts) -> dict[str, tuple[float | None, int, float | None]]:
    """Each metric as its words say: value, what stands behind it, and the ninety percent of a length."""
    told: dict[str, tuple[float | None, int, float | None]] = {}
    for key, measure in (("answered", Measure.ANSWERED), ("resolved", Measure.RESOLVED)):
        found = values(facts, measure)
        told[key] = rank(found, 50), len(found), rank(found, 90)
    kinds = {
        "kept_answer": (Measure.KEPT_ANSWER, {1}),
        "kept_goal": (Measure.KEPT_GOAL, {1}),
        "rated": (Measure.RATED, {4, 5}),
        "helpful": (Measure.HELPFUL, {1}),
        "easy": (Measure.EASE, {4, 5}),
        "one_touch": (Measure.ONE_TOUCH, {1}),
        "sent_on": (Measure.SENT, {1}),
    }
    for key, (measure, good) in kinds.items():
        found = values(facts, measure)
        told[key] = share(sum(value in good for value in found), len(found)), len(found), None
    solvings = len(values(facts, Measure.SOLVED))
    told["reopened"] = share(len(values(facts, Measure.REOPENED)), solvings), solvings, None
    for key, measure in (("created", Measure.CREATED), ("solved", Measure.RESOLVED)):
        n = len(values(facts, measure))
        told[key] = n, n, None
    return told


def narrowed(facts: Facts, wanted: Wanted, first: dt.date, last: dt.date) -> list[Fact]:
    return [
        fact
        for fact in facts
        if first <= fact.day <= last
        and (wanted.teams is None or fact.team in wanted.teams)
        and (wanted.categories is None or fact.category in wanted.categories)
        and wanted.tier in {None, fact.tier}
        and wanted.language in {"", fact.language}
    ]


def wishes(house: House, today: dt.date) -> list[Wanted]:
    """Everything, each filter alone and with others, days, whole months and odd ends."""
    month, long = today - 29 * DAY, today - 60 * DAY
    expert = Category.objects.get(slug="expert")
    return [
        Wanted(month, today),
        Wanted(long, today),
        Wanted(today - 20 * DAY, today - 5 * DAY),
        Wanted(long, today, teams=(house.team.pk,)),
        Wanted(long, today, teams=(house.team.pk, house.other_team.pk)),
        Wanted(long, today, categories=(house.category.pk, expert.pk)),
        Wanted(long, today, tier=2),
        Wanted(month, today, language="ar"),
        Wanted(long, today, teams=(house.team.pk,), categories=(house.category.pk,), tier=1, language="en"),
    ]


def test_every_figure_of_the_dashboard_is_what_the_events_tell(
    house: House, agent: Member, lead: Member, customer: Member
) -> None:
    now = lived_through(house, agent, lead, customer)
    facts, today = retold_facts(now), now.astimezone(BERLIN).date()

    wrong, behind = [], Counter[str]()
    for wanted in wishes(house, today):
        report = report_of(wanted, today=today)
        wrong += wrong_metrics(report, facts)
        wrong += wrong_charts(report, facts, today)
        behind.update({told.metric.key: told.now.n for told in report.metrics})

    assert wrong == []
    assert {fact.measure for fact in facts} == set(Measure)
    assert set(behind) == {metric.key for metric in METRICS if behind[metric.key] > 20}


def wrong_metrics(report: Report, facts: Facts) -> list[object]:
    """The metrics that are not what the facts of their days come to."""
    wanted, wrong = report.wanted, list[object]()
    for is_before, span in enumerate([(wanted.first, wanted.last), (wanted.before, wanted.first - DAY)]):
        expected = reckoned(narrowed(facts, wanted, *span))
        for told in report.metrics:
            value, (here, n, ninety) = (told.now, told.before)[is_before], expected[told.metric.key]
            pairs = ((value.value, here), (value.ninety, ninety))
            if value.n != n or not all(is_near(found, true) for found, true in pairs):
                wrong.append((wanted, told.metric.key, value, here, n, ninety))
    return wrong


def is_near(found: float | None, true: float | None) -> bool:
    """Shares and counts exactly; a length within its step of five percent."""
    if found is None or true is None:
        return found is true
    return abs(found - true) <= (2 + true * 0.026 if true > 1 and found != true else 1e-9)


def wrong_charts(report: Report, facts: Facts, today: dt.date) -> list[object]:
    """The charts and tables that are not."""
    wanted = report.wanted
    here = narrowed(facts, wanted, wanted.first, wanted.last)
    by_day = Counter((fact.measure, fact.day) for fact in here)
    by_hour = Counter((fact.measure, fact.value) for fact in here)
    kept = Counter((fact.team, fact.value) for fact in here if fact.measure == Measure.KEPT_ANSWER)
    new = Counter(fact.category for fact in here if fact.measure == Measure.CREATED)
    open_now = [fact for fact in narrowed(facts, wanted, dt.date.min, today) if fact.measure == Measure.OPEN]
    ages = [(today - fact.day).days for fact in open_now]
    edges = [0, *AGES, 10**6]
    pairs: list[tuple[object, object]] = [
        (
            [(span.first, span.created, span.solved) for span in report.spans],
            [
                (span.first, by_day[(Measure.CREATED, span.first)], by_day[(Measure.SOLVED, span.first)])
                for span in report.spans
            ],
        ),
        (
            report.hours,
            [(hour, by_hour[(Measure.CREATED, hour)], by_hour[(Measure.SOLVED, hour)]) for hour in range(24)],
        ),
        (report.backlog, [sum(low <= age < high for age in ages) for low, high in pairwise(edges)]),
        (
            {(one.team, one.in_time, one.late) for one in report.teams},
            {(team, kept[(team, 1)], kept[(team, 0)]) for team, _value in kept},
        ),
        ({one.category: one.created for one in report.topics if one.created}, dict(new)),
    ]
    return [(wanted, found, true) for found, true in pairs if found != true]

"""What the worker counts is what the events tell, whatever happens to tickets and to the worker."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.db import connection

from accounts.addresses import forget_tenants
from accounts.models import Member, Tenant
from helpdesk.errors import Refused
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_house, make_member
from tests.factories.tickets import answer, make_ticket, participant_of, write_back
from tests.queries import counted_queries
from tests.tickets.summaries.retold import Told, retold
from tickets.actions.assign import route
from tickets.actions.merge import merge_tickets, undo_merge
from tickets.actions.opinions import judge_reply, tell_ease
from tickets.actions.rate import rate
from tickets.actions.record import record_event
from tickets.actions.settle import settle_tickets
from tickets.actions.spam import mark_spam, unmark_spam
from tickets.actions.status import change_status, reopen
from tickets.actions.sweep import sweep
from tickets.models import Category, Clock, DailyFigure, FiguresDue, FiguresState, Measured, Message, Ticket
from tickets.models.event import Verb
from tickets.models.figures import Measure
from tickets.models.ticket import Status
from tickets.summaries.bins import bin_of, percentile, seconds_of
from tickets.summaries.count import count_figures
from tickets.summaries.cuts import Key, counted
from tickets.summaries.read import Wanted, totals
from tickets.tasks import count_all_figures

MONDAY = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
KEPT = (Measure.KEPT_ANSWER, Measure.KEPT_GOAL)


def measured() -> Told:
    """The single measurements as `retold` tells them, without those of promises."""
    slugs = dict(Category.objects.values_list("pk", "slug"))
    rows = Measured.objects.exclude(measure__in=KEPT)
    return Counter(
        (row.measure, row.day, row.bin if row.seconds is None else row.seconds, slugs[row.category], row.tier)
        for row in rows
    )


def daily() -> dict[Key, int]:
    """All rows of all days."""
    return {Key(*(getattr(row, name) for name in Key._fields)): row.n for row in DailyFigure.objects.all()}


def added_up() -> dict[Key, int]:
    """What the days must say, from the single measurements."""
    return dict(counted(Measured.objects.all()))


def one_measure(measure: Measure) -> list[tuple[dt.date, int, int | None]]:
    rows = Measured.objects.filter(measure=measure).order_by("day", "pk")
    return [(row.day, row.bin, row.seconds) for row in rows]


def live_on(
    ticket: Ticket, chance: random.Random, people: tuple[Member, Member, Member], house: House
) -> None:
    """One thing that happens to the ticket; what cannot happen to it now is refused and nothing."""
    agent, lead, customer = people
    topic = chance.choice([house.category, house.other_category])
    target = chance.choice([Status.OPEN, Status.PENDING, Status.SOLVED])
    acts: list[Callable[[], object]] = [
        lambda: answer(ticket, agent, status=target),
        lambda: answer(ticket, agent, status=target),
        lambda: write_back(ticket, customer),
        lambda: change_status(ticket, status=chance.choice([*Status]), actor=agent),
        lambda: reopen(participant_of(ticket, customer)),
        lambda: mark_spam(ticket, actor=agent),
        lambda: unmark_spam(ticket, actor=agent),
        lambda: route(ticket, category=topic, actor=lead),
        lambda: rate(participant_of(ticket, customer), score=chance.randint(1, 5), comment=""),
        lambda: rate(participant_of(ticket, customer), score=chance.randint(1, 5), comment=""),
        lambda: rate(participant_of(ticket, customer), score=chance.randint(1, 5), comment=""),
        lambda: tell_ease(ticket, score=chance.randint(1, 5)),
        lambda: judge_any(ticket, chance, customer),
    ]
    try:
        chance.choice(acts)()
    except Refused:
        return


def judge_any(ticket: Ticket, chance: random.Random, customer: Member) -> None:
    replies = list(Message.objects.filter(ticket=ticket, side=Message.Side.DESK).order_by("pk"))
    if replies:
        seat = participant_of(ticket, customer)
        judge_reply(seat, chance.choice(replies), is_helpful=chance.random() < 0.5)


def test_random_lives_are_counted_as_their_events_tell(
    house: House, agent: Member, lead: Member, customer: Member
) -> None:
    chance = random.Random(20261123)
    with time_machine.travel(MONDAY, tick=False) as clock:
        tickets: list[Ticket] = []
        for _turn in range(250):
            clock.shift(dt.timedelta(minutes=chance.randint(1, 120)))
            if len(tickets) < 12:
                tickets.append(make_ticket(house, customer, locale=chance.choice(["en", "ar"])))
            live_on(chance.choice(tickets), chance, (agent, lead, customer), house)
            if chance.random() < 0.15:
                sweep(list(Clock.objects.order_by("pk").values_list("pk", flat=True)))
            if chance.random() < 0.2:
                count_figures(limit=3)
        while count_figures(limit=5):
            pass

    assert measured() == retold()
    assert daily() == added_up()
    assert {row.measure for row in Measured.objects.all()} == set(Measure)
    assert not FiguresDue.objects.exists()


def test_counting_again_changes_nothing(house: House, agent: Member, customer: Member) -> None:
    answer(make_ticket(house, customer), agent, status=Status.SOLVED)
    count_figures(limit=10)
    before = daily(), list(Measured.objects.order_by("pk").values_list("pk", flat=True))

    FiguresState.objects.update(walked_to=0, is_walked=False)
    counted_again = count_figures(limit=10)

    assert counted_again == 1
    assert (daily(), list(Measured.objects.order_by("pk").values_list("pk", flat=True))) == before


def test_what_is_joined_is_counted_once_and_what_is_taken_apart_twice(
    house: House, lead: Member, customer: Member
) -> None:
    source, target = make_ticket(house, customer), make_ticket(house, customer)
    count_figures(limit=10)
    apart = len(one_measure(Measure.OPEN))

    merge = merge_tickets(source, into=target, actor=lead)
    count_figures(limit=10)
    joined = len(one_measure(Measure.OPEN)), len(one_measure(Measure.CREATED))
    undo_merge(merge, actor=lead)
    count_figures(limit=10)

    assert (apart, joined) == (2, (1, 1))
    assert len(one_measure(Measure.CREATED)) == 2
    assert daily() == added_up()


def test_promises_are_kept_late_or_not_ended(house: House, agent: Member, customer: Member) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        kept, late, open_still = (make_ticket(house, customer) for _turn in range(3))
        clock.shift(HOUR)
        answer(kept, agent, status=Status.SOLVED)
        clock.move_to(MONDAY + dt.timedelta(days=4))
        answer(late, agent)
        count_figures(limit=10)

    thursday = dt.date(2026, 11, 25)
    assert one_measure(Measure.KEPT_ANSWER) == [(MONDAY.date(), 1, None), (thursday, 0, None)]
    assert one_measure(Measure.KEPT_GOAL) == [(MONDAY.date(), 1, None)]
    assert one_measure(Measure.ANSWERED)[0] == (MONDAY.date(), bin_of(3600), 3600)
    assert open_still.pk in Measured.objects.filter(measure=Measure.OPEN).values_list("ticket", flat=True)


def test_a_silent_customer_and_a_nights_rest_cost_no_business_time(
    house: House, agent: Member, customer: Member
) -> None:
    with time_machine.travel(MONDAY + 8 * HOUR - HOUR / 2, tick=False) as clock:  # half past four
        ticket = make_ticket(house, customer)
        clock.shift(16 * HOUR)  # half past eight
        clock.shift(HOUR)
        answer(ticket, agent, status=Status.PENDING)
        clock.shift(dt.timedelta(days=8))
        settle_tickets(now=dt.datetime.now(dt.UTC), limit=10)
        count_figures(limit=10)

    assert [seconds for _day, _bin, seconds in one_measure(Measure.ANSWERED)] == [3600]
    assert [seconds for _day, _bin, seconds in one_measure(Measure.RESOLVED)] == [3600]
    assert [number for _day, number, _s in one_measure(Measure.ONE_TOUCH)] == [1]


def test_days_are_those_of_the_tenant_and_move_with_its_zone(house: House, customer: Member) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC), tick=False):
        make_ticket(house, customer)
        count_figures(limit=10)
    in_berlin = one_measure(Measure.CREATED)

    Tenant.objects.filter(pk=house.tenant.pk).update(timezone="America/New_York")
    forget_tenants()
    count_figures(limit=10)

    assert in_berlin == [(dt.date(2026, 11, 23), 0, None)]
    assert one_measure(Measure.CREATED) == [(dt.date(2026, 11, 22), 18, None)]
    assert daily() == added_up()


def test_an_event_that_rolls_back_leaves_nothing_to_count(house: House, customer: Member) -> None:
    ticket = make_ticket(house, customer)
    count_figures(limit=10)

    with pytest.raises(ZeroDivisionError), tenant_scope(house.tenant.pk):
        record_event(ticket, Verb.REPLIED, actor=customer, now=MONDAY)
        raise ZeroDivisionError
    record_event(ticket, Verb.NOTED, actor=customer, now=MONDAY)

    assert not FiguresDue.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_counts_every_tenant_apart() -> None:
    houses = make_house("acme"), make_house("globex", timezone="Asia/Riyadh")
    for number, house in enumerate(houses, start=1):
        with tenant_scope(house.tenant.pk):
            member = make_member(f"customer@{house.tenant.slug}.example")
            for _ticket in range(number):
                make_ticket(house, member)

    first, again = count_all_figures(), count_all_figures()

    found = []
    for house in houses:
        with tenant_scope(house.tenant.pk):
            found.append((Measured.objects.filter(measure=Measure.CREATED).count(), daily() == added_up()))
    assert (first, again) == (6, 0)
    assert found == [(1, True), (2, True)]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_and_one_that_dies_count_each_ticket_once() -> None:
    house = make_house("acme")
    with tenant_scope(house.tenant.pk):
        member = make_member("customer@acme.example")
        for _ticket in range(12):
            make_ticket(house, member)
    together = Barrier(2)

    def work(_worker: int) -> int:
        together.wait(60)
        try:
            return sum(_count_some(house) for _turn in range(12))
        finally:
            connection.close()

    with pytest.raises(ZeroDivisionError), tenant_scope(house.tenant.pk):
        count_figures(limit=5)
        raise ZeroDivisionError
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    while _count_some(house):
        pass

    with tenant_scope(house.tenant.pk):
        assert len(one_measure(Measure.CREATED)) == 12
        assert daily() == added_up()
        assert not FiguresDue.objects.exists()


def _count_some(house: House) -> int:
    with tenant_scope(house.tenant.pk):
        return count_figures(limit=2)


def test_the_statements_do_not_grow_with_the_tickets(house: House, customer: Member) -> None:
    make_ticket(house, customer)
    forget_tenants()
    with counted_queries() as one:
        count_figures(limit=100)
    for _ticket in range(5):
        make_ticket(house, customer)
    forget_tenants()
    with counted_queries() as five:
        count_figures(limit=100)

    assert len(five) <= len(one)


def test_whole_months_and_odd_days_add_up_to_what_was_measured(house: House, customer: Member) -> None:
    chance, last = random.Random(6), dt.date(2026, 11, 23)
    for _ticket in range(30):
        at = MONDAY - dt.timedelta(days=chance.randint(0, 400))
        with time_machine.travel(at, tick=False):
            make_ticket(house, customer, locale=chance.choice(["en", "ar"]))
    while count_figures(limit=100):
        pass
    spans = [sorted(last - dt.timedelta(days=chance.randint(0, 400)) for _end in "ab") for _span in range(30)]

    found = []
    for first, until in [*spans, [dt.date(2026, 9, 1), dt.date(2026, 10, 31)]]:
        wanted = Wanted(first, until, tier=1, language="ar")
        rows = totals(wanted, "category", "bin", measures=[Measure.CREATED], with_before=True)
        told = Measured.objects.filter(measure=Measure.CREATED, tier=1, language="ar")
        plain = [told.filter(day__range=days) for days in ((wanted.before, first - DAY), (first, until))]
        counts = [Counter(each.values_list("category", "bin")) for each in plain]
        added = [Counter({row[1:3]: row[3] for row in rows if row[0] is before}) for before in (True, False)]
        found.append(added == counts)

    assert found == [True] * 31


def test_a_length_is_read_back_within_its_step() -> None:
    lengths = [0, 59, 600, 3600, 8_130, 172_800, 5_000_000]

    errors = [abs(seconds_of(bin_of(length)) - length) for length in lengths]

    assert all(error <= 2 + length * 0.026 for error, length in zip(errors, lengths, strict=True))
    assert percentile(Counter([bin_of(60)] * 9 + [bin_of(7200)]), 50) == pytest.approx(60, rel=0.06)
    assert percentile(Counter([bin_of(60)] * 8 + [bin_of(7200)] * 2), 90) == pytest.approx(7200, rel=0.03)
    assert percentile({}, 50) is None

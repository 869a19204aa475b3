"""The demo's tickets: who asked what when, and what became of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

from accounts.models import Member
from tickets.actions.answers import found_answers
from tickets.actions.rate import ASKED_AFTER
from tickets.actions.tags import tag_named
from tickets.actions.words import all_words
from tickets.demo.content import Thread, Turn
from tickets.demo.history import TARGETS, History, Promise, can_end, live_through
from tickets.demo.pictures import demo_file
from tickets.models import (
    Attachment,
    Clock,
    ClockSegment,
    ClockStep,
    Message,
    Participant,
    Rating,
    Ticket,
    TicketAlias,
    TicketAnswer,
    TicketCounter,
    TicketEvent,
    TicketTag,
    TicketWords,
)
from tickets.models.event import Verb
from tickets.models.ticket import Channel, Status
from tickets.numbers import FIRST_COUNTER, check_digit

if TYPE_CHECKING:
    from tickets.demo.build import Stage

OLDEST_DAYS = 60
LATELY_DAYS, LATELY_EACH = 12, 5  # of so many last days every fifth ticket is about what came up lately
RATED = 0.55  # of those whose ticket was solved
SCORES = (5, 4, 3, 2, 1)
SCORED = (52, 29, 10, 5, 4)  # how often each is given
# What tickets of an age (in days, at least) ended as; the first that fits.
ENDINGS: list[tuple[float, list[Status]]] = [
    (18, [Status.CLOSED]),
    (6, [Status.SOLVED, Status.SOLVED, Status.SOLVED, Status.PENDING, Status.ON_HOLD]),
    (1.5, [Status.SOLVED, Status.PENDING, Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED]),
    (0, [Status.NEW, Status.OPEN, Status.NEW, Status.PENDING, Status.NEW]),
]


class Tickets:
    """Collects the rows of all tickets of one tenant, to be stored in a dozen statements."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.tickets: list[Ticket] = []
        self.participants: list[Participant] = []
        self.messages: list[Message] = []
        self.attachments: list[Attachment] = []
        self.events: list[TicketEvent] = []
        self.clocks: list[Clock] = []
        self.segments: list[ClockSegment] = []
        self.steps: list[ClockStep] = []
        self.tagged: list[TicketTag] = []
        self.ratings: list[Rating] = []
        self.tags = {name: tag_named(name) for names in stage.content.tags.values() for name in names}

    def add(self, number: str, thread: Thread, history: History, customer: Member) -> None:
        """Takes in one ticket with everything that belongs to it."""
        stage = self.stage
        category = stage.categories[thread.category]
        staff = stage.staff[next(slug for slug, team in stage.teams.items() if team == category.team)]
        agent = stage.rng.choice(staff)
        is_touched = len(history.spoken) > 1
        ticket = Ticket(
            number=number,
            subject=thread.subject[:120],
            category=category,
            team=category.team,
            tier=category.tier,
            assignee=agent if is_touched or stage.rng.random() < 0.2 else None,
            status=history.status,
            priority=thread.priority,
            locale=customer.locale or stage.tenant.locale,
            fields=self._answers(thread),
            metadata=stage.rng.choice(DEVICES),
            submission_key=self._uuid(),
            submission_digest="",
            created_at=history.created_at,
            updated_at=history.updated_at,
            told_at=history.created_at,
            attention_at=history.attention_at(stage.calendar),
            awaits_answer=history.awaits_answer,
            solved_at=self._entered(history, Status.SOLVED),
            closed_at=self._entered(history, Status.CLOSED),
        )
        self.tickets.append(ticket)
        if is_touched:
            names = stage.content.tags.get(thread.category, [])
            self.tagged += [TicketTag(ticket=ticket, tag=self.tags[name]) for name in names]
        self.participants.append(
            Participant(
                ticket=ticket,
                member=customer,
                role=Participant.Role.REQUESTER,
                proven_at=history.created_at,
                joined_at=history.created_at,
                last_read_at=self._last_read(history),
            )
        )
        self._talk(ticket, history, customer, agent)
        for promise in history.promises:
            self._promise(ticket, promise)

    def _answers(self, thread: Thread) -> dict[str, str]:
        """What customers answered to this category, each set in its turn."""
        given = self.stage.content.answers.get(thread.category)
        return given[len(self.tickets) % len(given)] if given else {}

    def store(self) -> None:
        """Writes everything, parents first."""
        Ticket.objects.bulk_create(self.tickets)
        TicketAlias.objects.bulk_create(
            TicketAlias(number=ticket.number, ticket=ticket) for ticket in self.tickets
        )
        TicketAnswer.objects.bulk_create(row for ticket in self.tickets for row in found_answers(ticket))
        TicketTag.objects.bulk_create(self.tagged)
        Participant.objects.bulk_create(self.participants)
        Message.objects.bulk_create(self.messages)
        TicketWords.objects.bulk_create(self._words())
        Attachment.objects.bulk_create(self.attachments)
        TicketEvent.objects.bulk_create(self.events)
        Clock.objects.bulk_create(self.clocks)
        ClockSegment.objects.bulk_create(self.segments)
        ClockStep.objects.bulk_create(self.steps)
        Rating.objects.bulk_create(self.ratings)
        TicketCounter.objects.create(last=FIRST_COUNTER + len(self.tickets) - 1)

    def _words(self) -> Iterator[TicketWords]:
        said: dict[int, list[Message]] = {}
        for message in self.messages:
            said.setdefault(message.ticket_id, []).append(message)
        return (all_words(ticket, said[ticket.pk]) for ticket in self.tickets)

    def _talk(self, ticket: Ticket, history: History, customer: Member, agent: Member) -> None:
        for turn, at in history.spoken:
            author = customer if turn.side == "customer" else agent
            message = self._message(ticket, turn, author, at)
            verb = Verb.NOTED if turn.side == "note" else Verb.REPLIED
            self._event(
                ticket, Verb.SUBMITTED if at == history.created_at else verb, author, at, message=message
            )
        previous = Status.NEW
        for status, at in history.statuses[1:]:
            if status != previous:
                actor = customer if status == Status.OPEN else agent
                changes = {"status": [str(previous), str(status)]}
                self._event(
                    ticket,
                    Verb.STATUS_CHANGED,
                    None if status == Status.CLOSED else actor,
                    at,
                    changes=changes,
                )
            if status == Status.SOLVED and self.stage.rng.random() < RATED:
                self._rate(ticket, customer, at)
            previous = status

    def _rate(self, ticket: Ticket, customer: Member, solved_at: dt.datetime) -> None:
        """The customer says on the next day, or has just said, how they found it."""
        rng, now = self.stage.rng, self.stage.now
        at = min(solved_at + dt.timedelta(minutes=rng.randint(5, 1500)), now)
        score = rng.choices(SCORES, SCORED)[0]
        comment = rng.choice(self.stage.content.ratings[str(score)])
        asked_at = solved_at + ASKED_AFTER
        self.ratings.append(
            Rating(
                ticket=ticket,
                member=customer,
                solved_at=solved_at,
                score=score,
                comment=comment,
                asked_at=asked_at if asked_at < at else None,
                rated_at=at,
            )
        )
        self._event(ticket, Verb.RATED, customer, at, changes={"rating": [None, score]}, is_public=False)

    def _message(self, ticket: Ticket, turn: Turn, author: Member, at: dt.datetime) -> Message:
        is_customer = turn.side == "customer"
        message = Message(
            ticket=ticket,
            author=author,
            side=Message.Side.CUSTOMER if is_customer else Message.Side.DESK,
            kind=Message.Kind.INTERNAL if turn.side == "note" else Message.Kind.PUBLIC,
            body=turn.text,
            channel=Channel.WEB if is_customer else Channel.DESK,
            submission_key=self._uuid(),
            submission_digest="",
            created_at=at,
        )
        self.messages.append(message)
        for name in turn.files:
            file = demo_file(name, self.stage.rng)
            self.attachments.append(
                Attachment(message=message, draft_key=message.submission_key, uploaded_by=author, **file)
            )
        return message

    def _event(
        self,
        ticket: Ticket,
        verb: Verb,
        actor: Member | None,
        at: dt.datetime,
        *,
        message: Message | None = None,
        changes: dict[str, list[Any]] | None = None,
        is_public: bool = True,
    ) -> None:
        kind = TicketEvent.Actor.MEMBER if actor else TicketEvent.Actor.SYSTEM
        event = TicketEvent(ticket=ticket, verb=verb, actor=actor, actor_kind=kind, message=message, at=at)
        event.changes = changes or {}
        event.is_public = is_public and verb != Verb.NOTED
        if event.is_public:
            ticket.told_at = max(ticket.told_at, at)
        self.events.append(event)

    def _promise(self, ticket: Ticket, promise: Promise) -> None:
        stage, due = self.stage, promise.due_at(self.stage.calendar)
        ended_at = promise.segments[-1][2] if promise.state == Clock.State.MET else stage.now
        is_late = due is not None and due < ended_at and promise.state != Clock.State.CANCELLED
        is_running = promise.state == Clock.State.RUNNING
        clock = Clock(
            ticket=ticket,
            kind=promise.kind,
            policy_version=stage.policy_version,
            calendar_version=stage.calendar_version,
            target_seconds=TARGETS[promise.kind],
            state=promise.state,
            started_at=promise.started_at,
            due_at=due,
            next_step_at=due if is_running and not is_late else None,
            met_at=ended_at if promise.state == Clock.State.MET else None,
            breached_at=due if is_late else None,
        )
        self.clocks.append(clock)
        self.segments += [
            ClockSegment(clock=clock, state=state, reason=reason, started_at=since)
            for state, reason, since in promise.segments
        ]
        if is_late and due:
            self.steps.append(ClockStep(clock=clock, step=ClockStep.Step.BREACH, happened_at=due))

    def _entered(self, history: History, status: Status) -> dt.datetime | None:
        return next((at for entered, at in history.statuses if entered == status), None)

    def _last_read(self, history: History) -> dt.datetime:
        """Three of four customers have read everything."""
        return history.updated_at if self.stage.rng.random() < 0.75 else history.created_at

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.stage.rng.getrandbits(128), version=4)


DEVICES = [
    {"device": "Pixel 8", "os": "Android 16", "app_version": "34.2"},
    {"device": "iPhone 15", "os": "iOS 19.1", "app_version": "34.1"},
    {"device": "Windows PC", "os": "Windows 11", "app_version": ""},
    {},
]


def store_tickets(stage: Stage, count: int) -> None:
    """Stores `count` tickets, oldest first, so that numbers and times agree."""
    rows = Tickets(stage)
    moments = sorted(_moment(stage, position, count) for position in range(count))
    customers, threads = _askers(stage), _threads(stage, stage.content.threads)
    lately = _threads(stage, stage.content.lately)
    for position, moment in enumerate(moments):
        age = (stage.now - moment).total_seconds() / 86400
        ending = stage.rng.choice(next(endings for days, endings in ENDINGS if age >= days))
        is_news = age < LATELY_DAYS and position % LATELY_EACH == 0
        talks = lately if is_news else threads
        thread = next(thread for thread in talks if can_end(thread, ending))
        history = live_through(thread, created_at=moment, now=stage.now, ending=ending, rng=stage.rng)
        counter = str(FIRST_COUNTER + position)
        rows.add(f"{stage.tenant.prefix}-{counter}{check_digit(counter)}", thread, history, next(customers))
    rows.store()


def _moment(stage: Stage, position: int, count: int) -> dt.datetime:
    """Somewhere in the last weeks, more of them lately, most of them by day."""
    days = OLDEST_DAYS * ((count - position) / count) ** 1.8
    moment = (stage.now - dt.timedelta(days=days, minutes=stage.rng.randint(3, 50))).astimezone(stage.zone)
    if moment.hour < 7 and days > 1:
        moment += dt.timedelta(hours=stage.rng.randint(5, 12))
    return min(moment.astimezone(dt.UTC), stage.now - dt.timedelta(minutes=3))


def _askers(stage: Stage) -> Iterator[Member]:
    """The customer with the well-known login asks often, so that their page shows something."""
    known, *others = stage.customers
    while True:
        yield known if stage.rng.random() < 0.12 else stage.rng.choice(others)


def _threads(stage: Stage, threads: Sequence[Thread]) -> Iterator[Thread]:
    """The talks again and again, each time with other names and numbers in them."""
    order = list(threads)
    stage.rng.shuffle(order)
    for thread in cycle(order):
        filling = {name: stage.rng.choice(words) for name, words in stage.content.fillings.items()}
        filling |= {"order": str(stage.rng.randint(11000, 98999)), "amount": str(stage.rng.randint(18, 940))}
        turns = tuple(Turn(turn.side, _filled(turn.text, filling), turn.files) for turn in thread.turns)
        yield Thread(thread.category, _filled(thread.subject, filling), thread.priority, turns)


def _filled(text: str, filling: dict[str, str]) -> str:
    for name, word in filling.items():
        text = text.replace("{" + name + "}", word)
    return text

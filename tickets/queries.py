"""Named reads, each from what the person may see."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from statistics import median
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.memory import remembered
from accounts.models import Member, TeamMembership
from accounts.rules import DESK_ROLES, may_use_desk
from helpdesk.prepared import AnyOf, Given, prepared
from tickets.models import (
    Attachment,
    Category,
    CategoryPrompt,
    CategoryTranslation,
    Clock,
    GuestLink,
    Macro,
    Message,
    Participant,
    Rating,
    ReplyDraft,
    RequestDraft,
    SavedView,
    Ticket,
    TicketAlias,
    TicketEvent,
    Upload,
)
from tickets.models.event import Verb
from tickets.models.sla import ClockKind
from tickets.models.ticket import OPEN_STATUSES, Status
from tickets.numbers import parse_number
from tickets.rules import sees_all_tickets
from tickets.sight import Sight

SAME_QUESTION = dt.timedelta(days=7)


ENOUGH = 10  # answers, before a figure is told


def tickets_visible_to(member: Member) -> QuerySet[Ticket]:
    """What the member may see: see `Sight`."""
    return Sight.of(member).tickets(member)


def open_tickets_visible_to(member: Member) -> QuerySet[Ticket]:
    """The member's open tickets, next due first, as the queue's indexes hold them."""
    tickets = tickets_visible_to(member).filter(status__in=OPEN_STATUSES, is_spam=False)
    return tickets.order_by("attention_at", "id")


def asked_lately(tickets: QuerySet[Ticket], category: Category | None, now: dt.datetime) -> Ticket | None:
    """The newest of the person's `tickets` on the same topic that is open and not older than SAME_QUESTION.

    None without a category: "Something else" is no topic that two requests could share.
    """
    if category is None:
        return None
    lately = tickets.filter(category=category, status__in=OPEN_STATUSES, created_at__gt=now - SAME_QUESTION)
    return lately.order_by("-created_at").first()


def participation_of(member: Member, ticket: Ticket) -> Participant | None:
    """How the member takes part in the ticket, if at all."""
    return _participations.first(member=member.pk, ticket=ticket.pk)


def find_ticket(tickets: QuerySet[Ticket], text: str, prefix: str) -> Ticket | None:
    """The ticket of `tickets` that the number in `text` leads to, through aliases; None when there is none.

    Raises Refused when `text` is no number or its digit is wrong, before anything is asked of the database.
    """
    number = parse_number(text, prefix)
    return tickets.filter(pk__in=TicketAlias.objects.filter(number=number).values("ticket")).first()


def public_messages(ticket: Ticket) -> QuerySet[Message]:
    """What customer and desk said to each other, oldest first, with authors and files."""
    return ticket_messages(ticket).filter(kind=Message.Kind.PUBLIC)


def ticket_messages(ticket: Ticket) -> QuerySet[Message]:
    """Every message, internal notes included, oldest first, with authors and files. For the desk only."""
    return (
        Message.objects.filter(ticket=ticket)
        .select_related("author")
        .prefetch_related(Prefetch("attachments", Attachment.objects.order_by("id")))
        .order_by("id")
    )


def waiting_files(draft_key: uuid.UUID, member: Member | None) -> QuerySet[Attachment]:
    """The files uploaded into the form with this key by this person (None: by a guest) and not sent yet."""
    return Attachment.objects.filter(draft_key=draft_key, message=None, uploaded_by=member).order_by("id")


def stopped_uploads(draft_key: uuid.UUID, member: Member | None) -> QuerySet[Upload]:
    """The uploads into this person's form that have not arrived whole, and can go on."""
    unfinished = Upload.objects.filter(state=Upload.State.ARRIVING, direct_key="", offset__lt=F("size"))
    return unfinished.filter(draft_key=draft_key, uploaded_by=member).order_by("id")


def active_categories() -> list[Category]:
    """The topics offered, roots first, each with its team, names and `.branches` (active children). To be read only."""
    return remembered(_active_categories)


def category_of(ticket: Ticket) -> Category | None:
    """The ticket's topic with its team and names, offered or not. To be read only."""
    return remembered(_categories).get(ticket.category_id)


def topics_with_words() -> list[Category]:
    """The topics offered, as `active_categories`, with all words of each, for `topic_search` and `completeness`."""
    return remembered(_topics_with_words)


def prompts_of(trail: Sequence[Category]) -> list[CategoryPrompt]:
    """What the form of the last category of `trail` asks, the questions of those above it first. To be read only.

    Where two have the same short name, the lower one is asked in the place of the higher one.
    """
    by_key = {
        prompt.key: prompt
        for category in trail
        for prompt in remembered(_prompts)
        if prompt.is_active and prompt.category_id == category.pk
    }
    return list(by_key.values())


def prompts_of_ticket(ticket: Ticket) -> list[CategoryPrompt]:
    """What is asked of the ticket as `prompts_of`, also in a category that is not offered any more. To be read only."""
    trail: list[int | None] = [ticket.category_id]
    prompts, parents = remembered(_prompts_and_parents)
    while trail[-1] in parents:
        trail.append(parents[trail[-1]])
    asked = [prompt for prompt in prompts if prompt.is_active and prompt.category_id in trail]
    asked.sort(key=lambda prompt: -trail.index(prompt.category_id))
    return list({prompt.key: prompt for prompt in asked}.values())


def prompts_answered(ticket: Ticket) -> list[CategoryPrompt]:
    """The questions behind the answers of the ticket, also those that are not asked any more; its category's count first."""
    if not ticket.fields:
        return []
    return sorted(remembered(_prompts), key=lambda prompt: prompt.category_id == ticket.category_id)


def prompts_by_key() -> dict[str, CategoryPrompt]:
    """Every question by its short name, which means the same thing everywhere; those that are asked count first."""
    known = sorted(remembered(_prompts), key=lambda prompt: prompt.is_active)
    return {prompt.key: prompt for prompt in known}


def prompt_keys() -> set[str]:
    """The short names of all questions: what an answer may be called by."""
    return {prompt.key for prompt in remembered(_prompts)}


def macros_for(member: Member) -> QuerySet[Macro]:
    """The macros that are offered to the member, by name."""
    return macros_seen_by(member).filter(is_active=True).order_by("name", "pk")


def macros_seen_by(member: Member) -> QuerySet[Macro]:
    """The member's own macros, those of their teams and everybody's, also those that are not offered any more."""
    if not may_use_desk(member):
        return Macro.objects.none()
    seen = Q(scope=Macro.Scope.ALL) | Q(scope=Macro.Scope.PERSONAL, owner=member)
    if sees_all_tickets(member):
        return Macro.objects.filter(seen | Q(scope=Macro.Scope.TEAM))
    teams = TeamMembership.objects.filter(member=member).values("team")
    return Macro.objects.filter(seen | Q(scope=Macro.Scope.TEAM, team__in=teams))


def _prompts() -> list[CategoryPrompt]:
    return list(CategoryPrompt.objects.prefetch_related("translations"))


def _prompts_and_parents() -> tuple[list[CategoryPrompt], dict[int | None, int | None]]:
    return _prompts(), dict(Category.objects.values_list("pk", "parent_id"))


def _categories() -> dict[int | None, Category]:
    names = Prefetch("translations", CategoryTranslation.objects.defer("synonyms", "examples", "asked_back"))
    return {topic.pk: topic for topic in Category.objects.select_related("team").prefetch_related(names)}


def _active_categories() -> list[Category]:
    return _tree(CategoryTranslation.objects.defer("synonyms", "examples", "asked_back"))


def _topics_with_words() -> list[Category]:
    return _tree(CategoryTranslation.objects.all())


def _tree(wordings: QuerySet[CategoryTranslation]) -> list[Category]:
    offered = Category.objects.filter(is_active=True).select_related("team")
    categories = list(offered.prefetch_related(Prefetch("translations", wordings)))
    by_parent: dict[int | None, list[Category]] = {}
    for category in categories:
        by_parent.setdefault(category.parent_id, []).append(category)
    for category in categories:
        category.branches = by_parent.get(category.pk, [])  # type: ignore[attr-defined]
    return by_parent.get(None, [])


def assignable_members(ticket: Ticket) -> QuerySet[Member]:
    """Whom the ticket can be given to: active people of its team, and admins."""
    return assignable_in(ticket.team_id)


def assignable_in(team_id: int | Given) -> QuerySet[Member]:
    """Whom tickets of the team can be given to."""
    in_team = TeamMembership.objects.filter(team=team_id, member=OuterRef("pk"))
    staff = Member.objects.filter(is_active=True).filter(
        Q(role=Member.Role.ADMIN) | Q(Exists(in_team), role__in=[Member.Role.AGENT, Member.Role.LEAD])
    )
    return staff.order_by("name", "email")


def saved_views(member: Member) -> QuerySet[SavedView]:
    """The lists kept for the member: own ones first, then those of each team whose queue they see, in their order."""
    return views_kept_for(member.pk, sees_all=sees_all_tickets(member))


def views_kept_for(member_id: int | Given, *, sees_all: bool) -> QuerySet[SavedView]:
    """As `saved_views`, by the member's id."""
    seen = Q(owner=member_id)
    if sees_all:
        seen |= Q(team__isnull=False)
    else:
        seen |= Q(team__in=TeamMembership.objects.filter(member=member_id).values("team"))
    views = SavedView.objects.filter(seen).select_related("team")
    return views.order_by(F("team__name").asc(nulls_first=True), "team", "position", "id")


def desk_people() -> QuerySet[Member]:
    """Everybody who works on tickets, by name."""
    return Member.objects.filter(is_active=True, role__in=DESK_ROLES).order_by("name", "email")


def unread_ticket_ids(member: Member, tickets: Iterable[Ticket]) -> set[int]:
    """Those of `tickets` with a public message of somebody else that the member has not seen. One statement."""
    return set(_unread(member=member.pk, tickets=[ticket.pk for ticket in tickets]))


def portal_counts(tickets: QuerySet[Ticket]) -> dict[str, int]:
    """How many of `tickets` are open, waiting for the customer, solved, and all of them. One statement."""
    is_open = Q(status__in=OPEN_STATUSES)
    return tickets.aggregate(
        open=Count("pk", filter=is_open),
        waiting=Count("pk", filter=Q(status=Status.PENDING)),
        solved=Count("pk", filter=~is_open),
        all=Count("pk"),
    )


def was_message_sent_with(submission_key: uuid.UUID) -> bool:
    """Whether the reply form with this key was sent before."""
    return Message.objects.filter(submission_key=submission_key).exists()


def requester_of(ticket: Ticket) -> Member:
    """Who asked."""
    return Member.objects.get(participations__ticket=ticket, participations__role=Participant.Role.REQUESTER)


def guest_participants(participant_ids: Iterable[int]) -> QuerySet[Participant]:
    """Those of the participants who still have a private link that is neither expired nor revoked, be it to a ticket
    that was joined into theirs.
    """
    links = GuestLink.objects.filter(
        participant=OuterRef("pk"), revoked_at=None, expires_at__gt=timezone.now()
    )
    of_joined = GuestLink.objects.filter(
        participant__member=OuterRef("member"),
        participant__ticket__merged_into=OuterRef("ticket"),
        participant__ticket__has_moved=True,
        revoked_at=None,
        expires_at__gt=timezone.now(),
    )
    still_there = Participant.objects.filter(Exists(links) | Exists(of_joined), member__is_active=True)
    return still_there.select_related("member").filter(pk__in=list(participant_ids))


def open_drafts(member: Member | None, keys: Collection[str]) -> QuerySet[RequestDraft]:
    """Requests in writing that this person may open: a member's own, and those this browser began (`keys`)."""
    begun_here = Q(member=None, key__in=list(keys))
    own = begun_here | Q(member=member) if member else begun_here
    return RequestDraft.objects.filter(own, expires_at__gt=timezone.now())


def participants_of(ticket: Ticket) -> list[Participant]:
    """Who takes part, the one who asked first."""
    return _participants(ticket=ticket.pk)


def reply_draft_of(participant: Participant) -> ReplyDraft | None:
    """What the participant is writing and has not sent."""
    return _reply_drafts.first(participant=participant.pk)


def rating_of(participant: Participant) -> Rating | None:
    """What the participant said of the present solving of their ticket, or was asked to say."""
    ticket = participant.ticket
    if not ticket.solved_at:
        return None
    return _ratings.first(ticket=ticket.pk, member=participant.member_id, solved_at=ticket.solved_at)


def was_solved_by_silence(ticket: Ticket) -> bool:
    """Whether nobody solved the ticket: it waited for its customer for too long."""
    return ticket.solved_at is not None and bool(_solved_by_itself(ticket=ticket.pk, at=ticket.solved_at))


def late_clock(ticket: Ticket, *, now: dt.datetime) -> Clock | None:
    """The promise to the customer that is missed for longest and still open."""
    running = Clock.objects.filter(ticket=ticket, state=Clock.State.RUNNING, due_at__lt=now)
    return running.exclude(kind=ClockKind.TIER).order_by("due_at", "id").first()


def last_said_late(ticket: Ticket) -> TicketEvent | None:
    """When a customer last said that the ticket is late."""
    return TicketEvent.objects.filter(ticket=ticket, verb=Verb.SAID_LATE).order_by("-id").first()


def answerable_for(ticket: Ticket) -> list[Member]:
    """Whom to tell that something is wrong with the ticket: who has it, and the leads of its team; else the admins."""
    in_team = TeamMembership.objects.filter(team=ticket.team_id, member=OuterRef("pk"))
    active = Member.objects.filter(is_active=True)
    leads = active.filter(Q(pk=ticket.assignee_id) | Q(Exists(in_team), role=Member.Role.LEAD)).order_by("pk")
    return list(leads) or list(active.filter(role=Member.Role.ADMIN).order_by("pk"))


def newer_replies(ticket: Ticket, reader: Participant, *, after: int) -> QuerySet[Message]:
    """What others said openly after the message with the id `after`, the newest first."""
    newer = Message.objects.filter(ticket=ticket, kind=Message.Kind.PUBLIC, pk__gt=after)
    return newer.exclude(author=reader.member_id).select_related("author").order_by("-id")


def usual_first_reply_seconds() -> float:
    """The median time to the first reply of the latest answered tickets, by the clock on the wall; 0 below ten of them."""
    latest = Clock.objects.filter(kind=ClockKind.FIRST_RESPONSE, met_at__isnull=False).order_by("-ticket_id")
    lengths = latest.values_list(F("met_at") - F("started_at"), flat=True)[:50]
    times = [length.total_seconds() for length in lengths]
    return median(times) if len(times) >= ENOUGH else 0


@prepared
def _participations(member: Any, ticket: Any) -> QuerySet[Participant]:
    return Participant.objects.filter(member=member, ticket=ticket)


@prepared
def _participants(ticket: Any) -> QuerySet[Participant]:
    people = Participant.objects.filter(ticket=ticket).select_related("member")
    return people.order_by("-role", "joined_at", "id")


@prepared
def _reply_drafts(participant: Any) -> QuerySet[ReplyDraft]:
    return ReplyDraft.objects.filter(participant=participant)


@prepared
def _ratings(ticket: Any, member: Any, solved_at: Any) -> QuerySet[Rating]:
    return Rating.objects.filter(ticket=ticket, member=member, solved_at=solved_at)


@prepared
def _solved_by_itself(ticket: Any, at: Any) -> QuerySet[TicketEvent, int]:
    kind = TicketEvent.Actor.SYSTEM
    events = TicketEvent.objects.filter(ticket=ticket, at=at, verb=Verb.STATUS_CHANGED, actor_kind=kind)
    return events.values_list("pk", flat=True)[:1]


@prepared
def _unread(member: Any, tickets: Any) -> QuerySet[Participant, int]:
    others = Message.objects.filter(ticket=OuterRef("ticket"), kind=Message.Kind.PUBLIC).exclude(
        author=member
    )
    unseen = others.filter(created_at__gt=Coalesce(OuterRef("last_read_at"), OuterRef("joined_at")))
    seats = Participant.objects.filter(AnyOf("ticket", tickets), Exists(unseen), member=member)
    return seats.values_list("ticket_id", flat=True)

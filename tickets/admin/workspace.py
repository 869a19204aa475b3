"""The workspace: one ticket with all an agent needs to answer it, prepared in Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _

from accounts.models import Member, Team
from helpdesk.counts import count_text, counted, prepared_average, prepared_first_hits, prepared_firsts
from helpdesk.prepared import Prepared, Statement, prepared
from tickets.actions.reply import StaleReply
from tickets.admin.asked import Asked
from tickets.admin.drafts import Drafts, held_item, stale_facts
from tickets.admin.faces import face_of, face_of_ticket, work_time
from tickets.admin.forms import AssignForm, NoteForm, PriorityForm, ReplyForm, StatusForm, TagForm, TitleForm
from tickets.admin.handed import hand_over_shown
from tickets.admin.orders import LOOKED, Place, beyond, in_order
from tickets.admin.queue import LEVELS
from tickets.admin.search import Found, found_before
from tickets.admin.timeline import Conversation, conversation_of, offer_acts
from tickets.desk_reads import AtHand
from tickets.joined import merges_of
from tickets.metadata import CITES, shown_metadata
from tickets.models import (
    CategoryTranslation,
    Clock,
    Message,
    Participant,
    SideConversation,
    Ticket,
    TicketAlias,
)
from tickets.models.ticket import OPEN_STATUSES, Priority, Status
from tickets.prompts import shown_answers
from tickets.queries import prompts_answered, tickets_visible_to
from tickets.related import with_links
from tickets.rules import may_reply_as_customer
from tickets.sensitive import masked
from tickets.sight import Sight
from tickets.sla.clocks import explain
from tickets.tags import with_tags
from tickets.tiers import with_hand_over
from tickets.together import with_time, with_watchers

RATED = 200  # tickets of a customer whose ratings are looked at
IS_OPEN = Q(status__in=OPEN_STATUSES)


def ticket_of_workspace(ticket_id: int, member: Member) -> Ticket | None:
    """The ticket if the member may see it, with what its workspace's head needs (`category_name` among it)."""
    read = _ticket_read(Sight.of(member), get_language() or settings.LANGUAGE_CODE)
    return read.first(ticket=ticket_id, member=member.pk)


@cache
def _ticket_read(sight: Sight, locale: str) -> Prepared[Ticket]:
    return prepared(
        lambda ticket, member: _with_head(
            sight.tickets(member).filter(pk=ticket), sight.tickets(member), locale
        )
    )


def _with_head(tickets: QuerySet[Ticket], seen: QuerySet[Ticket], locale: str) -> QuerySet[Ticket]:
    names = CategoryTranslation.objects.filter(category=OuterRef("category")).order_by("id")
    own = names.filter(locale=locale)
    name = Coalesce(Subquery(own.values("name")[:1]), Subquery(names.values("name")[:1]))
    whole = tickets.select_related("team", "assignee", "category")
    asked = SideConversation.objects.filter(ticket=OuterRef("pk"))
    joined = Ticket.objects.filter(merged_into=OuterRef("pk"))
    named = whole.annotate(category_name=name, has_experts=Exists(asked), has_joined=Exists(joined))
    return with_links(with_hand_over(with_time(with_watchers(with_tags(named)))), seen)


@dataclass(frozen=True)
class Writing:
    """What stands in the composer: the open pane, forms that came back, and the messages that stopped a reply."""

    mode: str = ""
    reply_form: ReplyForm | None = None
    note_form: NoteForm | None = None
    tag_form: TagForm | None = None
    title_form: TitleForm | None = None
    stale: StaleReply | None = None
    moved: Mapping[str, Any] | None = None
    preview: str = ""

    @property
    def was_stopped(self) -> bool:
        """Whether the reply was asked about, so that its writer sends it again."""
        return self.stale is not None or bool(self.reply_form and self.reply_form.data.get("seen_notes"))


@dataclass(frozen=True)
class Seats:
    """Who takes part, and among them who asked. `counts` are those of `lists_of_customer` and `ratings_asked`."""

    people: list[Participant]
    requester: Participant | None
    counts: Sequence[Any] = ()

    @classmethod
    def of(cls, people: list[Participant]) -> Seats:
        """Those of the ticket: see `tickets.desk_reads.AtHand`."""
        return cls(people, next((one for one in people if one.role == Participant.Role.REQUESTER), None))


def workspace_page(
    ticket: Ticket,
    member: Member,
    asked: Asked,
    now: dt.datetime,
    *,
    writing: Writing,
    seats: Seats,
    found: AtHand,
    sides: Sequence[int | None],
    is_whole: bool,
) -> dict[str, Any]:
    """What the template of the workspace shows. One statement more, however much there is of anything.

    `found` comes from `at_hand`, `sides` from `neighbours_asked`; `is_whole` shows a long thread without its gap.
    """
    requester = seats.requester
    conversation = conversation_at_desk(ticket, member, None if is_whole else found.messages, asked)
    subject = masked(ticket.subject)
    return {
        "title": f"{ticket.number} {subject}",
        "subject": subject,
        "ticket": ticket,
        "query": asked.query(),
        "neighbours": neighbours_shown(sides, asked),
        "category_name": ticket.category_name or _("No category"),  # type: ignore[attr-defined]
        "level": LEVELS[Priority(ticket.priority)],
        "face": face_of_ticket(found.clocks, now, is_spam=ticket.is_spam),
        "clocks": [clock_facts(clock, now, is_spam=ticket.is_spam) for clock in found.clocks],
        "conversation": conversation,
        "customer": customer_facts(requester, seats.counts) if requester else None,
        "participants": [person for person in seats.people if person is not requester],
        "answers": masked_facts(shown_answers(ticket.fields, prompts_answered(ticket))),
        "metadata": masked_facts(shown_metadata(ticket.metadata)),
        "handed": hand_over_shown(ticket),
        "tags": ticket.tags_shown,  # type: ignore[attr-defined]
        **labels(writing, subject),
        **watching(ticket, member),
        **tickets_beside(ticket, member),
        "time_spent": work_time(ticket.minutes_spent or 0),  # type: ignore[attr-defined]
        **composer(
            ticket,
            Drafts.of(found.drafts, member),
            requester,
            writing,
            seen_message_id=conversation.newest_public_id,
        ),
        **properties(ticket, member, found.assignable),
    }


def conversation_at_desk(
    ticket: Ticket, member: Member, latest: Sequence[Message] | None, asked: Asked
) -> Conversation:
    """As `conversation_of`, with what can be made of each message."""
    conversation = conversation_of(ticket, member, latest=latest)
    offer_acts(conversation.items, ticket, asked.query())
    return conversation


def labels(writing: Writing, subject: str) -> dict[str, Any]:
    """The boxes for another title and one more tag."""
    return {
        "title_form": writing.title_form or TitleForm(initial={"subject": subject}, auto_id="set_%s"),
        "tag_form": writing.tag_form or TagForm(auto_id="set_%s"),
    }


def tickets_beside(ticket: Ticket, member: Member) -> dict[str, Any]:
    """The tickets that this one belongs with, of those the member may see; asks only for what there is."""
    return {
        "cites": cited_ticket(ticket, member),
        "follows": followed_ticket(ticket, member),
        "split_from": split_ticket_of(ticket, member),
        "links": ticket.links_shown,  # type: ignore[attr-defined]
        "joined": list(merges_of(ticket)) if ticket.has_joined else [],  # type: ignore[attr-defined]
    }


def watching(ticket: Ticket, member: Member) -> dict[str, Any]:
    """Who watches the ticket, and whether the member does; asks nothing."""
    watchers: list[dict[str, Any]] = ticket.watchers_shown  # type: ignore[attr-defined]
    others = [one["name"] or one["email"] for one in watchers if one["id"] != member.pk]
    return {"watchers": others, "is_watching": len(others) < len(watchers)}


def followed_ticket(ticket: Ticket, member: Member) -> Ticket | None:
    """The ticket this one follows, when the member may see it."""
    return tickets_visible_to(member).filter(pk=ticket.follows_id).first() if ticket.follows_id else None


def split_ticket_of(ticket: Ticket, member: Member) -> Ticket | None:
    """The ticket that this one was a part of, when the member may see it."""
    return (
        tickets_visible_to(member).filter(pk=ticket.split_from_id).first() if ticket.split_from_id else None
    )


def cited_ticket(ticket: Ticket, member: Member) -> Ticket | None:
    """The earlier ticket that the customer named, when the member may see it."""
    number = ticket.metadata.get(CITES)
    aliases = TicketAlias.objects.filter(number=number).values("ticket")
    return tickets_visible_to(member).filter(pk__in=aliases).first() if number else None


def composer(
    ticket: Ticket, desk: Drafts, requester: Participant | None, writing: Writing, *, seen_message_id: int
) -> dict[str, Any]:
    """The two ways to write, each with the draft that is kept. A closed ticket takes notes only."""
    member = desk.member
    recipient = requester.member.get_short_name() if requester else ""
    may_reply = may_reply_as_customer(ticket)
    seen = {
        "seen_message_id": seen_message_id,
        "seen_held": desk.held_by_others,
        "seen_status": ticket.status,
    }
    return {
        "recipient": recipient,
        "may_reply": may_reply,
        "mode": (writing.mode or desk.mode) if may_reply else "internal",
        "reply_form": writing.reply_form or desk.fill(ReplyForm, Message.Kind.PUBLIC, "reply_%s", **seen),
        "note_form": writing.note_form or desk.fill(NoteForm, Message.Kind.INTERNAL, "note_%s"),
        "reply_saved": desk.saved(Message.Kind.PUBLIC),
        "note_saved": desk.saved(Message.Kind.INTERNAL),
        "problem": desk.problem,
        "macro_id": desk.macro_id,
        "held": [held_item(draft, member) for draft in desk.held],
        "stale": stale_facts(writing.stale, member) if writing.stale else None,
        "preview": writing.preview,
        "moved": writing.moved,
        "buttons": reply_buttons(recipient, is_again=writing.was_stopped),
    }


def properties(ticket: Ticket, member: Member, assignable: Sequence[Member]) -> dict[str, Any]:
    """The boxes that change one thing each."""
    people = people_for(ticket, assignable)
    assigned = {"assignee": ticket.assignee_id}
    return {
        "was": {
            "status": ticket.status,
            "priority": ticket.priority,
            "assignee": ticket.assignee_id or "",
            "category": ticket.category_id or "",
        },
        "is_own": ticket.assignee_id == member.pk,
        "is_closed": ticket.is_closed,
        "status_form": StatusForm(initial={"status": ticket.status}, current=ticket.status, auto_id="set_%s"),
        "priority_form": PriorityForm(initial={"priority": ticket.priority}, auto_id="set_%s"),
        "assign_form": AssignForm(people=people, initial=assigned, auto_id="set_%s"),
    }


def reply_buttons(recipient: str, *, is_again: bool) -> list[dict[str, str]]:
    """The ways to send a public reply, each with the status it leads to; the proposed one first."""
    to = {"name": recipient}
    first = _("Send to %(name)s anyway") % to if is_again else _("Send to %(name)s") % to
    return [
        {"value": Status.PENDING.value, "label": first},
        {"value": Status.OPEN.value, "label": _("Send, keep open")},
        {"value": Status.SOLVED.value, "label": _("Send and solve")},
    ]


def people_for(ticket: Ticket, assignable: Sequence[Member]) -> list[Member]:
    """Whom the ticket can be given to, and who has it: the box tells the truth also about somebody who left."""
    has_left = ticket.assignee is not None and ticket.assignee not in assignable
    return [ticket.assignee, *assignable] if has_left else [*assignable]  # type: ignore[list-item]


def clock_facts(clock: Clock, now: dt.datetime, *, is_spam: bool = False) -> dict[str, Any]:
    """One promise: its face, when it is due, and how that time comes about."""
    return {
        "face": face_of(clock, now, is_spam=is_spam),
        "due_at": clock.due_at,
        "is_late": bool(clock.breached_at),
        "lines": explain(clock),
    }


def lists_of_customer(requester: Participant | None, member: Member) -> list[Found]:
    """What is to be counted of who asked: their open tickets and the others, as far as the agent may see them."""
    if requester is None:
        return []
    own = Participant.objects.filter(member=requester.member_id).values("ticket")
    theirs = tickets_visible_to(member).filter(pk__in=own)
    return [Found([theirs.filter(is_open)]) for is_open in (IS_OPEN, ~IS_OPEN)]


def ratings_asked(requester: Participant | None, member: Member) -> Statement:
    """What asks how who asked rated the help, in the latest RATED of their tickets that the agent may see."""
    if requester is None:
        return "", []
    own = Participant.objects.filter(member=requester.member_id).order_by("-ticket").values("ticket")[:RATED]
    rated = {"ratings__member": requester.member_id, "ratings__score__isnull": False}
    theirs = tickets_visible_to(member).filter(pk__in=own, **rated)
    return prepared_average(theirs.order_by().values("ratings__score"))


def customer_facts(requester: Participant, counts: Sequence[Any]) -> dict[str, Any]:
    """Who asked: address, language, zone, how many tickets they have and how they rated the help, by what `counts` tells of
    `lists_of_customer` and `ratings_asked`."""
    person = requester.member
    opened, past, rated = counts
    return {
        "name": str(person),
        "email": person.email,
        "is_proven": requester.proven_at is not None,
        "is_guest": person.is_guest,
        "language": language_name(person.locale),
        "timezone": person.timezone,
        "tickets": _("%(open)s open, %(past)s past") % {"open": count_text(opened), "past": count_text(past)},
        "rating": rating_text(*rated),
        "url": Asked(words=person.email).url(),
        "read_at": requester.last_read_at,
    }


def rating_text(average: Decimal | None, count: Decimal) -> str:
    """What the ratings come to, in words; empty without any."""
    if average is None:
        return ""
    told = ngettext("%(average)s of 5, rated once", "%(average)s of 5, rated %(count)s times", int(count))
    return told % {"average": number_format(average, 1), "count": number_format(count, 0)}


def language_name(locale: str) -> str:
    """The language's own name, or its code when nobody knows it."""
    try:
        return str(get_language_info(locale)["name_local"]) if locale else ""
    except KeyError:
        return locale


def masked_facts(facts: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Facts as key and text, with what nobody should have typed hidden."""
    return [{"key": fact["key"], "value": masked(fact["value"])} for fact in facts]


def neighbours_of(ticket: Ticket, member: Member, asked: Asked, teams: Sequence[Team]) -> dict[str, str]:
    """The addresses of the tickets before and after this one in the queue it was opened from. One statement."""
    queue = found_before(asked, member, teams)
    return neighbours_shown(counted(neighbours_asked(ticket, member, asked, queue)), asked)


def neighbours_asked(ticket: Ticket, member: Member, asked: Asked, queue: Found) -> Statement:
    """What asks for the ids of both, as `neighbours_shown` takes them; not far away in a list that is looked through.

    `queue` is what the words of `asked` were found at (see `found_before`).
    """
    order = asked.order
    tickets = (asked.plain if asked.is_looked_through else asked).tickets(member)
    if asked.words:
        tickets = in_order(queue.tickets, order)
    before, after = (Place.of(ticket, order, is_backwards=is_backwards) for is_backwards in (True, False))
    walks = [beyond(tickets.reverse(), before, order), beyond(tickets, after, order)]
    if asked.is_looked_through:
        return prepared_first_hits(walks, asked.wanted(member), looked=LOOKED)
    return prepared_firsts(walks)


def neighbours_shown(ids: Sequence[int | None], asked: Asked) -> dict[str, str]:
    """The addresses of the tickets before and after."""
    query = asked.query()
    sides = zip(("previous", "next"), ids, strict=True)
    return {side: url_of(ticket_id, query) for side, ticket_id in sides if ticket_id}


def url_of(ticket_id: int, query: str) -> str:
    """The address of a workspace that remembers the queue it was opened from."""
    url = reverse("admin:tickets_ticket_change", args=[ticket_id])
    return f"{url}?{query}" if query else url

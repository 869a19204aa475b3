"""Who may do what at the desk: role × verb in one table, as `docs/security.md` has it for people to read."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import reverse

from accounts.models import Member, TeamMembership
from accounts.models.team import Tier
from tests.factories.cast import House, make_member
from tests.factories.tickets import make_ticket, note
from tickets.actions.merge import merge_tickets
from tickets.actions.saved_views import save_view
from tickets.actions.spam import mark_spam
from tickets.actions.tags import add_tag
from tickets.models import BulkRun, Macro, Message, SavedView, Tag, Ticket, TicketEvent

DESK = "/admin/tickets/ticket/"
Role = Member.Role
# Nobody signed in, the ticket's own customer, an agent and a lead of another team, an agent and a lead of the ticket's
# team, an admin, and an agent of another team whom a note of the ticket called; the columns of the table below.
PEOPLE = ["visitor", "customer", "other agent", "other lead", "agent", "lead", "admin", "called"]
SIGN_IN, REFUSED, NOTHING, DONE = "asked to sign in", "refused", "nothing here", "done"
ANSWERS = {200: DONE, 302: DONE, 303: DONE, 403: REFUSED, 422: REFUSED, 404: NOTHING}
OUTSIDE = (SIGN_IN, REFUSED)
ON_A_TICKET = (*OUTSIDE, NOTHING, NOTHING, DONE, DONE, DONE, DONE)
ON_ANOTHER = (*ON_A_TICKET[:-1], NOTHING)  # of the same team, which no note called anybody into
WITH_ANOTHER = (*ON_A_TICKET[:-1], REFUSED)
AT_THE_DESK = (*OUTSIDE, DONE, DONE, DONE, DONE, DONE, DONE)
OF_A_TEAM = (*OUTSIDE, NOTHING, NOTHING, REFUSED, DONE, DONE, NOTHING)
FOR_A_TEAM = (*OUTSIDE, REFUSED, REFUSED, REFUSED, DONE, DONE, REFUSED)
OF_LEADS = (*OUTSIDE, REFUSED, DONE, REFUSED, DONE, DONE, REFUSED)
OF_ADMINS = (*OUTSIDE, REFUSED, REFUSED, REFUSED, REFUSED, DONE, REFUSED)
OF_NOBODY = (*OUTSIDE, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)


@dataclass
class Scene:
    """What there is to act on, all of it the team's that `agent` and `lead` are in."""

    house: House
    ticket: Ticket
    other: Ticket
    merge: int
    spam: Ticket
    view: SavedView

    @property
    def address(self) -> str:
        """Where the acts on the ticket begin."""
        return f"{DESK}{self.ticket.pk}/"

    def text(self, **more: Any) -> dict[str, Any]:
        """What a form that writes something sends."""
        said = Message.objects.filter(ticket=self.ticket, kind="public").order_by("-pk")[0].pk
        key = str(uuid.uuid4())
        return {
            "body": "On its way.",
            "submission_key": key,
            "seen_message_id": said,
            "message_id": said,
        } | more


@pytest.fixture
def scene(house: House, customer: Member, agent: Member, lead: Member) -> Scene:
    expert = make_member("expert@acme.example", role=Role.AGENT)
    TeamMembership.objects.create(team=house.team, member=expert, tier=Tier.L2)
    ticket, other, joined, spam = (make_ticket(house, customer) for _number in range(4))
    add_tag(ticket, name="vip", actor=agent)
    mark_spam(spam, actor=agent)
    merge = merge_tickets(joined, into=ticket, actor=agent, agreed=frozenset())
    return Scene(
        house, ticket, other, merge.pk, spam, save_view(lead, name="Ours", query="", team=house.team)
    )


Act = Callable[[Client, Scene], HttpResponseBase]


def opening(address: str) -> Act:
    """Asks for a page of the desk; one that begins with no slash is the ticket's."""
    return lambda site, scene: site.get(address if address.startswith("/") else scene.address + address)


def setup(*models: str) -> list[tuple[str, Act]]:
    """Asks for the list of each kind of setup."""
    return [(f"open {model}", opening(reverse(f"admin:{model}_changelist"))) for model in models]


def sending(name: str, values: Callable[[Scene], dict[str, Any]] = lambda _scene: {}) -> Act:
    """Posts to the ticket's address `name`."""
    return lambda site, scene: site.post(f"{scene.address}{name}/", values(scene))


def handing_back(site: Client, scene: Scene) -> HttpResponseBase:
    """Hands a ticket back that was handed over before."""
    Ticket.objects.filter(pk=scene.ticket.pk).update(tier=Tier.L2)
    return site.post(f"{scene.address}handback/", scene.text(was=Tier.L2.value))


def bulk(site: Client, scene: Scene) -> HttpResponseBase:
    """Acts on the ticket from the bar of the queue; whoever may not see it has chosen nothing."""
    values = {"act": "status:pending", "ticket": scene.ticket.pk, "key": str(uuid.uuid4())}
    return made(BulkRun, site.post(f"{DESK}bulk/", values), otherwise=404)


def share(site: Client, scene: Scene) -> HttpResponseBase:
    """Keeps a list for the team; whoever may not keeps it for themselves, or gets the form again."""
    answer = site.post(f"{DESK}views/add/", {"name": "Mine", "keeper": scene.house.team.slug})
    return made(SavedView, answer, name="Mine", team=scene.house.team)


def keep_macro(scope: str) -> Act:
    """Writes a macro for those in `scope`; whoever may not gets the form again."""

    def act(site: Client, scene: Scene) -> HttpResponseBase:
        values = {
            "name": "Soon",
            "scope": scope,
            "is_active": "on",
            "texts-0-locale": "en",
            "texts-0-body": "Hi",
        }
        form = {"texts-TOTAL_FORMS": 1, "texts-INITIAL_FORMS": 0}
        team = {"team": scene.house.team.pk} if scope == "team" else {}
        return made(Macro, site.post("/admin/tickets/macro/add/", values | form | team), scope=scope)

    return act


def made(
    model: type[Model], answer: HttpResponseBase, *, otherwise: int = 403, **facts: Any
) -> HttpResponseBase:
    """The answer, when nobody is asked to sign in and there is one such row now; else one that says `otherwise`."""
    is_asked = answer.headers.get("Location", "").startswith("/accounts/")
    is_made = model._default_manager.filter(**facts).exists()
    return answer if is_asked or is_made or answer.status_code >= 403 else HttpResponse(status=otherwise)


ACTS: dict[str, tuple[tuple[str, ...], Act]] = {
    "read": (ON_A_TICKET, opening("change/")),
    "look at the last message": (ON_A_TICKET, opening("preview/")),
    "print": (ON_A_TICKET, opening("print/")),
    "tell that one is here": (ON_A_TICKET, sending("here")),
    "reply": (ON_A_TICKET, sending("reply", lambda scene: scene.text(status="pending"))),
    "note": (ON_A_TICKET, sending("note", lambda scene: scene.text())),
    "note a call": (ON_A_TICKET, sending("phone", lambda scene: scene.text(direction="in"))),
    "ask an expert": (
        ON_A_TICKET,
        sending("side", lambda scene: scene.text(email="eve@bank.example", subject="A refund")),
    ),
    "read the history": (ON_A_TICKET, opening("history/")),
    "link": (WITH_ANOTHER, sending("related", lambda scene: {"number": scene.other.number})),
    "hand over to the next tier": (
        ON_A_TICKET,
        sending("handover", lambda scene: scene.text(was=scene.ticket.tier)),
    ),
    "hand back": (ON_A_TICKET, handing_back),
    "note the time": (ON_A_TICKET, sending("time", lambda scene: scene.text(minutes="25"))),
    "copy somebody in": (ON_A_TICKET, sending("people", lambda _scene: {"email": "eve@bank.example"})),
    "export": (ON_A_TICKET, opening("export/?notes=1")),
    "watch": (ON_A_TICKET, sending("watch")),
    "assign": (ON_A_TICKET, sending("assign", lambda _scene: {"assignee": ""})),
    "set the status": (ON_A_TICKET, sending("status", lambda _scene: {"status": "pending"})),
    "set the priority": (ON_A_TICKET, sending("priority", lambda _scene: {"priority": "4"})),
    "route": (ON_A_TICKET, sending("route", lambda scene: {"category": scene.house.other_category.pk})),
    "title": (ON_A_TICKET, sending("title", lambda _scene: {"subject": "Another title"})),
    "tag": (ON_A_TICKET, sending("tag", lambda _scene: {"tag": "new"})),
    "untag": (ON_A_TICKET, sending("untag", lambda _scene: {"tag": Tag.objects.get().pk})),
    "answer the questions": (ON_A_TICKET, opening("answers/")),
    "merge": (
        ON_ANOTHER,
        lambda site, scene: site.post(
            f"{DESK}{scene.other.pk}/merge/", {"into": scene.ticket.number, "told": "It goes on here."}
        ),
    ),
    "undo a merge": (ON_A_TICKET, sending("unmerge", lambda scene: {"merge": scene.merge})),
    "split": (ON_A_TICKET, sending("split", lambda scene: scene.text(extent="one", subject="Another"))),
    "mark as spam": (ON_A_TICKET, sending("spam")),
    "take off spam": (
        ON_ANOTHER,
        lambda site, scene: site.post(f"{DESK}{scene.spam.pk}/spam/", {"not_spam": "1"}),
    ),
    "act on many": (ON_A_TICKET, bulk),
    "delete": (OF_NOBODY, sending("delete", lambda _scene: {"post": "yes"})),
    "see the queue": (AT_THE_DESK, opening(DESK)),
    "find": (AT_THE_DESK, opening(f"{DESK}palette/?q=refund")),
    "open a ticket for a customer": (
        AT_THE_DESK,
        lambda site, scene: site.post(
            f"{DESK}add/",
            scene.text(
                email="new@caller.example",
                channel="phone",
                subject="Card",
                category=scene.house.category.pk,
                priority="2",
            ),
        ),
    ),
    "keep an own list": (
        AT_THE_DESK,
        lambda site, _scene: site.post(f"{DESK}views/add/", {"name": "Mine", "keeper": ""}),
    ),
    "write an own macro": (AT_THE_DESK, keep_macro("personal")),
    "write a macro for the team": (FOR_A_TEAM, keep_macro("team")),
    "write a macro for everybody": (OF_ADMINS, keep_macro("all")),
    "write the draft of an article": (AT_THE_DESK, opening("/admin/helpcenter/translation/")),
    "keep a list for the team": (FOR_A_TEAM, share),
    "remove the team's list": (
        OF_A_TEAM,
        lambda site, scene: site.post(f"{DESK}views/{scene.view.pk}/remove/"),
    ),
    **{
        name: (OF_LEADS, act)
        for name, act in setup("tickets_blockedsender", "accounts_auditentry", "tickets_routingline")
    },
    **{
        name: (OF_ADMINS, act)
        for name, act in setup(
            "accounts_member",
            "accounts_team",
            "accounts_sender",
            "accounts_tenantsettings",
            "helpcenter_incident",
            "helpcenter_section",
            "helpcenter_synonyms",
            "helpcenter_helpsettings",
            "tickets_category",
            "tickets_categoryprompt",
            "tickets_calendar",
            "tickets_policy",
            "tickets_escalationstep",
            "tickets_tag",
            "outbox_outboxrow",
        )
    },
}


def sign_in(who: str, scene: Scene) -> Client:
    """A browser of one of PEOPLE."""
    house = scene.house
    site = Client(headers={"host": house.host})
    if who.startswith("other "):
        role = {"agent": Role.AGENT, "lead": Role.LEAD}[who.removeprefix("other ")]
        make_member("other@acme.example", role=role, team=house.other_team)
    if who == "called":
        make_member("called@acme.example", role=Role.AGENT, team=house.other_team)
        note(scene.ticket, Member.objects.get(email="agent@acme.example"), "@called, please look.")
    if who == "admin":
        make_member("admin@acme.example", role=Role.ADMIN)
    if who != "visitor":
        site.force_login(Member.objects.get(email=f"{who.split()[0]}@acme.example"))
    return site


def outcome(answer: HttpResponseBase) -> str:
    """An answer in a word of the table; any other status is told as it is."""
    if answer.headers.get("Location", "").startswith("/accounts/"):
        return SIGN_IN
    return ANSWERS.get(answer.status_code, str(answer.status_code))


def trace() -> tuple[int, int, int]:
    """What every act on a ticket leaves more of."""
    return Ticket.objects.count(), Message.objects.count(), TicketEvent.objects.count()


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_may_do_what_the_table_says_and_no_more(scene: Scene, who: str) -> None:
    site, column = sign_in(who, scene), PEOPLE.index(who)
    told, left = {}, []

    for name, (_expected, act) in ACTS.items():
        before = trace()
        with transaction.atomic():
            answer = act(site, scene)
            told[name] = outcome(answer)
            left += [name] if told[name] != DONE and trace() != before else []
            transaction.set_rollback(True)

    assert told == {name: expected[column] for name, (expected, _act) in ACTS.items()}
    assert left == []


NO_KEYS = ["", "x", "²", "١٢", "-1", "1.5", "9" * 19, "9" * 5_000, "123456789012345678x", "1 OR 1=1"]


@pytest.mark.parametrize("key", NO_KEYS, ids=range(len(NO_KEYS)))
def test_what_can_be_no_key_leads_nowhere(scene: Scene, agents_desk: Client, key: str) -> None:
    before = trace()
    statuses = {
        agents_desk.get(f"{scene.address}side/", {"message": key}).status_code,
        agents_desk.get(f"{scene.address}split/", {"message": key}).status_code,
        agents_desk.get(DESK, {"run": key[:1_000]}).status_code,
        agents_desk.post(f"{scene.address}unmerge/", {"merge": key}).status_code,
        agents_desk.post(f"{scene.address}untag/", {"tag": key}).status_code,
        agents_desk.post(f"{scene.address}assign/", {"assignee": key or "x", "was": key}).status_code,
        agents_desk.post(f"{scene.address}priority/", {"priority": key, "was": key}).status_code,
        agents_desk.post(f"{scene.address}route/", {"category": key, "was": key}).status_code,
        agents_desk.post(f"{scene.address}split/", scene.text(message_id=key, extent="one")).status_code,
        agents_desk.post(f"{scene.address}note/", scene.text(seen_message_id=key, body="")).status_code,
        *(
            agents_desk.post(
                f"{DESK}bulk/", {"act": f"{act}:{key}", "ticket": [key, scene.ticket.pk]}
            ).status_code
            for act in ("assign", "status", "priority", "macro", "route")
        ),
    }

    assert statuses <= {200, 303, 404, 422}
    assert trace() == before

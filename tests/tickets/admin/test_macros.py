"""Macros: who may write and use them, what their placeholders come to, and that half a macro is never done."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member, TeamMembership
from helpdesk.errors import Refused
from helpdesk.outbox.models import OutboxRow
from tests.factories.cast import House, make_member
from tests.factories.tickets import make_ticket, write_back
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.actions.bulk import begin_run, carry_on
from tickets.actions.macros import MacroRefused, apply_macro, reply_of
from tickets.actions.status import change_status
from tickets.models import (
    BulkRun,
    CategoryPrompt,
    Macro,
    MacroText,
    MacroUse,
    Message,
    Ticket,
    TicketEvent,
    TicketTag,
)
from tickets.models.ticket import Priority, Status
from tickets.queries import macros_for

MACROS = "/admin/tickets/macro/"
BULK = "/admin/tickets/ticket/bulk/"


def make_macro(name: str = "Refund delay", **wishes: Any) -> Macro:
    """A macro of everybody, with the replies in `texts` by language."""
    texts = wishes.pop(
        "texts", {"en": "Hello {customer_name}, about {ticket_number}: {agent_name}, {tenant_name}"}
    )
    macro = Macro.objects.create(name=name, **{"scope": Macro.Scope.ALL, **wishes})
    for locale, body in texts.items():
        MacroText.objects.create(macro=macro, locale=locale, body=body)
    return macro


def use(macro: Macro, ticket: Ticket, agent: Member) -> Ticket:
    """Uses the macro with everything said so far seen."""
    seen = Message.objects.filter(ticket=ticket).order_by("-pk").values_list("pk", flat=True)[0]
    return apply_macro(ticket, macro=macro, actor=agent, seen_message_id=seen, submission_key=uuid.uuid4())


def talk(ticket: Ticket) -> list[tuple[str, str]]:
    return list(Message.objects.filter(ticket=ticket).order_by("pk").values_list("kind", "body"))[1:]


def posted(*, texts: dict[str, str] | None = None, **values: Any) -> dict[str, Any]:
    """The form of a macro as a browser sends it."""
    lines = list((texts if texts is not None else {"en": "Hello {customer_name}"}).items())
    formset: dict[str, Any] = {"texts-TOTAL_FORMS": len(lines), "texts-INITIAL_FORMS": 0}
    for number, (locale, body) in enumerate(lines):
        formset |= {f"texts-{number}-locale": locale, f"texts-{number}-body": body}
    return {"name": "Refund delay", "scope": "personal", "is_active": "on", **formset, **values}


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer, locale="en", fields={"order_id": "1182"})


@pytest.fixture
def question(house: House) -> CategoryPrompt:
    return CategoryPrompt.objects.create(category=house.category, key="order_id")


def test_a_macro_writes_and_changes_in_one_step(
    house: House, agent: Member, ticket: Ticket, question: CategoryPrompt
) -> None:
    macro = make_macro(
        texts={
            "en": "Hello {customer_name}, {order_id} of {ticket_number} is on its way. {agent_name}, {tenant_name}"
        },
        status=Status.ON_HOLD,
        priority=Priority.HIGH,
        assignment=Macro.Assignment.ME,
        note="Told {customer_name}.",
        tags="refund, vip",
    )

    used = use(macro, ticket, agent)

    told = f"Hello Customer, 1182 of {ticket.number} is on its way. Agent, Acme"
    assert talk(ticket) == [("public", told), ("internal", "Told Customer.")]
    assert (used.status, used.priority, used.assignee) == (Status.ON_HOLD, Priority.HIGH, agent)
    assert set(TicketTag.objects.filter(ticket=ticket).values_list("tag__name", flat=True)) == {
        "refund",
        "vip",
    }
    assert MacroUse.objects.get().ticket_id == ticket.pk
    assert OutboxRow.objects.filter(topic="ticket_reply").count() == 1


@pytest.mark.parametrize(
    ("locale", "expected"), [("ar", "مرحبا"), ("en", "Hello"), ("en-GB", "Hello"), ("de", "Hello")]
)
def test_the_reply_is_in_the_language_of_the_ticket(
    house: House, agent: Member, customer: Member, locale: str, expected: str
) -> None:
    macro = make_macro(texts={"ar": "مرحبا", "en": "Hello"})

    assert reply_of(macro, make_ticket(house, customer, locale=locale), agent=agent).text == expected


def test_a_placeholder_without_a_value_stops_the_macro(
    agent: Member, house: House, customer: Member, question: CategoryPrompt
) -> None:
    macro = make_macro(texts={"en": "About {order_id}"}, priority=Priority.HIGH)
    bare = make_ticket(house, customer)

    with pytest.raises(Refused, match=r"^Fill in \{order_id\} or remove it\.$"):
        use(macro, bare, agent)

    bare.refresh_from_db()
    assert (talk(bare), bare.priority) == ([], Priority.NORMAL)


def test_what_a_customer_typed_is_never_a_placeholder(house: House, agent: Member) -> None:
    guest = make_member("sly@elsewhere.example", name="{agent_name}")
    ticket = make_ticket(house, guest)

    assert (
        reply_of(make_macro(texts={"en": "Hello {customer_name}"}), ticket, agent=agent).text
        == "Hello {agent_name}"
    )


def test_half_a_macro_is_never_done(house: House, agent: Member, ticket: Ticket) -> None:
    macro = make_macro(category=house.other_category, assignment=Macro.Assignment.ME, priority=Priority.HIGH)
    events, mails = TicketEvent.objects.count(), OutboxRow.objects.count()

    with pytest.raises(
        MacroRefused, match=r"Nothing was changed\. Not possible here: the assignee\. .*not in"
    ):
        use(macro, ticket, agent)

    after = Ticket.objects.get(pk=ticket.pk)
    assert talk(ticket) == []
    assert (after.team_id, after.priority, after.assignee_id, after.status) == (
        house.team.pk,
        Priority.NORMAL,
        None,
        Status.NEW,
    )
    assert (TicketEvent.objects.count(), OutboxRow.objects.count()) == (events, mails)
    assert not MacroUse.objects.exists()


def test_in_bulk_nobody_is_answered_unread_and_half_a_macro_is_told(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    macro = make_macro()
    good, closed = (make_ticket(house, customer) for _number in range(2))
    change_status(closed, status=Status.CLOSED, actor=None)

    answer = agents_desk.post(
        BULK,
        {
            "act": "macro",
            "macro": macro.pk,
            "sure": "1",
            "ticket": [good.pk, closed.pk],
            "key": str(uuid.uuid4()),
        },
    )

    run = BulkRun.objects.get()
    assert answer.status_code == 303
    assert [kind for kind, _body in talk(good)] == ["public"]
    assert [item.reason for item in run.items.filter(outcome="skipped")] == [
        "Nothing was changed. Not possible here: the reply. This ticket is closed. Start a follow-up instead."
    ]
    assert MacroUse.objects.count() == 1


def test_macros_are_offered_to_whom_they_are_for(
    house: House, agent: Member, lead: Member, admin: Member
) -> None:
    outsider = make_member("out@acme.example", role=Member.Role.AGENT, team=house.other_team)
    make_macro("all")
    make_macro("payments", scope="team", team=house.team)
    make_macro("videos", scope="team", team=house.other_team)
    make_macro("agent's", scope="personal", owner=agent)
    make_macro("gone", is_active=False)

    offered = {
        member.email: {macro.name for macro in macros_for(member)}
        for member in (agent, lead, admin, outsider)
    }

    assert offered == {
        agent.email: {"all", "payments", "agent's"},
        lead.email: {"all", "payments"},
        admin.email: {"all", "payments", "videos"},
        outsider.email: {"all", "videos"},
    }


@pytest.mark.parametrize(
    ("role", "scope", "team", "expected"),
    [
        ("agent", "personal", None, 302),
        ("agent", "team", "payments", 200),
        ("agent", "all", None, 200),
        ("lead", "personal", None, 302),
        ("lead", "team", "payments", 302),
        ("lead", "team", "videos", 200),
        ("lead", "all", None, 200),
        ("admin", "personal", None, 302),
        ("admin", "team", "videos", 302),
        ("admin", "all", None, 302),
    ],
)
def test_who_may_write_which_macros(
    house: House,
    agents_desk: Client,
    leads_desk: Client,
    admins_desk: Client,
    role: str,
    scope: str,
    team: str | None,
    expected: int,
) -> None:
    desk = {"agent": agents_desk, "lead": leads_desk, "admin": admins_desk}[role]
    teams = {"payments": house.team.pk, "videos": house.other_team.pk, None: ""}

    response = desk.post(f"{MACROS}add/", posted(scope=scope, team=teams[team]))

    assert response.status_code == expected
    assert Macro.objects.count() == (expected == 302)


@pytest.mark.parametrize(("scope", "expected"), [("personal", 404), ("team", 403), ("all", 403)])
def test_an_agent_changes_no_macro_of_others(
    house: House, agents_desk: Client, lead: Member, scope: str, expected: int
) -> None:
    owners: dict[str, dict[str, Any]] = {"personal": {"owner": lead}, "team": {"team": house.team}, "all": {}}
    macro = make_macro("Theirs", scope=scope, **owners[scope])

    shown = agents_desk.get(f"{MACROS}{macro.pk}/change/").status_code
    answered = agents_desk.post(
        f"{MACROS}{macro.pk}/change/", posted(name="Mine", scope="personal")
    ).status_code

    macro.refresh_from_db()
    assert (shown, answered) == (404 if expected == 404 else 200, expected)
    assert (macro.name, macro.owner_id) == ("Theirs", lead.pk if scope == "personal" else None)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": ""}, "Name"),
        (
            {"texts": {"en": "Hello {nobody}"}},
            "There is nothing to put in for {nobody}. You can use: {customer_name}",
        ),
        ({"note": "{nobody}"}, "There is nothing to put in for {nobody}."),
        ({"scope": "team"}, "Choose the team that may use it."),
        ({"texts": {}}, "Write a reply in at least one language, or choose a change."),
        ({"texts": {"en": "x" * 20_001}}, "20,000 characters"),
        ({"texts": {"": "Hello"}}, "Language"),
        ({"status": "closed"}, "closed"),
    ],
)
def test_what_is_wrong_is_told_and_kept(
    admins_desk: Client, house: House, values: dict[str, Any], expected: str
) -> None:
    response = admins_desk.post(f"{MACROS}add/", posted(**{"scope": "all", **values}))

    assert Page(response).title.startswith("Error: ")
    assert expected in response.content.decode()
    assert not Macro.objects.exists()


def test_the_list_says_who_may_use_what_and_how_often_and_costs_the_same_with_three(
    house: House, admins_desk: Client, agent: Member, ticket: Ticket
) -> None:
    first = make_macro(priority=Priority.HIGH, category=house.category)
    use(first, ticket, agent)
    one = count_queries(lambda: admins_desk.get(MACROS))
    make_macro("Two", scope="team", team=house.team, category=house.category)
    make_macro("Three", texts={"en": "x", "ar": "y"})

    page = admins_desk.get(MACROS)
    three = count_queries(lambda: admins_desk.get(MACROS))

    assert "Priority → High" in page.content.decode()
    assert [macro.uses_lately for macro in page.context["cl"].result_list] == [1, 0, 0]
    assert_same_queries(one, three)


def test_a_customer_who_wrote_meanwhile_stops_a_macro_in_bulk(
    house: House, agent: Member, customer: Member, ticket: Ticket
) -> None:
    run = begin_run(
        agent,
        act="macro",
        wishes={"macro": make_macro().pk},
        tickets=Ticket.objects.filter(pk=ticket.pk),
        key=uuid.uuid4(),
    )
    write_back(ticket, customer)

    carry_on(run.pk, tenant_id=house.tenant.pk, lease=run.leased_until)

    assert [kind for kind, _body in talk(ticket)] == ["public"]
    assert "Somebody wrote while you were writing." in run.items.get().reason


def test_leaving_a_team_takes_its_macros_away(house: House, agent: Member, ticket: Ticket) -> None:
    macro = make_macro(scope="team", team=house.team)
    TeamMembership.objects.filter(member=agent).delete()

    with pytest.raises(Refused, match="no longer offered"):
        use(macro, ticket, agent)

    assert talk(ticket) == []

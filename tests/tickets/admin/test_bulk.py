"""Many tickets at once from the queue: by their boxes or all of the list, with rights asked for each, and undone again."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from tests.factories.cast import House, make_member
from tests.factories.tickets import make_ticket, note, write_back
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.actions.assign import assign, change_priority
from tickets.actions.bulk import UNDO_TIME
from tickets.actions.status import change_status
from tickets.actions.tags import add_tag
from tickets.admin import bulk
from tickets.admin.macro_use import SEARCHED
from tickets.models import BulkItem, BulkRun, Macro, MacroText, Message, Ticket, TicketTag
from tickets.models.ticket import Priority, Status
from tickets.placeholders import FIXED
from tickets.tasks import run_bulk

QUEUE = "/admin/tickets/ticket/"
BULK = f"{QUEUE}bulk/"


def choose(desk: Client, act: str, *tickets: Ticket, query: str = "", **wishes: Any) -> Any:
    """Posts the bar of the queue with the boxes of `tickets` ticked."""
    values = {"act": act, "ticket": [ticket.pk for ticket in tickets], "key": str(uuid.uuid4()), **wishes}
    return desk.post(BULK + query, values)


def statuses(*tickets: Ticket) -> list[str]:
    return [Ticket.objects.get(pk=ticket.pk).status for ticket in tickets]


def tags_of(ticket: Ticket) -> set[str]:
    return set(TicketTag.objects.filter(ticket=ticket).values_list("tag__name", flat=True))


def reasons(run: BulkRun) -> dict[str, str]:
    return {item.ticket.number: item.reason for item in run.items.filter(outcome="skipped")}


@pytest.fixture
def three(house: House, customer: Member) -> list[Ticket]:
    return [make_ticket(house, customer, subject=f"Refund {number}") for number in range(3)]


@pytest.mark.parametrize(
    ("act", "field", "expected"),
    [
        ("status:pending", "status", Status.PENDING),
        ("status:solved", "status", Status.SOLVED),
        ("priority:4", "priority", Priority.URGENT),
        ("assign:me", "assignee_id", "agent"),
    ],
)
def test_an_act_of_the_bar_changes_the_ticked_tickets_and_no_other(
    agents_desk: Client, agent: Member, three: list[Ticket], act: str, field: str, expected: Any
) -> None:
    before = getattr(three[2], field)

    response = choose(agents_desk, act, *three[:2])

    run = BulkRun.objects.get()
    wanted = agent.pk if expected == "agent" else expected
    assert (response.status_code, response["Location"]) == (303, f"{QUEUE}?run={run.pk}")
    assert [getattr(Ticket.objects.get(pk=ticket.pk), field) for ticket in three] == [wanted, wanted, before]
    assert (run.total, run.done, run.skipped, run.is_finished) == (2, 2, 0, True)


def test_the_queue_tells_what_was_done_and_offers_to_undo_it_for_a_while(
    agents_desk: Client, three: list[Ticket]
) -> None:
    said = choose(agents_desk, "status:solved", *three[:2], query="?team=payments")["Location"]

    page = agents_desk.get(said)
    BulkRun.objects.update(finished_at=timezone.now() - bulk.OFFERED - dt.timedelta(seconds=1))
    later = agents_desk.get(said)

    run = BulkRun.objects.get()
    assert said == f"{QUEUE}?team=payments&run={run.pk}"
    assert page.context["bulk_done"] == {
        "what": "Status: Solved",
        "changed": "2 tickets changed.",
        "skipped": "",
        "same": "",
        "is_whole": True,
        "url": f"{BULK}{run.pk}/",
        "undo_url": f"{BULK}{run.pk}/undo/",
    }
    assert [form.action for form in Page(page).forms if "undo" in form.action] == [f"{BULK}{run.pk}/undo/"]
    assert later.context["bulk_done"] is None


def test_all_of_the_list_goes_by_its_query_not_by_ids(
    agents_desk: Client, agent: Member, three: list[Ticket]
) -> None:
    change_priority(three[0], priority=Priority.HIGH, actor=agent)
    change_priority(three[1], priority=Priority.HIGH, actor=agent)

    choose(agents_desk, "status:solved", three[2], query="?priority=3", all="1", promised="2")

    assert statuses(*three) == [Status.SOLVED, Status.SOLVED, Status.NEW]


def test_more_than_the_page_promised_is_asked_about_first(agents_desk: Client, three: list[Ticket]) -> None:
    asked = choose(agents_desk, "status:solved", all="1", promised="2")
    untouched = statuses(*three)
    form = next(form for form in Page(asked).forms if form.action == BULK)
    agents_desk.post(form.action, form.values)

    assert (asked.status_code, asked.context["title"]) == (200, "Change 3 tickets")
    assert untouched == [Status.NEW] * 3
    assert statuses(*three) == [Status.SOLVED] * 3


def test_a_list_that_nobody_counted_is_counted_and_asked_about_first(
    agents_desk: Client, three: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    Ticket.objects.filter(pk__in=[three[0].pk, three[2].pk]).update(locale="ar")
    rare = "?language=ar&sort=newest"
    whole = next(form for form in Page(agents_desk.get(QUEUE + rare)).forms if form.action.startswith(BULK))
    monkeypatch.setattr("helpdesk.counts.WALKED", 2)

    page = agents_desk.get(QUEUE + rare)
    bar = next(form for form in Page(page).forms if form.action.startswith(BULK))
    asked = agents_desk.post(bar.action, bar.values | {"all": "1", "act": "status:solved"})

    assert whole.values["promised"] == "2"
    assert "promised" not in bar.values
    assert "All in this list, counted first" in page.content.decode()
    assert asked.context["title"] == "Change 2 tickets"
    assert not BulkRun.objects.exists()


def test_what_needs_to_be_known_is_asked_first_and_keeps_what_was_chosen(
    house: House, agents_desk: Client, agent: Member, lead: Member, three: list[Ticket]
) -> None:
    asked = choose(agents_desk, "assign", *three)
    form = next(form for form in Page(asked).forms if form.action == BULK)
    values = {**form.values, "ticket": [ticket.pk for ticket in three]}
    wrong = agents_desk.post(form.action, values)
    done = agents_desk.post(form.action, {**values, "assignee": lead.pk})

    assert (asked.status_code, asked.context["title"]) == (200, "Change 3 tickets")
    assert wrong.status_code == 422
    assert "Choose a person" in wrong.content.decode()
    assert done.status_code == 303
    assert {ticket.assignee_id for ticket in Ticket.objects.all()} == {lead.pk}


def test_moving_asks_for_the_category_and_takes_it_back(
    house: House, admins_desk: Client, agent: Member, three: list[Ticket]
) -> None:
    assign(three[0], assignee=agent, actor=agent)
    choose(admins_desk, "route", *three, sure="1", category=house.other_category.pk)
    moved = [(ticket.team_id, ticket.assignee_id) for ticket in Ticket.objects.order_by("pk")]

    admins_desk.post(f"{BULK}{BulkRun.objects.get().pk}/undo/")

    assert moved == [(house.other_team.pk, None)] * 3
    back = [(ticket.team_id, ticket.category_id) for ticket in Ticket.objects.all()]
    assert back == [(house.team.pk, house.category.pk)] * 3
    assert [ticket.assignee_id for ticket in Ticket.objects.order_by("pk")] == [agent.pk, None, None]


def test_tags_are_put_on_and_taken_off_and_the_way_back_restores_them(
    agents_desk: Client, agent: Member, three: list[Ticket]
) -> None:
    add_tag(three[0], name="old", actor=agent)
    add_tag(three[0], name="kept", actor=agent)

    wrong = choose(agents_desk, "tag", *three, sure="1", add="", remove="")
    choose(agents_desk, "tag", *three, sure="1", add="New, #vip", remove="old")
    tagged = [tags_of(ticket) for ticket in three]
    agents_desk.post(f"{BULK}{BulkRun.objects.get().pk}/undo/")

    assert wrong.status_code == 422
    assert tagged == [{"kept", "New", "vip"}, {"New", "vip"}, {"New", "vip"}]
    assert [tags_of(ticket) for ticket in three] == [{"kept", "old"}, set(), set()]


@pytest.mark.parametrize(
    "values", [{"act": ""}, {"act": "delete"}, {"act": "status:closed"}, {"act": "priority:9"}]
)
def test_an_act_that_is_none_is_asked_for_with_the_tickets_still_chosen(
    agents_desk: Client, three: list[Ticket], values: dict[str, str]
) -> None:
    response = choose(agents_desk, values["act"], *three[:2])

    form = next(form for form in Page(response).forms if form.action == BULK)
    agents_desk.post(
        form.action, {**form.values, "act": "status:solved", "ticket": [three[0].pk, three[1].pk]}
    )
    assert response.status_code == 200
    assert statuses(*three) == [Status.SOLVED, Status.SOLVED, Status.NEW]


@pytest.mark.parametrize("ids", [[], ["nonsense"], ["987654321"], ["9" * 40], ["²"]])
def test_no_ticket_is_told_so(agents_desk: Client, three: list[Ticket], ids: list[str]) -> None:
    response = agents_desk.post(BULK, {"act": "status:solved", "ticket": ids}, follow=True)

    assert "Choose at least one ticket." in response.content.decode()
    assert not BulkRun.objects.exists()


def test_tickets_of_other_teams_and_tenants_are_not_touched(
    house: House, agents_desk: Client, customer: Member, three: list[Ticket]
) -> None:
    foreign = make_ticket(house, customer, category=house.other_category)

    choose(agents_desk, "status:solved", three[0], foreign)

    assert statuses(three[0], foreign) == [Status.SOLVED, Status.NEW]
    assert BulkItem.objects.get().ticket_id == three[0].pk


def test_what_cannot_be_done_is_skipped_with_the_reason(
    house: House, agents_desk: Client, agent: Member, three: list[Ticket]
) -> None:
    change_status(three[0], status=Status.CLOSED, actor=None)
    change_status(three[1], status=Status.SOLVED, actor=agent)

    choose(agents_desk, "status:solved", *three)

    run = BulkRun.objects.get()
    page = agents_desk.get(f"{BULK}{run.pk}/")
    assert (run.done, run.skipped) == (1, 2)
    assert reasons(run) == {
        three[0].number: "This ticket is closed. Start a follow-up instead.",
        three[1].number: "",  # it was so already
    }
    assert [row["reason"] for row in page.context["rows"]] == [reasons(run)[three[0].number]]
    assert [row["title"] for row in page.context["rows"]] == [three[0].subject]
    assert page.context["outcome"]["skipped"] == "1 ticket was left as it is."


def test_what_was_so_already_is_told_as_a_number_beside_what_was_kept_from_it(
    agents_desk: Client, agent: Member, three: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "SHOWN", 1)
    for ticket in three[:2]:
        change_status(ticket, status=Status.SOLVED, actor=agent)
    change_status(three[2], status=Status.CLOSED, actor=None)

    choose(agents_desk, "status:solved", *three)

    run = BulkRun.objects.get()
    page = agents_desk.get(f"{BULK}{run.pk}/")
    same = agents_desk.get(Page(page).links["Show those that were so already"])
    rest = agents_desk.get(f"{BULK}{run.pk}/{same.context['older_url']}")
    told = [page.context["outcome"][key] for key in ("changed", "same", "skipped", "is_whole")]
    assert told == ["0 tickets changed.", "2 tickets were so already.", "1 ticket was left as it is.", False]
    shown = [[row["number"] for row in each.context["rows"]] for each in (page, same, rest)]
    assert shown == [[three[2].number], [three[0].number], [three[1].number]]
    assert {row["reason"] for row in same.context["rows"]} == {"Nothing to change: it was so already."}
    assert Page(same).links["Show those that were left as they are"] == f"{BULK}{run.pk}/"


def test_tickets_that_were_all_so_already_are_the_rows(agents_desk: Client, three: list[Ticket]) -> None:
    for _turn in range(2):
        choose(agents_desk, "status:solved", *three)

    page = agents_desk.get(f"{BULK}{BulkRun.objects.latest('pk').pk}/")

    assert [row["number"] for row in page.context["rows"]] == [ticket.number for ticket in three]
    assert "?same=1" not in page.content.decode()


@pytest.mark.parametrize(
    ("add", "remove", "words"),
    [
        ("vip, urgent", "", "Tags: put on #vip, #urgent"),
        ("", "old", "Tags: take off #old"),
        ("vip", "old", "Tags: put on #vip, take off #old"),
    ],
)
def test_an_act_on_tags_names_them(
    agents_desk: Client, agent: Member, three: list[Ticket], add: str, remove: str, words: str
) -> None:
    add_tag(three[0], name="old", actor=agent)

    said = choose(agents_desk, "tag", *three, sure="1", add=add, remove=remove)["Location"]

    assert agents_desk.get(said).context["bulk_done"]["what"] == words


def test_tickets_are_moved_to_another_team_by_the_bar(
    house: House, agents_desk: Client, three: list[Ticket]
) -> None:
    bar = dict(dict(agents_desk.get(QUEUE).context["bulk_acts"])["More"])

    asked = choose(agents_desk, "route", *three)

    offered = dict(asked.context["form"].fields["category"].choices)
    assert bar["route"] == "Move to another category or team…"
    assert house.other_team.name in offered[house.other_category.pk]


def test_a_right_lost_meanwhile_keeps_the_ticket_as_it_is(
    house: House, agents_desk: Client, agent: Member, three: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    choose(agents_desk, "status:solved", *three, sure="1")
    agent.memberships.all().delete()

    run_bulk()

    run = BulkRun.objects.get()
    page = agents_desk.get(f"{BULK}{run.pk}/")
    assert statuses(*three) == [Status.NEW] * 3
    assert set(reasons(run).values()) == {"You may not change this ticket any more."}
    assert {row["url"] for row in page.context["rows"]} == {""}
    assert "Refund" not in page.content.decode()


def test_a_form_pressed_twice_is_one_run(agents_desk: Client, three: list[Ticket]) -> None:
    key = str(uuid.uuid4())

    answers = [choose(agents_desk, "status:solved", *three, key=key)["Location"] for _press in range(2)]
    other = choose(agents_desk, "status:open", *three, key=key)["Location"]

    assert answers[0] == answers[1] != other
    assert BulkRun.objects.count() == 2
    assert statuses(*three) == [Status.OPEN] * 3


def test_undo_restores_what_nobody_changed_since_and_says_what_it_left(
    house: House, agents_desk: Client, lead: Member, customer: Member, three: list[Ticket]
) -> None:
    change_status(three[0], status=Status.ON_HOLD, actor=lead)
    fourth = make_ticket(house, customer)
    choose(agents_desk, "status:solved", *three, fourth)
    first = BulkRun.objects.get()
    write_back(three[1], customer)
    note(three[2], lead)

    response = agents_desk.post(f"{BULK}{first.pk}/undo/")

    undo = BulkRun.objects.get(undoes=first)
    page = agents_desk.get(response["Location"])
    assert response["Location"] == f"{BULK}{undo.pk}/"
    assert statuses(*three, fourth) == [Status.ON_HOLD, Status.OPEN, Status.SOLVED, Status.NEW]
    assert reasons(undo) == {
        three[1].number: "Customer changed it since. It was left as it is.",
        three[2].number: "Lead changed it since. It was left as it is.",
    }
    assert page.context["title"] == "Undo: Status: Solved"
    assert page.context["outcome"]["undo_url"] == ""


@pytest.mark.parametrize(
    ("act", "field"), [("assign:me", "assignee_id"), ("priority:4", "priority"), ("status:on_hold", "status")]
)
def test_undo_twice_is_one_undo(agents_desk: Client, three: list[Ticket], act: str, field: str) -> None:
    before = [getattr(ticket, field) for ticket in three]
    choose(agents_desk, act, *three)
    first = BulkRun.objects.get()

    places = {agents_desk.post(f"{BULK}{first.pk}/undo/")["Location"] for _press in range(2)}

    assert len(places) == 1
    assert [getattr(Ticket.objects.get(pk=ticket.pk), field) for ticket in three] == before
    assert BulkRun.objects.count() == 2


def test_undo_is_refused_when_it_is_too_late(agents_desk: Client, three: list[Ticket]) -> None:
    choose(agents_desk, "status:solved", *three)
    BulkRun.objects.update(finished_at=timezone.now() - UNDO_TIME - dt.timedelta(seconds=1))
    run = BulkRun.objects.get()

    response = agents_desk.post(f"{BULK}{run.pk}/undo/", follow=True)

    assert "This can no longer be undone." in response.content.decode()
    assert statuses(*three) == [Status.SOLVED] * 3


def test_a_run_is_seen_and_undone_by_nobody_else(
    agents_desk: Client, leads_desk: Client, strangers_desk: Client, three: list[Ticket]
) -> None:
    choose(agents_desk, "status:solved", *three)
    run = BulkRun.objects.get()

    for desk in (leads_desk, strangers_desk):
        codes = [desk.get(f"{BULK}{run.pk}/").status_code, desk.get(f"{BULK}{run.pk}/progress/").status_code]
        codes.append(desk.post(f"{BULK}{run.pk}/undo/").status_code)

        assert codes == [404, 404, 404]
    assert leads_desk.get(f"{QUEUE}?run={run.pk}").context["bulk_done"] is None
    assert statuses(*three) == [Status.SOLVED] * 3


def test_more_than_a_hundred_are_asked_about_and_left_to_the_worker(
    agents_desk: Client, three: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)

    asked = choose(agents_desk, "status:solved", *three)
    form = next(form for form in Page(asked).forms if form.action == BULK)
    started = agents_desk.post(form.action, {**form.values, "ticket": [ticket.pk for ticket in three]})
    waiting = agents_desk.get(started["Location"])
    run_bulk()
    over = agents_desk.get(f"{started['Location']}progress/")

    assert asked.context["title"] == "Change 3 tickets"
    assert "Status: Solved" in asked.content.decode()
    assert "in the background" in asked.content.decode()
    assert '<progress class="progress" id="progress-bar" max="3" value="0">' in waiting.content.decode()
    assert "3 tickets changed." in over.content.decode()
    assert "<html" not in over.content.decode()
    assert statuses(*three) == [Status.SOLVED] * 3


def test_who_may_not_use_the_desk_acts_on_nothing(
    house: House, site: Client, customer: Member, three: list[Ticket]
) -> None:
    site.force_login(customer)

    response = choose(site, "status:solved", *three)

    assert response.status_code == 403
    assert statuses(*three) == [Status.NEW] * 3


def test_pages_of_a_run_cost_the_same_however_much_was_skipped(
    house: House, agents_desk: Client, customer: Member, three: list[Ticket]
) -> None:
    def skipped(*tickets: Ticket) -> int:
        choose(agents_desk, "status:solved", *tickets)
        choose(agents_desk, "status:solved", *tickets)
        return BulkRun.objects.latest("pk").pk

    one, many = skipped(three[0]), skipped(*three)

    for part in ("", "progress/"):
        counts = [count_queries(partial(agents_desk.get, f"{BULK}{run}/{part}")) for run in (one, many)]
        assert_same_queries(*counts)
        assert counts[0] <= 12


def test_acting_in_the_language_of_the_page(house: House, three: list[Ticket]) -> None:
    member = make_member("layla@acme.example", role=Member.Role.AGENT, team=house.team, locale="ar")
    desk = Client(headers={"host": house.host})
    desk.force_login(member)
    change_status(three[0], status=Status.CLOSED, actor=None)

    choose(desk, "status:solved", three[0])

    assert reasons(BulkRun.objects.get()) != {
        three[0].number: "This ticket is closed. Start a follow-up instead."
    }


def test_many_macros_are_searched_before_one_is_used(agents_desk: Client, three: list[Ticket]) -> None:
    for number in range(SEARCHED + 1):
        Macro.objects.create(name=f"Macro {number}", scope=Macro.Scope.ALL, status="solved")
    asked = {"act": "macro", "key": str(uuid.uuid4()), "ticket": [ticket.pk for ticket in three], "sure": "1"}

    page = agents_desk.post(BULK, asked | {"find": "macro 7", "look": "1", "macro": ""})

    choices = [label for _value, label in page.context["form"].fields["macro"].choices]
    assert (page.status_code, choices[1:]) == (200, ["Macro 7"])
    assert page.context["ids"] == sorted(str(ticket.pk) for ticket in three)
    assert statuses(*three) == [Status.NEW] * 3


def test_a_macro_on_many_says_its_own_words_and_none_of_a_note(
    agents_desk: Client, agent: Member, three: list[Ticket]
) -> None:
    secret = "This customer is suspected of fraud, do not tell them that we know."
    macro = Macro.objects.create(name="Thanks", scope=Macro.Scope.ALL, note="Thanked by a macro.")
    MacroText.objects.create(macro=macro, locale="en", body=" / ".join(f"{{{name}}}" for name in FIXED))
    for ticket in three:
        note(ticket, agent, secret)

    choose(agents_desk, "macro", *three, sure="1", macro=macro.pk)

    public = Message.objects.filter(ticket__in=three, kind=Message.Kind.PUBLIC, author=agent)
    said = list(public.order_by("ticket").values_list("body", flat=True))
    assert [text.split(" / ")[1:3] for text in said] == [[ticket.number, ticket.subject] for ticket in three]
    assert not any("fraud" in text or "by a macro" in text for text in said)

"""A macro in the workspace: put into the box to be changed, and sent with what goes with it, or not at all."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.queries import count_queries
from tests.tickets.admin.test_acts import messages_of, newest, url_of
from tests.tickets.admin.test_macros import make_macro
from tickets.actions.hold import let_leave
from tickets.admin.macro_use import SEARCHED
from tickets.models import CategoryPrompt, DeskDraft, Macro, MacroUse, Ticket
from tickets.models.ticket import Priority, Status


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer, locale="en")


def reply_form(page: Any) -> Any:
    return next(form for form in Page(page).forms if "/reply/" in form.action)


def send(desk: Client, ticket: Ticket, body: str, **wishes: Any) -> Any:
    values = {"body": body, "status": "pending", "submission_key": str(uuid.uuid4()), **wishes}
    return desk.post(
        url_of(ticket, "reply"), {"seen_message_id": newest(ticket), "seen_status": "new", **values}
    )


def test_the_list_is_read_only_when_it_is_asked_for(agents_desk: Client, ticket: Ticket) -> None:
    make_macro()
    plain = url_of(ticket, "change")

    shown = agents_desk.get(f"{plain}?macros=1")

    assert "Refund delay" in shown.content.decode()
    assert "Refund delay" not in agents_desk.get(plain).content.decode()
    assert (
        count_queries(lambda: agents_desk.get(f"{plain}?macros=1"))
        == count_queries(lambda: agents_desk.get(plain)) + 1
    )


def test_many_macros_are_searched_by_name_reply_and_tags(agents_desk: Client, ticket: Ticket) -> None:
    for number in range(SEARCHED + 1):
        make_macro(f"Macro {number}", texts={"en": f"Text {number}"}, tags="vip" if number == 7 else "")

    def offered(query: str) -> list[str]:
        return [
            macro.name for macro in agents_desk.get(f"{url_of(ticket, 'change')}?{query}").context["macros"]
        ]

    whole = agents_desk.get(f"{url_of(ticket, 'change')}?macros=1")
    looked = agents_desk.get(f"{url_of(ticket, 'change')}?macro=1&find=xyz&look=1&view=mine")

    assert "Search macros" in whole.content.decode()
    assert [offered(f"find={words}&look=1") for words in ("macro+9", "text+10", "VIP")] == [
        ["Macro 9"],
        ["Macro 10"],
        ["Macro 7"],
    ]
    assert (looked.context["macro"], looked.context["queue_pairs"]) == (None, [("view", "mine")])
    assert "No macro has “xyz” in its name, reply or tags." in looked.content.decode()


def test_a_few_macros_need_no_search(agents_desk: Client, ticket: Ticket) -> None:
    make_macro()

    assert "Search macros" not in agents_desk.get(f"{url_of(ticket, 'change')}?macros=1").content.decode()


def test_a_chosen_macro_stands_in_the_box_with_what_goes_with_it(agents_desk: Client, ticket: Ticket) -> None:
    macro = make_macro(priority=Priority.HIGH, status=Status.SOLVED, note="Done.")

    page = agents_desk.get(f"{url_of(ticket, 'change')}?macro={macro.pk}&view=mine")

    form = reply_form(page)
    assert form.values["body"].strip() == f"Hello Customer, about {ticket.number}: Agent, Acme"
    assert form.values["macro"] == str(macro.pk)
    assert page.context["macro"].changes == ["Priority → High", "Internal note"]
    assert page.context["buttons"][0]["value"] == "solved"


def test_the_reply_and_what_goes_with_it_are_sent_together_once(agents_desk: Client, ticket: Ticket) -> None:
    macro = make_macro(priority=Priority.HIGH, note="Told {customer_name}.")
    key = str(uuid.uuid4())

    for _press in range(2):
        assert (
            send(agents_desk, ticket, "My own words", macro=macro.pk, submission_key=key).status_code == 303
        )

    ticket.refresh_from_db()
    assert messages_of(ticket) == [("public", "My own words"), ("internal", "Told Customer.")]
    assert ticket.priority == Priority.HIGH
    assert MacroUse.objects.count() == 1


def test_without_the_tick_only_the_words_are_sent(agents_desk: Client, ticket: Ticket) -> None:
    make_macro(priority=Priority.HIGH)

    send(agents_desk, ticket, "My own words")

    ticket.refresh_from_db()
    assert (ticket.priority, MacroUse.objects.count()) == (Priority.NORMAL, 0)


def test_half_a_macro_stops_the_reply_and_keeps_the_words(
    house: House, agents_desk: Client, ticket: Ticket
) -> None:
    macro = make_macro(category=house.other_category, assignment=Macro.Assignment.ME)

    answer = send(agents_desk, ticket, "My own words", macro=macro.pk)

    ticket.refresh_from_db()
    assert answer.status_code == 422
    assert "Nothing was changed. Not possible here: the assignee." in answer.content.decode()
    assert reply_form(answer).values["body"].strip() == "My own words"
    assert (messages_of(ticket), ticket.team_id, ticket.status) == ([], house.team.pk, Status.NEW)


def test_a_reply_that_waits_takes_its_macro_along_or_back(agents_desk: Client, ticket: Ticket) -> None:
    macro = make_macro(priority=Priority.HIGH, note="Told {customer_name}.")
    key = str(uuid.uuid4())
    send(agents_desk, ticket, "My own words", macro=macro.pk, submission_key=key, hold="1")
    while_it_waits = (Ticket.objects.get(pk=ticket.pk).priority, MacroUse.objects.count())

    agents_desk.post(url_of(ticket, f"undo/{key}"))
    form = reply_form(agents_desk.get(url_of(ticket, "change")))
    agents_desk.post(form.action, {**form.values, "status": "pending", "hold": "1"})
    held = DeskDraft.objects.get()
    DeskDraft.objects.update(leaves_at=held.saved_at)
    left = let_leave(held.pk)

    ticket.refresh_from_db()
    assert while_it_waits == (Priority.NORMAL, 0)
    assert (form.values["body"], form.values["macro"]) == ("My own words", str(macro.pk))
    assert left is True
    assert messages_of(ticket) == [("public", "My own words"), ("internal", "Told Customer.")]
    assert (ticket.priority, MacroUse.objects.count()) == (Priority.HIGH, 1)


def test_half_a_macro_does_not_wait_but_is_told_at_once(
    house: House, agents_desk: Client, ticket: Ticket
) -> None:
    macro = make_macro(category=house.other_category, assignment=Macro.Assignment.ME)

    answer = send(agents_desk, ticket, "My own words", macro=macro.pk, hold="1")

    assert answer.status_code == 422
    assert "Nothing was changed. Not possible here: the assignee." in answer.content.decode()
    assert Ticket.objects.get(pk=ticket.pk).team_id == house.team.pk
    assert not DeskDraft.objects.exclude(leaves_at=None).exists()


def test_what_became_impossible_meanwhile_stops_the_reply_too(agents_desk: Client, ticket: Ticket) -> None:
    macro = make_macro(priority=Priority.HIGH)
    send(agents_desk, ticket, "My own words", macro=macro.pk, hold="1")
    held = DeskDraft.objects.get()
    DeskDraft.objects.update(leaves_at=held.saved_at)
    Macro.objects.update(is_active=False)

    left = let_leave(held.pk)

    assert left is False
    assert messages_of(ticket) == []
    assert DeskDraft.objects.get().body == "My own words"


def test_a_macro_that_is_gone_stops_the_reply(agents_desk: Client, ticket: Ticket) -> None:
    macro = make_macro(is_active=False)

    answer = send(agents_desk, ticket, "My own words", macro=macro.pk)

    assert answer.status_code == 422
    assert "This macro is no longer offered." in answer.content.decode()
    assert messages_of(ticket) == []


def test_what_was_changed_in_the_words_is_not_put_in_again(agents_desk: Client, ticket: Ticket) -> None:
    macro = make_macro()
    chosen = f"{url_of(ticket, 'change')}?macro={macro.pk}"
    form = reply_form(agents_desk.get(chosen))
    agents_desk.post(form.action, {**form.values, "body": "Shorter.", "save": "1"})

    again = reply_form(agents_desk.get(chosen))

    assert again.values["body"].strip() == "Shorter."


def test_a_placeholder_that_was_left_stops_the_reply(
    house: House, agents_desk: Client, ticket: Ticket
) -> None:
    CategoryPrompt.objects.create(category=house.category, key="order_id")
    macro = make_macro(texts={"en": "About {order_id}"})
    page = agents_desk.get(f"{url_of(ticket, 'change')}?macro={macro.pk}")

    stopped = send(agents_desk, ticket, reply_form(page).values["body"], macro=macro.pk)
    sent = send(agents_desk, ticket, "About {somebody's own braces}")

    assert "Fill in {order_id} or remove it." in page.content.decode()
    assert stopped.status_code == 422
    assert "Fill in {order_id} or remove it." in stopped.content.decode()
    assert sent.status_code == 303


def test_a_macro_without_a_reply_is_used_with_one_press(
    agents_desk: Client, agent: Member, ticket: Ticket
) -> None:
    macro = make_macro(texts={}, status=Status.SOLVED, assignment=Macro.Assignment.ME)
    page = agents_desk.get(f"{url_of(ticket, 'change')}?macro={macro.pk}")
    form = Page(page).form(url_of(ticket, "macro"))

    for _press in range(2):
        agents_desk.post(form.action, form.values)

    ticket.refresh_from_db()
    assert page.context["macro"].changes == ["Assignee → Whoever uses the macro", "Status → Solved"]
    assert (ticket.status, ticket.assignee, MacroUse.objects.count()) == (Status.SOLVED, agent, 1)


def test_the_macro_of_others_is_no_macro(
    house: House, agents_desk: Client, lead: Member, ticket: Ticket
) -> None:
    theirs = make_macro(scope="personal", owner=lead, texts={"en": "Secret words"})

    page = agents_desk.get(f"{url_of(ticket, 'change')}?macro={theirs.pk}")
    agents_desk.post(url_of(ticket, "macro"), {"macro": theirs.pk})

    assert "Secret words" not in page.content.decode()
    assert page.context["macro"] is None
    assert (messages_of(ticket), MacroUse.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("en-GB", []),
        (
            "fr",
            [
                "This ticket is in French, but the macro’s reply is in English. Translate it before you send it."
            ],
        ),
    ],
)
def test_a_reply_in_another_language_is_told(
    house: House, customer: Member, agents_desk: Client, locale: str, told: list[str]
) -> None:
    asked, macro = make_ticket(house, customer, locale=locale), make_macro(texts={"en": "One more day."})

    page = agents_desk.get(f"{url_of(asked, 'change')}?macro={macro.pk}")

    assert page.context["macro"].problems == told
    assert all(text in Page(page).text for text in told)

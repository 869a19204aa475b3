"""The workspace shows one ticket whole: talk, people, promises; notes never look like replies."""

import uuid

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.render import render
from tests.factories.cast import House, make_member
from tests.factories.tickets import answer, make_ticket, note, participant_of, write_back
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.actions.assign import assign, change_priority
from tickets.actions.files import keep_file
from tickets.actions.rate import rate
from tickets.actions.related import link_tickets
from tickets.actions.status import change_status
from tickets.actions.time_spent import add_time
from tickets.actions.watch import watch
from tickets.desk_reads import DESK_SHOWN as SHOWN
from tickets.models import Message, Participant, Ticket
from tickets.models.ticket import Priority, Status


def address(ticket: Ticket) -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/change/"


def test_talk_notes_and_events_stand_in_one_order(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    ticket = make_ticket(house, customer)
    assign(ticket, assignee=agent, actor=agent)
    note(ticket, agent, "Checked with the bank.")
    answer(ticket, agent, "Which bank is it?", status=Status.PENDING)
    write_back(ticket, customer, "The one in the mall.")
    change_priority(ticket, priority=Priority.HIGH, actor=agent)

    items = agents_desk.get(address(ticket)).context["conversation"].items

    assert [item.get("body") or item["text"] for item in items] == [
        "The refund is still not here.",
        "Agent assigned the ticket to Agent",
        "Checked with the bank.",
        "Which bank is it?",
        "Agent changed the status: New → Pending",
        "The one in the mall.",
        "Customer changed the status: Pending → Open",
        "Agent changed the priority: Normal → High",
    ]


def test_a_note_looks_like_no_reply(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    ticket = make_ticket(house, customer)
    note(ticket, agent, "Checked with the bank.")

    page = agents_desk.get(address(ticket)).content.decode()

    assert page.count('class="message message-internal"') == 1
    assert "Send to Customer" in page
    assert "Add internal note" in page
    assert "Only your colleagues will read this." in page


def test_hostile_text_is_shown_as_text(house: House, agents_desk: Client) -> None:
    mallory = make_member("m@elsewhere.example", name="<b>Mallory</b>\r\n\x1b[31m")
    ticket = make_ticket(
        house,
        mallory,
        subject="<script>alert(1)</script>",
        body="<img src=x onerror=alert(1)>",
        fields={"<i>k</i>": "<i>v</i>"},
    )

    page = agents_desk.get(address(ticket)).content.decode()
    queue = agents_desk.get("/admin/tickets/ticket/").content.decode()

    for raw in ("<script>alert", "<img src=x", "<b>Mallory", "<i>k", "<i>v"):
        assert raw not in page + queue
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_secret_is_hidden_until_the_agent_asks_for_it(
    house: House, agents_desk: Client, customer: Member
) -> None:
    ticket = make_ticket(
        house, customer, subject="Card 4111 1111 1111 1111", body="My password: hunter2\nIt fails."
    )

    page = agents_desk.get(address(ticket)).content.decode()
    queue = agents_desk.get("/admin/tickets/ticket/").content.decode()

    shown, _marker, behind = page.partition("Show what is hidden")
    assert "Card •••• 1111" in shown
    assert "My password: •••••••" in shown
    assert "hunter2" not in shown + queue
    assert "4111 1111" not in page + queue
    assert behind.count("My password: hunter2") == 1
    assert "Card •••• 1111" in queue


def test_ordinary_text_has_nothing_hidden(house: House, agents_desk: Client, customer: Member) -> None:
    ticket = make_ticket(house, customer)

    assert "Show what is hidden" not in agents_desk.get(address(ticket)).content.decode()


def test_the_side_tells_customer_clocks_and_answers(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    make_ticket(house, customer)
    change_status(make_ticket(house, customer), status=Status.SOLVED, actor=agent)
    make_ticket(house, customer, category=house.other_category)
    ticket = make_ticket(house, customer, fields={"Order": "1182"}, metadata={"device": "Pixel 8"})
    watcher = make_member("watcher@elsewhere.example", name="Wim Watcher")
    Participant.objects.create(ticket=ticket, member=watcher)

    text = Page(agents_desk.get(address(ticket))).text

    assert "customer@acme.example" in text
    assert "2 open, 1 past" in text
    assert "Order 1182" in text
    assert "Device Pixel 8" in text
    assert "First reply" in text
    assert "Why this time? 24 business hours from" in text
    assert "Wim Watcher" in text


def test_the_side_tells_how_the_customer_rated_the_help(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    hidden = make_ticket(house, customer, category=house.other_category)  # of a team that the agent is not in
    ticket, *others = (make_ticket(house, customer) for _ in range(3))
    unrated = Page(agents_desk.get(address(ticket))).text
    for number, score in ((ticket, 5), (others[0], 4), (hidden, 1)):
        change_status(number, status=Status.SOLVED, actor=agent)
        rate(participant_of(number, customer), score=score, comment="")

    text = Page(agents_desk.get(address(ticket))).text

    assert "Rating 4.5 of 5, rated 2 times" in text
    assert "rated" not in unrated


def test_a_late_promise_and_a_paused_one_say_so(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    ticket = make_ticket(house, customer)
    answer(ticket, agent, status=Status.PENDING)

    faces = [clock["face"] for clock in agents_desk.get(address(ticket)).context["clocks"]]

    assert [(face.name, face.state) for face in faces] == [
        ("First reply", "met"),
        ("Goal to solve", "paused"),
    ]
    assert faces[1].words == "paused: waiting for the customer"


def test_files_are_listed_with_their_message(house: House, agents_desk: Client, customer: Member) -> None:
    key = uuid.uuid4()
    file = keep_file(ContentFile(b"log", name="console.txt"), draft_key=key, uploaded_by=customer)
    ticket = make_ticket(house, customer, submission_key=key)

    links = Page(agents_desk.get(address(ticket))).links

    assert links["console.txt"] == f"/files/{file.pk}/console.txt"


def test_mail_that_was_refused_or_held_is_told_at_its_message(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    ticket = make_ticket(house, customer)
    first, second = answer(ticket, agent, "One"), answer(ticket, agent, "Two")
    rows = OutboxRow.objects.filter(about=f"ticket:{ticket.pk}")
    rows.filter(message_id__contains=f".{first.pk}@").update(state="failed", answer="550 No such user")
    rows.filter(message_id__contains=f".{second.pk}@").update(state="sent")
    rows.filter(message_id__contains=".0@").update(state="held", answer="too many mails")

    response = agents_desk.get(address(ticket))
    items = response.context["conversation"].items

    told = {
        item["body"]: (item["delivered"], item["problems"]) for item in items if item["kind"] == "message"
    }
    assert told == {
        "The refund is still not here.": (
            "",
            ("The email to customer@acme.example is held back: too many mails",),
        ),
        "One": ("", ("The email to customer@acme.example was refused: 550 No such user",)),
        "Two": ("sent", ()),
    }
    assert Page(response).links["Write to another address…"] == f"/admin/tickets/ticket/{ticket.pk}/people/"


def test_a_long_thread_shows_its_first_message_and_the_last(
    house: House, agents_desk: Client, customer: Member
) -> None:
    ticket = make_ticket(house, customer, body="The first")
    for number in range(SHOWN + 5):
        write_back(ticket, customer, f"Message {number}")

    page = agents_desk.get(address(ticket)).context["conversation"]
    whole = agents_desk.get(address(ticket) + "?all=1").context["conversation"]

    said = [item["body"] for item in page.items if item["kind"] == "message"]
    assert said == ["The first", *(f"Message {number}" for number in range(5, SHOWN + 5))]
    assert count_queries(lambda: agents_desk.get(address(ticket))) <= 7  # with those of the scope twelve
    assert page.hidden == 5
    assert page.items[1] == {"kind": "gap", "count": 5}
    assert len([item for item in whole.items if item["kind"] == "message"]) == SHOWN + 6


def test_the_neighbours_in_the_queue_are_one_step_away(
    house: House, agents_desk: Client, customer: Member
) -> None:
    first, second, third = (make_ticket(house, customer) for _ticket in range(3))
    urgent = make_ticket(house, customer)
    Ticket.objects.filter(pk=urgent.pk).update(priority=Priority.URGENT)

    links = agents_desk.get(address(second) + "?priority=2").context["neighbours"]

    assert links == {
        "previous": f"{address(first)}?priority=2",
        "next": f"{address(third)}?priority=2",
    }
    assert agents_desk.get(address(first) + "?priority=2").context["neighbours"] == {
        "next": f"{address(second)}?priority=2"
    }
    assert agents_desk.get(address(third)).context["neighbours"]["next"] == address(urgent)


def test_neighbours_far_away_in_a_list_that_is_looked_through_are_not_looked_for(
    house: House, agents_desk: Client, customer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_others, second, third = (make_ticket(house, customer) for _ticket in range(5))
    Ticket.objects.filter(pk__in=[first.pk, second.pk, third.pk]).update(locale="ar")
    rare = "?language=ar&sort=newest"
    monkeypatch.setattr("tickets.admin.workspace.LOOKED", 2)

    neighbours = agents_desk.get(address(second) + rare).context["neighbours"]

    assert neighbours == {"previous": f"{address(third)}{rare}"}


@pytest.mark.parametrize("query", ["q=zeppelin", "status=new&q=zeppelin", "q=customer%40"])
@pytest.mark.parametrize("is_remembered", [True, False])
def test_a_search_leads_from_one_find_to_the_next_and_back(
    house: House, agents_desk: Client, customer: Member, query: str, *, is_remembered: bool
) -> None:
    stranger = make_member("another@elsewhere.example")
    first, second, third = (make_ticket(house, customer, subject="A zeppelin") for _ticket in range(3))
    between = make_ticket(house, stranger, subject="A balloon")
    order = [first, second, third] if "status" in query else [third, second, first]

    if is_remembered:
        rows = agents_desk.get(f"/admin/tickets/ticket/?{query}").context["rows"]
        assert [row.url for row in rows] == [address(ticket) + f"?{query}" for ticket in order]
    page = agents_desk.get(f"{address(second)}?{query}")
    solved = agents_desk.post(
        address(second).replace("change", "status") + f"?{query}", {"status": "solved", "go_next": "1"}
    )
    last = agents_desk.get(f"{address(order[-1])}?{query}").context

    assert page.context["crumb"]["url"] == f"/admin/tickets/ticket/?{query}"
    assert page.context["neighbours"] == {
        "previous": address(order[0]) + f"?{query}",
        "next": address(order[-1]) + f"?{query}",
    }
    assert page.context["position"] == {"place": "2", "all": "3"}
    assert solved["Location"] == address(order[-1]) + f"?{query}"
    assert "next" not in last["neighbours"]
    assert agents_desk.get(f"{address(between)}?{query}").context["position"] == {}


def test_a_way_through_a_search_stays_what_was_found_and_what_one_may_see(
    house: House, agents_desk: Client, customer: Member
) -> None:
    first, second, third = (make_ticket(house, customer, subject="A zeppelin") for _ticket in range(3))
    agents_desk.get("/admin/tickets/ticket/?q=zeppelin")
    make_ticket(house, customer, subject="One more zeppelin")
    Ticket.objects.filter(pk=second.pk).update(
        category=house.other_category, team=house.other_category.team, assignee=None
    )

    page = agents_desk.get(f"{address(third)}?q=zeppelin").context

    assert page["neighbours"] == {"next": f"{address(first)}?q=zeppelin"}
    assert page["position"] == {"place": "1", "all": "2"}


def test_a_ticket_opened_from_a_search_costs_no_statement_more(
    house: House, agents_desk: Client, customer: Member
) -> None:
    ticket = make_ticket(house, customer, subject="A zeppelin")
    agents_desk.get("/admin/tickets/ticket/?q=zeppelin")

    plain = count_queries(lambda: agents_desk.get(address(ticket)))
    found = count_queries(lambda: agents_desk.get(f"{address(ticket)}?q=zeppelin"))

    assert_same_queries(plain, found)


def test_its_place_in_the_queue_it_was_opened_from_is_told(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    first, second, third = (make_ticket(house, customer) for _ticket in range(3))
    make_ticket(house, customer, category=house.other_category)
    Ticket.objects.filter(pk=third.pk).update(priority=Priority.URGENT)
    change_status(first, status=Status.SOLVED, actor=agent)

    pages = [agents_desk.get(address(ticket)) for ticket in (second, third, first)]
    narrowed = agents_desk.get(address(second) + "?priority=2")

    assert [page.context["position"] for page in pages] == [
        {"place": "1", "all": "2"},
        {"place": "2", "all": "2"},
        {},
    ]
    assert "<span>1 of 2</span>" in pages[0].content.decode()
    assert narrowed.context["position"] == {"place": "1", "all": "1"}


def test_a_closed_ticket_takes_notes_only(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    ticket = make_ticket(house, customer)
    change_status(ticket, status=Status.CLOSED, actor=agent)

    actions = [form.action for form in Page(agents_desk.get(address(ticket))).forms]

    base = f"/admin/tickets/ticket/{ticket.pk}"
    assert f"{base}/reply/" not in actions
    assert f"{base}/status/" not in actions
    assert f"{base}/note/" in actions


def test_a_ticket_that_follows_another_leads_to_it(
    house: House, agents_desk: Client, customer: Member
) -> None:
    before = make_ticket(house, customer)
    ticket = make_ticket(house, customer, follows=before)

    assert Page(agents_desk.get(address(ticket))).links[before.number] == address(before)


def test_the_language_of_the_agent_names_category_and_events(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    ticket = make_ticket(house, customer)

    arabic = agents_desk.get(
        address(ticket), headers={"cookie": f"language=ar; {agents_desk.cookies.output(header='', sep=';')}"}
    )

    assert 'dir="rtl"' in arabic.content.decode()
    assert arabic.context["category_name"] == "تأخر استرداد المبلغ"


def test_the_workspace_costs_the_same_with_one_of_everything_and_with_three(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    ticket = make_ticket(house, customer, category=house.category)

    def more(number: int) -> None:
        key = uuid.uuid4()
        keep_file(ContentFile(b"log", name=f"{number}.txt"), draft_key=key, uploaded_by=agent)
        answer(ticket, agent, f"Answer {number}", submission_key=key, status=Status.PENDING)
        note(ticket, agent, f"Note {number}")
        write_back(ticket, customer, f"Back {number}")
        make_ticket(house, customer)
        make_member(f"agent{number}@acme.example", role=Member.Role.AGENT, team=house.team)
        participant = make_member(f"participant{number}@elsewhere.example")
        Participant.objects.create(ticket=ticket, member=participant)
        watch(ticket, Member.objects.get(email=f"agent{number}@acme.example"))
        link_tickets(ticket, make_ticket(house, customer), actor=agent)
        add_time(ticket, member=agent, minutes=number, purpose="", key=uuid.uuid4())

    more(1)
    before = count_queries(lambda: agents_desk.get(address(ticket)))
    more(2)
    more(3)

    after = count_queries(lambda: agents_desk.get(address(ticket)))

    assert_same_queries(before, after)
    assert after <= 6  # with the five of the scope (BEGIN, setting, savepoint, release, COMMIT) eleven


def test_reading_marks_nothing(house: House, agents_desk: Client, customer: Member) -> None:
    ticket = make_ticket(house, customer)
    moment = timezone.now()
    before = (ticket.updated_at, participant_of(ticket, customer).last_read_at, Message.objects.count())

    agents_desk.get(address(ticket))

    ticket.refresh_from_db()
    after = (ticket.updated_at, participant_of(ticket, customer).last_read_at, Message.objects.count())
    assert after == before
    assert ticket.updated_at < moment


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_page_itself_takes_nothing(
    house: House, agents_desk: Client, customer: Member, method: str
) -> None:
    ticket = make_ticket(house, customer)

    assert getattr(agents_desk, method)(address(ticket)).status_code == 405


def test_marks_of_the_desk_are_shown_to_both_sides_and_in_the_mail(
    house: House, agents_desk: Client, agent: Member, customer: Member, site: Client
) -> None:
    site.force_login(customer)
    ticket = make_ticket(house, customer, body="It says **error**.")
    answer(ticket, agent, "It is **mended**.\n\n- Reload\n- Try again")
    shown = '<li dir="auto">Reload</li>'

    desk = agents_desk.get(address(ticket)).content.decode()
    portal = site.get(f"/tickets/{ticket.number}/").content.decode()
    papers = [
        agents_desk.get(address(ticket).replace("change", "print")).content.decode(),
        site.get(f"/tickets/{ticket.number}/print/").content.decode(),
    ]
    mail = render(OutboxRow.objects.get(topic="ticket_reply"))

    for page in (desk, portal, *papers, mail.html):
        assert "<strong>mended</strong>" in page
        assert shown in page
    assert "It says **error**." in desk
    assert "It is **mended**.\n\n- Reload" in mail.text

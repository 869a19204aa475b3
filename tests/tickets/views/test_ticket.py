"""One ticket of a member: the conversation, the promises and what can be done."""

import datetime as dt
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now

from accounts.models import Member
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket, note, write_back
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.actions.files import keep_file
from tickets.actions.status import change_status
from tickets.models import Attachment, Clock, Message, Ticket
from tickets.models.ticket import Status
from tickets.numbers import check_digit


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer)


@pytest.fixture
def at_home(site: Client, customer: Member) -> Client:
    """The customer's browser."""
    site.force_login(customer)
    return site


def page_of(site: Client, ticket: Ticket) -> Page:
    return Page(site.get(f"/tickets/{ticket.number}/"))


def test_ticket_shows_the_talk_the_status_and_both_promises(
    at_home: Client, ticket: Ticket, agent: Member
) -> None:
    answer(ticket, agent, body="It is on its way.")

    page = page_of(at_home, ticket)

    assert page.title == "ACME-1007 Refund for order 1182 · Acme"
    wanted = ["In progress", "Topic Refund late", "Team Payments", "First reply on", "Goal to solve by"]
    wanted += [
        "We received your request",
        "The refund is still not here.",
        "Agent (Payments)",
        "It is on its way.",
    ]
    assert [part for part in wanted if part not in page.text] == []
    assert agent.email not in page.text
    assert page.links["New ticket on this topic"] == "/contact/refund-late/"


def test_ticket_never_shows_an_internal_note(at_home: Client, ticket: Ticket, agent: Member) -> None:
    note(ticket, agent, body="The customer must not read this.")

    page = page_of(at_home, ticket)

    assert "must not read" not in page.text
    assert "Internal" not in page.text


def test_late_promise_is_said_first(at_home: Client, ticket: Ticket) -> None:
    Clock.objects.filter(kind="resolution").update(due_at=now() - dt.timedelta(hours=1))

    text = page_of(at_home, ticket).text

    assert "This is taking longer than we said. We aimed to solve it by" in text
    assert text.index("longer than we said") < text.index("First reply by")


def test_waiting_ticket_says_that_its_clock_is_paused(at_home: Client, ticket: Ticket, agent: Member) -> None:
    answer(ticket, agent, status=Status.PENDING)

    text = page_of(at_home, ticket).text

    assert "Waiting for you" in text
    assert "paused while we wait for you" in text


@pytest.mark.parametrize("written", ["acme-1007", "ACME1007", "1007", "ACME%20–%201007", "acme-١٠٠٧"])
def test_number_is_forgiven_and_led_to_its_address(at_home: Client, ticket: Ticket, written: str) -> None:
    reply = at_home.get(f"/tickets/{written}/")

    assert (reply.status_code, reply["Location"]) == (303, "/tickets/ACME-1007/")


def test_wrong_digit_is_named(at_home: Client, ticket: Ticket) -> None:
    page = Page(at_home.get("/tickets/ACME-1008/"))

    assert page.status == 404
    assert "Check the number: one digit looks wrong." in page.text


def test_foreign_and_unknown_numbers_look_the_same(
    house: House, at_home: Client, ticket: Ticket, guest: Member
) -> None:
    foreign = make_ticket(house, guest)

    answers = [
        at_home.get(f"/tickets/{number}/")
        for number in (foreign.number, f"ACME-999999{check_digit('999999')}", "nonsense")
    ]

    pages = [Page(reply) for reply in answers]
    assert [page.status for page in pages] == [404, 404, 404]
    assert len({page.text for page in pages}) == 1


@pytest.mark.parametrize("path", ["x.css", "reply/x.css", ";.js"])
def test_addresses_below_a_ticket_are_no_pages(at_home: Client, ticket: Ticket, path: str) -> None:
    reply = at_home.get(f"/tickets/{ticket.number}/{path}", follow=True)

    assert reply.status_code == 404
    assert reply["Cache-Control"] == "private, no-store"


def test_answer_is_kept_by_nobody(at_home: Client, ticket: Ticket) -> None:
    assert at_home.get(f"/tickets/{ticket.number}/")["Cache-Control"] == "private, no-store"


def test_stranger_of_another_tenant_finds_nothing(
    other_house: House, other_site: Client, stranger: Member, ticket: Ticket
) -> None:
    with tenant_scope(other_house.tenant.pk):
        other_site.force_login(stranger)
    address = f"/tickets/{ticket.number}/"

    statuses = [other_site.get(address).status_code]
    statuses += [other_site.post(f"{address}{act}/").status_code for act in ("reply", "solve", "reopen")]

    assert statuses == [404] * 4


def test_agent_is_led_to_the_desk(house: House, site: Client, agent: Member, ticket: Ticket) -> None:
    site.force_login(agent)

    reply = site.get(f"/tickets/{ticket.number}/")

    assert (reply.status_code, reply["Location"]) == (303, f"/admin/tickets/ticket/{ticket.pk}/change/")


def test_agent_cannot_act_as_the_customer(house: House, site: Client, agent: Member, ticket: Ticket) -> None:
    site.force_login(agent)

    assert site.post(f"/tickets/{ticket.number}/solve/").status_code == 404


def test_reply_with_a_file_is_added_once(at_home: Client, ticket: Ticket, agent: Member) -> None:
    answer(ticket, agent, status=Status.PENDING)
    form = page_of(at_home, ticket).form(f"/tickets/{ticket.number}/reply/")
    sent = form.values | {"body": "Here is\r\n  the log."}

    answers = [
        at_home.post(form.action, sent | {"files": SimpleUploadedFile("log.txt", b"x")})
        for _click in range(2)
    ]

    message = Message.objects.order_by("pk").last()
    assert message is not None
    assert [reply.status_code for reply in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"] == f"/tickets/{ticket.number}/#m-{message.pk}"
    assert message.body == "Here is\n  the log."
    assert Attachment.objects.get().message == message
    assert Ticket.objects.get().status == Status.OPEN


def test_empty_reply_is_explained_and_its_file_kept(at_home: Client, ticket: Ticket) -> None:
    form = page_of(at_home, ticket).form(f"/tickets/{ticket.number}/reply/")

    page = Page(
        at_home.post(
            form.action, form.values | {"body": "x" * 20_001, "files": SimpleUploadedFile("a.txt", b"x")}
        )
    )

    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert "a.txt" in page.text
    assert page.form(form.action).values["body"] == "x" * 20_001
    assert page.form(form.action).values["key"] == form.values["key"]


def test_reply_of_nothing_is_explained(at_home: Client, ticket: Ticket) -> None:
    form = page_of(at_home, ticket).form(f"/tickets/{ticket.number}/reply/")

    page = Page(at_home.post(form.action, form.values))

    assert page.status == 422
    assert "Write a message or attach a file" in page.text


def test_reply_may_be_a_file_alone(at_home: Client, ticket: Ticket) -> None:
    form = page_of(at_home, ticket).form(f"/tickets/{ticket.number}/reply/")

    reply = at_home.post(form.action, form.values | {"files": SimpleUploadedFile("a.txt", b"x")})

    assert reply.status_code == 303


def test_reply_with_a_used_key_and_other_words_keeps_them(at_home: Client, ticket: Ticket) -> None:
    form = page_of(at_home, ticket).form(f"/tickets/{ticket.number}/reply/")
    at_home.post(form.action, form.values | {"body": "First."})

    page = Page(at_home.post(form.action, form.values | {"body": "Second."}))

    assert page.status == 409
    again = page.form(form.action).values
    assert again["body"] == "Second."
    assert at_home.post(form.action, again).status_code == 303
    assert Message.objects.filter(body="Second.").count() == 1


def test_upload_button_of_a_reply_keeps_the_text(at_home: Client, ticket: Ticket) -> None:
    form = page_of(at_home, ticket).form(f"/tickets/{ticket.number}/reply/")
    sent = form.values | {"body": "Half", "upload": "1", "files": SimpleUploadedFile("a.txt", b"x")}

    page = Page(at_home.post(form.action, sent))

    assert page.status == 200
    assert page.form(form.action).values["body"] == "Half"
    assert "a.txt" in page.text


def test_mark_as_solved_and_open_again_with_a_reason(at_home: Client, ticket: Ticket) -> None:
    solved = at_home.post(f"/tickets/{ticket.number}/solve/", follow=True)
    form = page_of(at_home, ticket).form(f"/tickets/{ticket.number}/reopen/")
    opened = at_home.post(form.action, form.values | {"body": "It came back."}, follow=True)

    assert "Thank you. We marked it as solved." in Page(solved).text
    assert "You can open this ticket again until" in Page(solved).text
    assert "You marked it as solved" in Page(opened).text
    assert "It came back." in Page(opened).text
    assert Ticket.objects.get().status == Status.OPEN


def test_open_again_needs_no_reason(at_home: Client, ticket: Ticket, agent: Member) -> None:
    change_status(ticket, status=Status.SOLVED, actor=agent)

    for _press in range(2):
        at_home.post(f"/tickets/{ticket.number}/reopen/", {"key": str(uuid.uuid4())})

    assert Ticket.objects.get().status == Status.OPEN


def test_closed_ticket_offers_a_follow_up_and_a_rating_only(
    at_home: Client, ticket: Ticket, agent: Member
) -> None:
    change_status(ticket, status=Status.CLOSED, actor=agent)

    page = page_of(at_home, ticket)
    refused = at_home.post(f"/tickets/{ticket.number}/reply/", {"body": "More.", "key": str(uuid.uuid4())})

    assert page.links["Start a follow-up"] == "/contact/refund-late/?follows=ACME-1007"
    acts = [form.action for form in page.forms if form.action.startswith("/tickets/")]
    assert acts == [f"/tickets/{ticket.number}/rate/"]
    assert refused.status_code == 422
    assert "More." in Page(refused).text
    assert Message.objects.count() == 1


def test_text_of_people_is_shown_as_text(house: House, at_home: Client, customer: Member) -> None:
    hostile = make_ticket(
        house, customer, subject="<b>Bold</b> \u202etxt", body="<script>x</script>\n\nتأخر \u202eevil"
    )

    content = at_home.get(f"/tickets/{hostile.number}/").content.decode()

    assert "<script>x" not in content
    assert "&lt;b&gt;Bold&lt;/b&gt;" in content
    assert "\u202e" not in content
    assert '<p dir="auto">تأخر evil</p>' in content


def test_page_costs_the_same_with_one_and_with_three(
    at_home: Client, ticket: Ticket, agent: Member, customer: Member
) -> None:
    def talk() -> None:
        message = answer(ticket, agent)
        kept = keep_file(SimpleUploadedFile("a.txt", b"x"), draft_key=uuid.uuid4(), uploaded_by=None)
        Attachment.objects.filter(pk=kept.pk).update(message=message)
        write_back(ticket, customer)

    talk()
    one = count_queries(lambda: at_home.get(f"/tickets/{ticket.number}/"))
    talk()
    talk()

    three = count_queries(lambda: at_home.get(f"/tickets/{ticket.number}/"))

    assert_same_queries(one, three)
    assert three <= 15


@pytest.mark.parametrize("act", ["reply", "solve", "reopen"])
def test_address_of_an_act_leads_back_to_the_ticket(at_home: Client, ticket: Ticket, act: str) -> None:
    reply = at_home.get(f"/tickets/{ticket.number}/{act}/")

    assert (reply.status_code, reply["Location"]) == (303, f"/tickets/{ticket.number}/")
    assert Ticket.objects.get().status == Status.NEW

"""A reply can be taken back for ten seconds: until then nothing has happened, for nobody outside the desk."""

import datetime as dt
import uuid
from functools import partial
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from helpdesk.outbox.models import OutboxRow
from tests.factories.cast import House, make_member
from tests.factories.tickets import make_ticket, write_back
from tests.pages import Page
from tests.tickets.admin.conftest import browser
from tests.tickets.admin.test_acts import newest, url_of
from tests.tickets.admin.test_acts import send as send_at_once
from tickets.actions.files import keep_file
from tickets.actions.hold import let_leave
from tickets.actions.status import change_status
from tickets.models import Attachment, Clock, DeskDraft, Message, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.sla import ClockKind
from tickets.models.ticket import Status
from tickets.queries import public_messages, unread_ticket_ids

send = partial(send_at_once, hold="1")  # as a page does that can count the seconds


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer)


def held() -> DeskDraft:
    return DeskDraft.objects.get(leaves_at__isnull=False)


def time_passes(draft: DeskDraft) -> bool:
    DeskDraft.objects.filter(pk=draft.pk).update(leaves_at=timezone.now() - dt.timedelta(seconds=1))
    return let_leave(draft.pk)


def undo_form(page: Page) -> Any:
    return next(form for form in page.forms if "/undo/" in form.action)


def mails_about(ticket: Ticket) -> list[str]:
    rows = OutboxRow.objects.filter(about=f"ticket:{ticket.pk}").order_by("pk")
    return list(rows.values_list("topic", flat=True))


def test_until_it_leaves_nothing_has_happened(
    agents_desk: Client, site: Client, ticket: Ticket, customer: Member
) -> None:
    before = mails_about(ticket)

    response = send(agents_desk, ticket, body="Too quick.")

    site.force_login(customer)
    ticket.refresh_from_db()
    first_reply = Clock.objects.get(ticket=ticket, kind=ClockKind.FIRST_RESPONSE)
    assert response.status_code == 303
    assert list(public_messages(ticket).values_list("body", flat=True)) == ["The refund is still not here."]
    assert ticket.status == Status.NEW
    assert first_reply.state == Clock.State.RUNNING
    assert mails_about(ticket) == before
    assert not TicketEvent.objects.filter(ticket=ticket, verb=Verb.REPLIED).exists()
    assert "Too quick." not in site.get(f"/tickets/{ticket.number}/").content.decode()
    assert "Too quick." not in site.get(f"/tickets/{ticket.number}/print/").content.decode()
    assert site.get(f"/tickets/{ticket.number}/news/?after=0").status_code == 204
    assert unread_ticket_ids(customer, [ticket]) == set()


def test_it_leaves_when_the_time_is_over_and_only_then_counts(
    agents_desk: Client, ticket: Ticket, customer: Member
) -> None:
    send(agents_desk, ticket, body="It is on its way.")
    waiting = held()

    early = let_leave(waiting.pk)
    sent = time_passes(waiting)
    again = let_leave(waiting.pk)

    ticket.refresh_from_db()
    message = Message.objects.get(ticket=ticket, side=Message.Side.DESK)
    first_reply = Clock.objects.get(ticket=ticket, kind=ClockKind.FIRST_RESPONSE)
    assert (early, sent, again) == (False, True, False)
    assert message.body == "It is on its way."
    assert first_reply.met_at == message.created_at
    assert ticket.status == Status.PENDING
    assert mails_about(ticket)[-1] == "ticket_reply"
    assert not DeskDraft.objects.exists()


def test_undo_puts_text_and_files_back_and_nothing_ever_leaves(
    agents_desk: Client, ticket: Ticket, agent: Member
) -> None:
    key = uuid.uuid4()
    keep_file(ContentFile(b"log", name="console.txt"), draft_key=key, uploaded_by=agent)
    send(agents_desk, ticket, body="Too quick.", submission_key=str(key))
    page = Page(agents_desk.get(url_of(ticket, "change")))

    back = agents_desk.post(undo_form(page).action)
    shown = Page(agents_desk.get(back["Location"].partition("#")[0]))

    form = shown.form(url_of(ticket, "reply"))
    left = let_leave(DeskDraft.objects.get().pk)
    assert back.status_code == 303
    assert form.values["body"] == "Too quick."
    assert form.values["submission_key"] == str(key)
    assert "console.txt" in shown.text
    assert left is False
    assert public_messages(ticket).count() == 1
    assert Attachment.objects.get(draft_key=key).message_id is None


def test_undo_from_the_next_ticket_leads_back_into_the_same_queue(
    house: House, agents_desk: Client, ticket: Ticket, customer: Member
) -> None:
    following = make_ticket(house, customer)
    form = Page(agents_desk.get(url_of(ticket, "change") + "?view=unassigned")).form(
        url_of(ticket, "reply") + "?view=unassigned"
    )
    answer = {"body": "Solved.", "status": "solved", "go_next": "1", "hold": "1"}

    sent = agents_desk.post(url_of(ticket, "reply") + "?view=unassigned", {**form.values, **answer})
    page = Page(agents_desk.get(sent["Location"]))
    back = agents_desk.post(undo_form(page).action)

    assert sent["Location"] == url_of(following, "change") + "?view=unassigned"
    assert back["Location"] == url_of(ticket, "change") + "?view=unassigned&mode=public#composer"


def test_a_reply_that_has_left_cannot_be_taken_back(agents_desk: Client, ticket: Ticket) -> None:
    send(agents_desk, ticket)
    draft = held()
    page = Page(agents_desk.get(url_of(ticket, "change")))
    time_passes(draft)

    back = agents_desk.post(undo_form(page).action, follow=True)

    assert "It has left already." in back.content.decode()
    assert public_messages(ticket).count() == 2


def test_sent_after_an_undo_it_arrives_once(agents_desk: Client, ticket: Ticket) -> None:
    send(agents_desk, ticket, body="Too quick.")
    agents_desk.post(url_of(ticket, f"undo/{held().key}"))
    form = Page(agents_desk.get(url_of(ticket, "change"))).form(url_of(ticket, "reply"))

    for _press in range(2):
        agents_desk.post(form.action, {**form.values, "body": "Well thought.", "status": "open", "hold": "1"})

    time_passes(held())
    assert list(public_messages(ticket).values_list("body", flat=True))[1:] == ["Well thought."]


def test_what_was_begun_meanwhile_stands_below(agents_desk: Client, ticket: Ticket) -> None:
    send(agents_desk, ticket, body="First.")
    draft = held()
    send(agents_desk, ticket, body="Second.", save="1")

    agents_desk.post(url_of(ticket, f"undo/{draft.key}"))

    assert [row.body for row in DeskDraft.objects.all()] == ["First.\n\nSecond."]


def test_only_the_writer_can_take_it_back(house: House, agents_desk: Client, ticket: Ticket) -> None:
    send(agents_desk, ticket)
    colleague = browser(house, make_member("sam@acme.example", role=Member.Role.AGENT, team=house.team))
    page = Page(colleague.get(url_of(ticket, "change")))

    colleague.post(url_of(ticket, f"undo/{held().key}"))

    assert "’s reply is leaving." in page.text
    assert not [form for form in page.forms if "/undo/" in form.action]
    assert held().leaves_at is not None


def test_a_colleague_is_stopped_by_a_reply_that_is_just_leaving(
    house: House, agents_desk: Client, ticket: Ticket
) -> None:
    colleague = browser(house, make_member("sam@acme.example", role=Member.Role.AGENT, team=house.team))
    seen = newest(ticket)
    send(agents_desk, ticket, body="I am faster.")

    stopped = send(colleague, ticket, body="Me too.", seen_message_id=seen)
    form = Page(stopped).form(url_of(ticket, "reply"))
    anyway = colleague.post(form.action, {**form.values, "status": "open", "hold": "1"})

    assert stopped.status_code == 409
    assert "I am faster." in stopped.content.decode()
    assert form.values["body"] == "Me too."
    assert anyway.status_code == 303
    assert [time_passes(draft) for draft in DeskDraft.objects.order_by("leaves_at")] == [True, True]


def test_a_customer_who_writes_meanwhile_stops_it_and_the_writer_is_told(
    agents_desk: Client, ticket: Ticket, agent: Member, customer: Member
) -> None:
    send(agents_desk, ticket, body="Which bank is it?")
    write_back(ticket, customer, "It arrived, thank you.")

    left = time_passes(held())

    page = Page(agents_desk.get(url_of(ticket, "change")))
    told = OutboxRow.objects.get(topic="ticket_stopped")
    assert left is False
    assert public_messages(ticket).count() == 2
    assert page.form(url_of(ticket, "reply")).values["body"] == "Which bank is it?"
    assert "Somebody wrote while your reply waited to leave." in page.text
    assert told.to_address == agent.email


@pytest.mark.parametrize("status", [Status.SOLVED, Status.CLOSED])
def test_a_colleague_who_moves_the_status_meanwhile_loses_nothing(
    agents_desk: Client, ticket: Ticket, lead: Member, status: Status
) -> None:
    send(agents_desk, ticket, seen_status="new")
    change_status(ticket, status=status, actor=lead)

    left = time_passes(held())

    ticket.refresh_from_db()
    assert left is False
    assert ticket.status == status
    assert OutboxRow.objects.filter(topic="ticket_stopped").count() == 1


def test_a_page_without_script_sends_at_once(agents_desk: Client, ticket: Ticket, customer: Member) -> None:
    response = send_at_once(agents_desk, ticket, body="It is on its way.")

    assert response.status_code == 303
    assert public_messages(ticket).last().body == "It is on its way."
    assert mails_about(ticket)[-1] == "ticket_reply"
    assert not DeskDraft.objects.exists()


def test_a_note_is_not_held_back(agents_desk: Client, ticket: Ticket) -> None:
    send(agents_desk, ticket, "note", body="Checked.")

    assert Message.objects.get(kind=Message.Kind.INTERNAL).body == "Checked."
    assert not DeskDraft.objects.exists()


def test_a_stranger_takes_nothing_back(
    agents_desk: Client, outsiders_desk: Client, strangers_desk: Client, ticket: Ticket
) -> None:
    send(agents_desk, ticket)
    path = url_of(ticket, f"undo/{held().key}")

    answers = [desk.post(path).status_code for desk in (outsiders_desk, strangers_desk)]

    assert answers == [404, 404]
    assert held().leaves_at is not None

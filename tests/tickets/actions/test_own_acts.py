"""What customers do to their tickets beside answering: correct, add people, say that it is late, be reminded."""

import datetime as dt
import uuid

import pytest
import time_machine

from accounts.models import Member, TenantSettings
from helpdesk.errors import Refused
from helpdesk.outbox.models import OutboxRow
from tests.factories.cast import House, make_member
from tests.factories.tickets import answer, make_ticket, note, participant_of, write_back
from tickets.actions.assign import assign
from tickets.actions.drafts import save_reply_draft
from tickets.actions.edit import TooLate, edit_own_message
from tickets.actions.late import say_late
from tickets.actions.links import open_guest_link, prove_participant
from tickets.actions.participants import PARTICIPANTS, add_participant, remove_participant
from tickets.actions.reply import reply_as_customer
from tickets.actions.status import change_status
from tickets.models import Message, Participant, ReplyDraft, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.ticket import Status
from tickets.search import own_tickets_with
from tickets.sight import own_tickets
from tickets.tasks import settle

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


def first_message(ticket: Ticket) -> Message:
    return Message.objects.filter(ticket=ticket).earliest("pk")


def mails(topic: str) -> list[str]:
    return list(OutboxRow.objects.filter(topic=topic).order_by("pk").values_list("to_address", flat=True))


def test_own_message_can_be_corrected_for_five_minutes(house: House, customer: Member) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        ticket = make_ticket(house, customer, body="My card is 1234, refnud")
        participant, message = participant_of(ticket, customer), first_message(ticket)
        clock.shift(5 * MINUTE)

        edit_own_message(participant, message.pk, body="My card, refund")
        edit_own_message(participant, message.pk, body="My card, refund")
        clock.shift(dt.timedelta(seconds=1))
        with pytest.raises(TooLate, match="for 5 minutes"):
            edit_own_message(participant, message.pk, body="Again")

    message.refresh_from_db()
    event = TicketEvent.objects.get(verb=Verb.EDITED)
    assert (message.body, message.edited_at) == ("My card, refund", MONDAY + 5 * MINUTE)
    assert (event.actor, event.message, event.is_public, event.changes) == (customer, message, False, {})
    mine = own_tickets(customer)
    assert own_tickets_with(mine, customer, "refund", ["en"]).count() == 1
    assert own_tickets_with(mine, customer, "1234", ["en"]).count() == 0


def test_nobody_corrects_what_is_not_theirs(house: House, customer: Member, agent: Member) -> None:
    ticket = make_ticket(house, customer)
    colleague = Participant.objects.create(ticket=ticket, member=make_member("colleague@acme.example"))
    foreign = [
        first_message(make_ticket(house, colleague.member)),
        answer(ticket, agent),
        note(ticket, agent),
    ]

    for message in foreign:
        with pytest.raises(Message.DoesNotExist):
            edit_own_message(participant_of(ticket, customer), message.pk, body="Mine now")
    with pytest.raises(Message.DoesNotExist):
        edit_own_message(colleague, first_message(ticket).pk, body="Mine now")
    own_of_desk = answer(make_ticket(house, agent), agent)
    with pytest.raises(TooLate):
        edit_own_message(participant_of(own_of_desk.ticket, agent), own_of_desk.pk, body="As a customer")


def test_closed_ticket_and_empty_text_are_refused(house: House, customer: Member, agent: Member) -> None:
    ticket = make_ticket(house, customer)
    participant, message = participant_of(ticket, customer), first_message(ticket)

    with pytest.raises(Refused, match="leave it as it was"):
        edit_own_message(participant, message.pk, body=" \n")
    change_status(ticket, status=Status.CLOSED, actor=agent)
    with pytest.raises(TooLate):
        edit_own_message(participant, message.pk, body="Other")


def test_added_person_gets_a_link_and_not_a_word(house: House, customer: Member, agent: Member) -> None:
    ticket = make_ticket(house, customer, subject="Secret subject", body="Secret body")
    participant = participant_of(ticket, customer)

    added = add_participant(participant, email="Colleague@elsewhere.example")
    again = add_participant(participant, email="colleague@elsewhere.example")
    answer(ticket, agent, "Secret answer")

    mail = OutboxRow.objects.get(topic="ticket_added")
    assert added == again
    assert (mail.to_address, mail.to_name, mail.is_proven) == ("colleague@elsewhere.example", "", False)
    assert "Secret" not in str(mail.context)
    assert customer.email not in str(mail.context)
    assert OutboxRow.objects.filter(to_address="colleague@elsewhere.example").count() == 1
    token = mail.secrets["link"].rstrip("/").rpartition("/")[2]
    opened = open_guest_link(token)
    assert opened == added
    prove_participant(added)
    answer(ticket, agent, "Now they know")
    told = OutboxRow.objects.filter(to_address="colleague@elsewhere.example").latest("pk")
    assert (told.topic, told.context["body"]) == ("ticket_reply", "Now they know")


def test_people_are_let_in_by_a_proven_requester_only(house: House, customer: Member, guest: Member) -> None:
    unproven = participant_of(make_ticket(house, guest, is_proven=False), guest)
    ticket = make_ticket(house, customer)
    added = add_participant(participant_of(ticket, customer), email="a@elsewhere.example")

    for nobody in (unproven, added):
        with pytest.raises(Refused, match="Only the person who asked"):
            add_participant(nobody, email="b@elsewhere.example")
    assert mails("ticket_added") == ["a@elsewhere.example"]


def test_ticket_has_room_for_a_few(house: House, customer: Member) -> None:
    participant = participant_of(make_ticket(house, customer), customer)
    for number in range(PARTICIPANTS - 1):
        add_participant(participant, email=f"p{number}@elsewhere.example")

    with pytest.raises(Refused, match="10 people can take part"):
        add_participant(participant, email="one-more@elsewhere.example")
    assert not Member.objects.filter(email="one-more@elsewhere.example").exists()


def test_removed_person_sees_nothing_any_more(house: House, customer: Member, agent: Member) -> None:
    ticket = make_ticket(house, customer)
    requester = participant_of(ticket, customer)
    added = add_participant(requester, email="a@elsewhere.example")
    token = OutboxRow.objects.get(topic="ticket_added").secrets["link"].rstrip("/").rpartition("/")[2]

    with pytest.raises(Refused):
        remove_participant(added, requester.pk)
    remove_participant(requester, added.pk)
    remove_participant(requester, added.pk)

    assert open_guest_link(token) is None
    assert TicketEvent.objects.filter(verb=Verb.PARTICIPANT_REMOVED).count() == 1
    with pytest.raises(Refused):
        remove_participant(requester, requester.pk)


def test_saying_late_reaches_lead_and_assignee_once_a_day(
    house: House, customer: Member, agent: Member, lead: Member
) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        ticket = make_ticket(house, customer, subject="Refund")
        assign(ticket, assignee=agent, actor=lead)
        participant = participant_of(ticket, customer)
        with pytest.raises(Refused, match="not late"):
            say_late(participant)
        clock.shift(5 * DAY)  # 24 hours of a desk that is open from nine to five

        first, second = say_late(participant), say_late(participant)
        clock.shift(DAY)
        third = say_late(participant)

    assert first == second != third
    assert (
        mails("ticket_late") == [lead.email, agent.email] * 2
        or mails("ticket_late")
        == [
            agent.email,
            lead.email,
        ]
        * 2
    )
    row = OutboxRow.objects.filter(topic="ticket_late").earliest("pk")
    assert (row.context["subject"], row.context["promise"]) == ("Refund", "first_response")
    assert first.is_public


def test_without_a_lead_the_admins_hear_of_it(house: House, customer: Member, admin: Member) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        ticket = make_ticket(house, customer)
        clock.shift(5 * DAY)

        say_late(participant_of(ticket, customer))

    assert mails("ticket_late") == [admin.email]


def test_waiting_customer_is_reminded_once(house: House, customer: Member, agent: Member) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        ticket = make_ticket(house, customer, subject="Secret subject")
        answer(ticket, agent, "Which card?", status=Status.PENDING)
        clock.shift(3 * DAY - MINUTE)
        settle()
        early = mails("ticket_waiting")
        clock.shift(MINUTE)
        settle()
        settle()
        clock.shift(3 * DAY)
        settle()

        reminder = OutboxRow.objects.get(topic="ticket_waiting")
        assert early == []
        assert "Secret" not in str(reminder.context)
        assert reminder.context["reply_by"] == (MONDAY + 7 * DAY).isoformat()
        assert Ticket.objects.get().status == Status.PENDING
        clock.shift(DAY)
        settle()
    assert Ticket.objects.get().status == Status.SOLVED
    assert TicketEvent.objects.filter(verb=Verb.REMINDED, actor=None).count() == 1


def test_new_answer_begins_a_new_turn_and_settings_hold(
    house: House, customer: Member, agent: Member
) -> None:
    TenantSettings.objects.update(pending_reminder_days=1)
    with time_machine.travel(MONDAY, tick=False) as clock:
        ticket = make_ticket(house, customer)
        answer(ticket, agent, status=Status.PENDING)
        clock.shift(DAY)
        settle()
        write_back(ticket, customer)
        answer(ticket, agent, "And which bank?", status=Status.PENDING)
        clock.shift(DAY)
        settle()
        TenantSettings.objects.update(pending_reminder_days=7)
        answer(ticket, agent, "Hello?", status=Status.PENDING)
        clock.shift(6 * DAY)
        settle()

    assert mails("ticket_waiting") == [customer.email] * 2


def test_draft_lives_until_its_form_is_sent(house: House, customer: Member) -> None:
    participant = participant_of(make_ticket(house, customer), customer)
    key, other = uuid.uuid4(), uuid.uuid4()

    save_reply_draft(participant, body="Half a", key=key)
    save_reply_draft(participant, body="Half a\0 sentence", key=key)
    kept = ReplyDraft.objects.get()
    reply_as_customer(participant, body="Half a sentence.", submission_key=key)

    assert kept.body == "Half a sentence"
    assert not ReplyDraft.objects.exists()
    assert save_reply_draft(participant, body="Too late", key=key) is False
    assert save_reply_draft(participant, body="Another tab", key=other) is True
    reply_as_customer(participant, body="Third", submission_key=uuid.uuid4())
    assert ReplyDraft.objects.get().body == "Another tab"

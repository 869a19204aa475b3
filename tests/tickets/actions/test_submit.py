"""Asking for help: one ticket for one form, with its promise, its event and its mail."""

import datetime as dt
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.actions.people import find_or_add_guest
from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.outbox.models import OutboxRow
from tests.factories.cast import House
from tests.factories.tickets import make_ticket, write_back
from tickets.actions.files import drop_file, keep_file
from tickets.actions.submit import AlreadySent
from tickets.models import (
    Attachment,
    CalendarVersion,
    Clock,
    Message,
    Participant,
    Ticket,
    TicketAlias,
    TicketEvent,
)
from tickets.models.event import Verb
from tickets.models.ticket import NEVER


def test_submit_stores_the_ticket_with_everything_it_needs(house: House, customer: Member) -> None:
    ticket = make_ticket(house, customer)

    ticket.refresh_from_db()
    participant = Participant.objects.get(ticket=ticket)
    event = TicketEvent.objects.get(ticket=ticket)
    assert ticket.number == "ACME-1007"
    assert (ticket.team, ticket.status, ticket.tier) == (house.team, "new", 1)
    assert TicketAlias.objects.get(number="ACME-1007").ticket == ticket
    assert (participant.member, participant.role) == (customer, "requester")
    assert participant.proven_at == ticket.created_at
    assert Message.objects.get(ticket=ticket).body == "The refund is still not here."
    assert (event.verb, event.actor_kind, event.actor) == (Verb.SUBMITTED, "member", customer)


def test_submit_promises_first_answer_and_goal(house: House, customer: Member) -> None:
    ticket = make_ticket(house, customer)

    clocks = {clock.kind: clock for clock in Clock.objects.filter(ticket=ticket)}
    assert {kind: clock.target_seconds for kind, clock in clocks.items()} == {
        "first_response": 24 * 3600,
        "resolution": 48 * 3600,
    }
    assert clocks["first_response"].due_at < clocks["resolution"].due_at
    assert ticket.attention_at == clocks["first_response"].due_at
    assert ticket.awaits_answer
    assert clocks["first_response"].policy_version == house.policy_version
    assert clocks["first_response"].calendar_version == house.calendar_version


def test_submit_twice_with_one_key_is_one_ticket(house: House, customer: Member) -> None:
    key = uuid.uuid4()

    tickets = [make_ticket(house, customer, submission_key=key) for _time in range(2)]

    assert tickets[0] == tickets[1]
    assert (Ticket.objects.count(), OutboxRow.objects.count()) == (1, 1)


def test_sending_again_takes_no_number(house: House, customer: Member) -> None:
    key = uuid.uuid4()
    for _time in range(3):
        make_ticket(house, customer, submission_key=key)

    after = make_ticket(house, customer)

    assert list(Ticket.objects.order_by("pk").values_list("number", flat=True)) == ["ACME-1007", after.number]
    assert after.number.startswith("ACME-101")


def test_submit_with_a_used_key_and_other_words_changes_nothing(house: House, customer: Member) -> None:
    key = uuid.uuid4()
    first = make_ticket(house, customer, submission_key=key)

    with pytest.raises(AlreadySent) as refusal:
        make_ticket(house, customer, submission_key=key, body="Something else")

    assert refusal.value.ticket == first
    assert Message.objects.get().body == "The refund is still not here."


def test_submit_attaches_only_own_waiting_files(house: House, customer: Member, agent: Member) -> None:
    key = uuid.uuid4()
    mine = keep_file(SimpleUploadedFile("a.txt", b"mine"), draft_key=key, uploaded_by=customer)
    keep_file(SimpleUploadedFile("b.txt", b"not mine"), draft_key=key, uploaded_by=agent)
    keep_file(SimpleUploadedFile("c.txt", b"other form"), draft_key=uuid.uuid4(), uploaded_by=customer)

    ticket = make_ticket(house, customer, submission_key=key)

    assert list(Message.objects.get(ticket=ticket).attachments.all()) == [mine]


def test_no_mail_repeats_a_secret(house: House, customer: Member) -> None:
    make_ticket(house, customer, subject="Card 4111 1111 1111 1111", body="password: hunter2")

    told = OutboxRow.objects.get().context
    assert (told["subject"], told["body"]) == ("Card •••• 1111", "password: •••••••")
    assert Message.objects.get().body == "password: hunter2"


def test_guest_gets_a_mail_without_anything_that_was_typed(house: House) -> None:
    guest = find_or_add_guest("Victim@Elsewhere.example", name="Buy cheap pills", locale="en")

    make_ticket(
        house, guest, is_proven=False, subject="Buy cheap pills", body="Buy cheap pills at evil.example"
    )

    row = OutboxRow.objects.get()
    assert (row.topic, row.to_address, row.to_name) == (
        "ticket_received_unproven",
        "victim@elsewhere.example",
        "",
    )
    assert "pills" not in str(row.context).lower()
    assert row.is_proven is False
    assert row.secrets["link"].startswith("http://acme.localhost")
    assert "/t/" in row.secrets["link"]


def test_member_gets_their_words_and_the_tickets_own_address(house: House, customer: Member) -> None:
    ticket = make_ticket(house, customer)

    row = OutboxRow.objects.get()
    assert row.topic == "ticket_received"
    assert row.context["subject"] == ticket.subject
    assert row.secrets["link"].endswith(f"/tickets/{ticket.number}/")


def test_message_id_and_reply_address_carry_the_participants_token(house: House, customer: Member) -> None:
    ticket = make_ticket(house, customer)

    token = Participant.objects.get(ticket=ticket).token
    row = OutboxRow.objects.get()
    assert row.message_id == f"<{token}.0@acme.example>"
    assert row.reply_to == f"support+{token}@acme.example"


def test_stranger_who_types_a_members_address_stays_unproven(house: House, customer: Member) -> None:
    same = find_or_add_guest(customer.email, name="Somebody else", locale="ar")

    make_ticket(house, same, is_proven=False)

    customer.refresh_from_db()
    assert same == customer
    assert customer.name == "Customer"
    assert OutboxRow.objects.get().topic == "ticket_received_unproven"


def test_text_is_kept_as_typed(house: House, customer: Member) -> None:
    body = "  indented\r\n\r\nline\ttab\x00 \u202eright to left\u202c 😀 e\u0301\n\n"

    ticket = make_ticket(house, customer, body=body, subject="  two\n lines \t")

    assert (
        Message.objects.get(ticket=ticket).body
        == "  indented\n\nline\ttab \u202eright to left\u202c 😀 e\u0301"
    )
    assert ticket.subject == "two lines"


def test_eleventh_file_is_refused_with_the_limit(house: House, customer: Member) -> None:
    key = uuid.uuid4()
    for number in range(10):
        keep_file(SimpleUploadedFile(f"{number}.txt", b"x"), draft_key=key, uploaded_by=customer)

    with pytest.raises(Refused, match="up to 10 files"):
        keep_file(SimpleUploadedFile("11.txt", b"x"), draft_key=key, uploaded_by=customer)


def test_empty_file_is_refused_by_name(house: House, customer: Member) -> None:
    with pytest.raises(Refused, match=r"“empty\.txt” is empty"):
        keep_file(ContentFile(b"", "empty.txt"), draft_key=uuid.uuid4(), uploaded_by=customer)


def test_ticket_outside_desk_hours_is_due_in_open_time(house: House, customer: Member) -> None:
    ticket = make_ticket(house, customer)

    due = Clock.objects.get(ticket=ticket, kind="first_response").due_at.astimezone(dt.UTC)
    assert due.weekday() < 5


def test_follow_up_is_told_of_on_the_ticket_it_follows(house: House, customer: Member) -> None:
    first = make_ticket(house, customer)

    second = make_ticket(house, customer, follows=first)

    event = TicketEvent.objects.get(ticket=first, verb=Verb.FOLLOWED_UP)
    assert event.changes == {"follow_up": [None, second.number]}


def test_key_of_a_reply_makes_no_ticket(house: House, customer: Member, agent: Member) -> None:
    ticket = make_ticket(house, customer)
    reply = write_back(ticket, customer)

    with pytest.raises(Refused, match="sent as a reply before"):
        make_ticket(house, customer, submission_key=reply.submission_key)


def test_file_of_a_form_sent_meanwhile_is_not_removed(house: House, customer: Member) -> None:
    key = uuid.uuid4()
    file = keep_file(SimpleUploadedFile("a.txt", b"mine"), draft_key=key, uploaded_by=customer)
    make_ticket(house, customer, submission_key=key)

    with pytest.raises(Refused, match="sent already"):
        drop_file(file)

    assert Attachment.objects.get(pk=file.pk).content.storage.exists(str(file.content.name))


def test_promise_that_can_never_be_kept_is_not_made(house: House, customer: Member) -> None:
    calendar = house.calendar_version.calendar
    only_once = {"timezone": "UTC", "hours": {}, "exceptions": {"2030-12-24": [["09:00", "12:00"]]}}
    CalendarVersion.objects.create(calendar=calendar, version=2, definition=only_once)

    ticket = make_ticket(house, customer)

    assert not Clock.objects.filter(ticket=ticket).exists()
    assert ticket.attention_at == NEVER


def test_links_are_kept_and_shown_but_never_as_our_word(house: House, customer: Member, site: Client) -> None:
    ticket = make_ticket(house, customer, links=["https://films.example/watch?v=1&t=2"])
    site.force_login(customer)

    page = site.get(f"/tickets/{ticket.number}/").content.decode()

    assert Message.objects.get(ticket=ticket).links == ["https://films.example/watch?v=1&t=2"]
    assert (
        '<a class="file-name" href="https://films.example/watch?v=1&amp;t=2" rel="noopener nofollow ugc" dir="ltr">'
        "https://films.example/watch?v=1&amp;t=2</a>" in page
    )

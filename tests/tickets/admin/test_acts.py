"""What an agent does to a ticket: once, by the right people, and with nothing typed ever lost."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House, make_category
from tests.factories.tickets import make_ticket, participant_of, write_back
from tests.pages import Page
from tests.queries import counted_queries
from tickets.actions.participants import add_participant
from tickets.models import Attachment, Message, Ticket, TicketEvent
from tickets.models.ticket import Priority, Status

ACTS = ["reply", "note", "status", "priority", "assign", "route"]


def url_of(ticket: Ticket, act: str) -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/{act}/"


def newest(ticket: Ticket) -> int:
    return Message.objects.filter(ticket=ticket).order_by("-pk").values_list("pk", flat=True)[0]


def send(desk: Client, ticket: Ticket, act: str = "reply", **wishes: Any) -> Any:
    """Sends the form of a workspace that shows everything there is."""
    values = {
        "body": "It is on its way.",
        "status": "pending",
        "submission_key": str(uuid.uuid4()),
        "seen_message_id": newest(ticket),
        **wishes,
    }
    return desk.post(
        url_of(ticket, act), {name: value for name, value in values.items() if value is not None}
    )


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer)


def messages_of(ticket: Ticket) -> list[tuple[str, str]]:
    return list(Message.objects.filter(ticket=ticket).order_by("pk").values_list("kind", "body"))[1:]


@pytest.mark.parametrize(
    ("status", "expected"),
    [("pending", Status.PENDING), ("open", Status.OPEN), ("solved", Status.SOLVED), (None, Status.PENDING)],
)
def test_a_reply_goes_out_with_the_status_of_its_button(
    agents_desk: Client, ticket: Ticket, status: str | None, expected: Status
) -> None:
    response = send(agents_desk, ticket, status=status)

    ticket.refresh_from_db()
    assert (response.status_code, response["Location"]) == (303, url_of(ticket, "change"))
    assert messages_of(ticket) == [("public", "It is on its way.")]
    assert ticket.status == expected


def test_the_way_back_remembers_the_queue(agents_desk: Client, ticket: Ticket) -> None:
    page = Page(agents_desk.get(url_of(ticket, "change") + "?view=waiting&team=payments"))
    form = next(form for form in page.forms if "/reply/" in form.action)

    response = agents_desk.post(form.action, {**form.values, "body": "Yes", "status": "open"})

    assert response["Location"] == url_of(ticket, "change") + "?view=waiting&team=payments"
    assert messages_of(ticket) == [("public", "Yes")]


def test_sent_twice_it_arrives_once(agents_desk: Client, ticket: Ticket) -> None:
    key, seen = str(uuid.uuid4()), newest(ticket)

    for _press in range(2):
        response = send(agents_desk, ticket, submission_key=key, seen_message_id=seen)

        assert response.status_code == 303
    assert messages_of(ticket) == [("public", "It is on its way.")]


def test_a_note_is_kept_and_mails_nobody(agents_desk: Client, ticket: Ticket) -> None:
    response = send(agents_desk, ticket, "note", body="Checked with the bank.")

    ticket.refresh_from_db()
    assert response.status_code == 303
    assert messages_of(ticket) == [("internal", "Checked with the bank.")]
    assert ticket.status == Status.NEW


@pytest.mark.parametrize("act", ["reply", "note"])
def test_an_empty_message_is_named(agents_desk: Client, ticket: Ticket, act: str) -> None:
    response = send(agents_desk, ticket, act, body="  \n ")

    page = response.content.decode()
    assert response.status_code == 422
    assert "Write a message or attach a file." in page
    assert "<title>Error: " in page
    assert messages_of(ticket) == []


def test_a_text_too_long_is_kept_in_the_box(agents_desk: Client, ticket: Ticket) -> None:
    body = "long " * 5000

    response = send(agents_desk, ticket, body=body)

    assert response.status_code == 422
    assert body.strip() in response.content.decode()
    assert messages_of(ticket) == []


def test_a_moved_on_thread_stops_the_reply_and_shows_what_came(
    agents_desk: Client, ticket: Ticket, customer: Member
) -> None:
    seen = newest(ticket)
    newer = write_back(ticket, customer, "Never mind, it arrived.")

    stopped = send(agents_desk, ticket, body="Where do you live?", seen_message_id=seen)
    shown = Page(stopped)
    form = shown.form(url_of(ticket, "reply"))

    assert stopped.status_code == 409
    assert "Somebody wrote while you were writing. Nothing was sent." in shown.text
    assert shown.text.rindex("Never mind, it arrived.") < shown.text.rindex("Where do you live?")
    assert "Send to Customer anyway" in shown.text
    assert form.values["body"] == "Where do you live?"
    assert form.values["seen_message_id"] == str(newer.pk)
    assert messages_of(ticket) == [("public", "Never mind, it arrived.")]

    sent = agents_desk.post(url_of(ticket, "reply"), {**form.values, "status": "open"})

    assert sent.status_code == 303
    assert messages_of(ticket)[-1] == ("public", "Where do you live?")


@pytest.mark.parametrize("seen", [None, "", "x", "-1"])
def test_a_form_that_does_not_say_what_it_saw_has_seen_nothing(
    agents_desk: Client, ticket: Ticket, seen: str | None
) -> None:
    assert send(agents_desk, ticket, seen_message_id=seen).status_code == 409
    assert messages_of(ticket) == []


@pytest.mark.parametrize("key", [None, "", "x"])
def test_a_broken_key_costs_nothing(agents_desk: Client, ticket: Ticket, key: str | None) -> None:
    assert send(agents_desk, ticket, submission_key=key).status_code == 303
    assert messages_of(ticket) == [("public", "It is on its way.")]


def test_files_go_with_the_message(agents_desk: Client, ticket: Ticket) -> None:
    upload = SimpleUploadedFile("receipt.txt", b"paid")

    send(agents_desk, ticket, body="", files=upload)

    message = Message.objects.get(pk=newest(ticket))
    assert [file.name for file in message.attachments.all()] == ["receipt.txt"]


def test_files_wait_when_something_is_wrong_and_can_be_removed(
    agents_desk: Client, ticket: Ticket, customer: Member
) -> None:
    key, seen = str(uuid.uuid4()), newest(ticket)
    write_back(ticket, customer)

    stopped = send(
        agents_desk,
        ticket,
        submission_key=key,
        seen_message_id=seen,
        files=[SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("b.txt", b"b")],
    )
    first = Attachment.objects.get(name="a.txt")
    removed = send(agents_desk, ticket, submission_key=key, remove=first.pk)
    sent = send(agents_desk, ticket, submission_key=key)

    assert stopped.status_code == 409
    assert Page(stopped).text.count("a.txt") == 2  # its name, and the button that removes it
    assert removed.status_code == 200
    assert "a.txt" not in removed.content.decode()
    assert sent.status_code == 303
    message = Message.objects.get(pk=newest(ticket))
    assert [file.name for file in message.attachments.all()] == ["b.txt"]


def test_a_file_that_is_refused_is_named_and_the_text_stays(agents_desk: Client, ticket: Ticket) -> None:
    response = send(agents_desk, ticket, files=SimpleUploadedFile("empty.txt", b""))

    page = response.content.decode()
    assert response.status_code == 422
    assert "“empty.txt” is empty." in page
    assert "It is on its way." in page
    assert messages_of(ticket) == []


def test_nobody_removes_the_waiting_file_of_a_colleague(
    house: House, agents_desk: Client, ticket: Ticket, customer: Member
) -> None:
    key = uuid.uuid4()
    file = Attachment.objects.create(
        content="x",
        name="theirs.txt",
        size=1,
        media_type="text/plain",
        sha256="0",
        draft_key=key,
        uploaded_by=customer,
    )

    send(agents_desk, ticket, submission_key=str(key), remove=file.pk)

    assert Attachment.objects.filter(pk=file.pk).exists()


def test_a_reply_to_a_closed_ticket_is_refused_with_its_text(agents_desk: Client, ticket: Ticket) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.CLOSED)

    response = send(agents_desk, ticket)

    assert response.status_code == 422
    assert "This ticket is closed. Start a follow-up instead." in response.content.decode()


def test_single_acts_change_one_thing_each(
    house: House, agents_desk: Client, agent: Member, ticket: Ticket
) -> None:
    card = make_category("card", house.team, parent=house.category, en="Card declined")

    answers = [
        agents_desk.post(url_of(ticket, "status"), {"status": "on_hold"}),
        agents_desk.post(url_of(ticket, "priority"), {"priority": "4"}),
        agents_desk.post(url_of(ticket, "assign"), {"assignee": agent.pk}),
        agents_desk.post(url_of(ticket, "route"), {"category": card.pk}),
    ]

    ticket.refresh_from_db()
    assert [answer.status_code for answer in answers] == [303] * 4
    assert (ticket.status, ticket.priority, ticket.assignee, ticket.category) == (
        Status.ON_HOLD,
        Priority.URGENT,
        agent,
        card,
    )
    verbs = list(TicketEvent.objects.filter(ticket=ticket).order_by("pk").values_list("verb", "actor"))[1:]
    assert verbs == [
        ("status_changed", agent.pk),
        ("priority_changed", agent.pk),
        ("assigned", agent.pk),
        ("routed", agent.pk),
    ]


def test_a_ticket_can_be_given_back_to_nobody(agents_desk: Client, agent: Member, ticket: Ticket) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(assignee=agent)

    agents_desk.post(url_of(ticket, "assign"), {"assignee": ""})

    ticket.refresh_from_db()
    assert ticket.assignee is None


@pytest.mark.parametrize(
    ("act", "values"),
    [
        ("status", {"status": "x"}),
        ("status", {"status": "closed"}),
        ("status", {}),
        ("priority", {"priority": "9"}),
        ("priority", {"priority": "x"}),
        ("assign", {"assignee": "x"}),
        ("assign", {}),
    ],
)
def test_a_choice_that_was_not_offered_changes_nothing(
    agents_desk: Client, ticket: Ticket, act: str, values: dict[str, str]
) -> None:
    response = agents_desk.post(url_of(ticket, act), values, follow=True)

    assert "Nothing was changed: choose one from the list." in response.content.decode()
    assert TicketEvent.objects.filter(ticket=ticket).count() == 1


def test_only_people_who_see_the_ticket_are_offered(
    house: House,
    agents_desk: Client,
    agent: Member,
    admin: Member,
    customer: Member,
    outsider: Member,
    ticket: Ticket,
) -> None:
    offered = agents_desk.get(url_of(ticket, "change")).context["assign_form"].fields["assignee"].choices

    for person in (customer, outsider):
        agents_desk.post(url_of(ticket, "assign"), {"assignee": person.pk})

    ticket.refresh_from_db()
    assert offered == [("", "Nobody"), (str(admin.pk), admin), (str(agent.pk), agent)]
    assert ticket.assignee is None


def test_a_category_that_is_not_offered_is_named(house: House, agents_desk: Client, ticket: Ticket) -> None:
    retired = make_category("old", house.team, en="Old")
    type(retired).objects.filter(pk=retired.pk).update(is_active=False)

    for chosen in (retired.pk, "x", ""):
        response = agents_desk.post(url_of(ticket, "route"), {"category": chosen})

        assert response.status_code == 422
        assert "Choose" in Page(response).text
    ticket.refresh_from_db()
    assert ticket.category == house.category


def test_a_ticket_moved_out_of_sight_leads_back_to_the_queue(
    house: House, agents_desk: Client, ticket: Ticket
) -> None:
    response = agents_desk.post(url_of(ticket, "route"), {"category": house.other_category.pk})

    assert (response.status_code, response["Location"]) == (303, "/admin/tickets/ticket/")
    after = agents_desk.get("/admin/tickets/ticket/").content.decode()
    assert f"{ticket.number} is in another team&#x27;s queue now." in after
    assert agents_desk.get(url_of(ticket, "change")).status_code == 404


def test_the_page_that_moves_a_ticket_says_what_stays_and_knows_the_queue(
    agents_desk: Client, ticket: Ticket
) -> None:
    page = Page(agents_desk.get(f"{url_of(ticket, 'route')}?view=mine"))
    refused = agents_desk.post(f"{url_of(ticket, 'route')}?view=mine", {"category": "0"})

    assert "Promises already made keep their times." in page.text
    assert page.form("?view=mine").values["category"] == str(ticket.category_id)
    assert refused.status_code == 422


@pytest.mark.parametrize("act", ACTS)
def test_an_act_asked_for_without_a_post_shows_the_ticket(
    agents_desk: Client, ticket: Ticket, act: str
) -> None:
    response = agents_desk.get(url_of(ticket, act))

    assert response.status_code == (200 if act == "route" else 303)
    assert TicketEvent.objects.filter(ticket=ticket).count() == 1


@pytest.mark.parametrize("act", [*ACTS, "change"])
def test_who_does_not_see_a_ticket_finds_nothing_there(
    house: House, outsiders_desk: Client, strangers_desk: Client, other_house: House, ticket: Ticket, act: str
) -> None:
    values = {
        "body": "x",
        "status": "open",
        "priority": "4",
        "assignee": "",
        "category": house.category.pk,
        "submission_key": str(uuid.uuid4()),
        "seen_message_id": "999999",
    }

    answers = [
        outsiders_desk.get(url_of(ticket, act)),
        outsiders_desk.post(url_of(ticket, act), values),
        strangers_desk.get(url_of(ticket, act)),
        strangers_desk.post(url_of(ticket, act), values),
    ]

    ticket.refresh_from_db()
    assert [answer.status_code for answer in answers] == [404] * 4
    assert (ticket.status, ticket.priority, messages_of(ticket)) == (Status.NEW, Priority.NORMAL, [])


def test_a_customer_is_told_that_the_desk_is_not_theirs(
    house: House, customer: Member, ticket: Ticket
) -> None:
    client = Client(headers={"host": house.host})
    client.force_login(customer)

    for act in [*ACTS, "change"]:
        assert client.get(url_of(ticket, act)).status_code == 403
        assert client.post(url_of(ticket, act), {"body": "x"}).status_code == 403


def test_nobody_signed_in_is_sent_to_the_door(house: House, site: Client, ticket: Ticket) -> None:
    for act in [*ACTS, "change"]:
        response = site.get(url_of(ticket, act))

        assert response.status_code == 302
        assert ticket.number not in response.content.decode()


def test_a_form_without_its_token_is_refused(house: House, agent: Member, ticket: Ticket) -> None:
    client = Client(headers={"host": house.host}, enforce_csrf_checks=True)
    client.force_login(agent)

    for act in ACTS:
        assert client.post(url_of(ticket, act), {"body": "x"}).status_code == 403
    assert messages_of(ticket) == []


@pytest.mark.parametrize(
    "path", ["1/delete/", "1/history/", "999999999999999999999999999/change/", "x/change/"]
)
def test_what_the_stock_admin_offers_beside_is_not_there(agents_desk: Client, path: str) -> None:
    assert agents_desk.get(f"/admin/tickets/ticket/{path}").status_code == 404


def test_leads_and_admins_may_do_the_same(
    house: House, leads_desk: Client, admins_desk: Client, ticket: Ticket
) -> None:
    send(leads_desk, ticket, body="From the lead")
    send(admins_desk, ticket, body="From the admin")

    assert messages_of(ticket) == [("public", "From the lead"), ("public", "From the admin")]


def test_fields_nobody_offered_change_nothing(
    agents_desk: Client, ticket: Ticket, other_house: House
) -> None:
    before = Ticket.objects.values("number", "tenant", "created_at", "locale").get(pk=ticket.pk)

    agents_desk.post(
        url_of(ticket, "priority"),
        {
            "priority": "3",
            "number": "ACME-1",
            "tenant": other_house.tenant.pk,
            "created_at": "2000-01-01",
            "team": "1",
        },
    )

    assert Ticket.objects.values("number", "tenant", "created_at", "locale").get(pk=ticket.pk) == before


def test_an_outsider_given_the_ticket_sees_it(
    house: House, outsiders_desk: Client, outsider: Member, ticket: Ticket
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(assignee=outsider)

    assert outsiders_desk.get(url_of(ticket, "change")).status_code == 200


def test_the_boxes_tell_the_truth_about_a_new_ticket_and_an_assignee_who_left(
    house: House, agents_desk: Client, outsider: Member, ticket: Ticket
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(assignee=outsider)

    page = agents_desk.get(url_of(ticket, "change")).content.decode()

    assert '<option value="new" selected>New</option>' in page
    assert f'<option value="{outsider.pk}" selected>Outsider</option>' in page


@pytest.mark.parametrize(("hold", "most"), [("", 15), ("1", 9)])
def test_a_reply_keeps_its_budget_with_one_and_with_three_of_everything(
    house: House, agents_desk: Client, agent: Member, customer: Member, hold: str, most: int
) -> None:
    def press(more: int) -> list[str]:
        ticket = make_ticket(house, customer)
        for number in range(more):
            add_participant(participant_of(ticket, customer), email=f"{uuid.uuid4()}@elsewhere.example")
            write_back(ticket, customer, f"More {number}")
        page = f"/admin/tickets/ticket/{ticket.pk}/change/"
        form = Page(agents_desk.get(page)).form(page.replace("change", "reply"))
        values = form.values | {"body": "Hello there", "status": "pending", "hold": hold}
        with counted_queries() as found:
            sent = agents_desk.post(page.replace("change", "reply"), values)
        assert sent.status_code == 303
        return found

    press(1)
    one, three = press(1), press(3)

    assert len(one) == len(three) <= most, three


def test_the_button_used_last_stands_first_and_solving_is_no_habit(
    agents_desk: Client, leads_desk: Client, ticket: Ticket
) -> None:
    def first(desk: Client) -> str:
        return str(desk.get(url_of(ticket, "change")).context["buttons"][0]["value"])

    before = first(agents_desk)
    send(agents_desk, ticket, status="open")
    kept = first(agents_desk)
    send(agents_desk, ticket, status="solved")

    assert (before, kept, first(agents_desk), first(leads_desk)) == ("pending", "open", "open", "pending")

"""What an agent writes is kept on the server: by script, by the plain form, over an ended session, per ticket and kind."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House, make_member
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.tickets.admin.conftest import browser
from tests.tickets.admin.test_acts import messages_of, send, url_of
from tickets.models import DeskDraft, Ticket


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer)


def boxes(desk: Client, ticket: Ticket) -> tuple[str, str]:
    """What stands in the box of the reply and in that of the note."""
    page = Page(desk.get(url_of(ticket, "change")))
    return (
        page.form(url_of(ticket, "reply")).values["body"],
        page.form(url_of(ticket, "note")).values["body"],
    )


def test_reply_and_note_are_kept_apart_and_for_each_person(
    house: House, agents_desk: Client, leads_desk: Client, ticket: Ticket
) -> None:
    told = send(agents_desk, ticket, body="To Ana", save="1").json()["told"]
    send(agents_desk, ticket, "note", body="Among us", save="1")
    other = make_ticket(house, make_member("b@acme.example"))

    assert told.startswith("Draft saved ")
    assert boxes(agents_desk, ticket) == ("To Ana", "Among us")
    assert boxes(leads_desk, ticket) == ("", "")
    assert boxes(agents_desk, other) == ("", "")
    assert messages_of(ticket) == []


def test_the_page_opens_what_was_written_last(agents_desk: Client, ticket: Ticket) -> None:
    send(agents_desk, ticket, body="To Ana", save="1")
    send(agents_desk, ticket, "note", body="Among us", save="1")

    assert agents_desk.get(url_of(ticket, "change")).context["mode"] == "internal"
    assert agents_desk.get(url_of(ticket, "change") + "?mode=public").context["mode"] == "public"


def test_a_draft_outlives_the_session(
    house: House, agents_desk: Client, agent: Member, ticket: Ticket
) -> None:
    send(agents_desk, ticket, body="To Ana", save="1")
    agents_desk.logout()

    assert boxes(browser(house, agent), ticket) == ("To Ana", "")


def test_without_script_a_button_keeps_text_and_files(agents_desk: Client, ticket: Ticket) -> None:
    file = SimpleUploadedFile("console.txt", b"log")

    kept = send(agents_desk, ticket, body="To Ana", keep="1", files=file)

    page = Page(agents_desk.get(url_of(ticket, "change")))
    assert (kept.status_code, kept["Location"]) == (303, url_of(ticket, "change"))
    assert page.form(url_of(ticket, "reply")).values["body"] == "To Ana"
    assert "console.txt" in page.text


def test_sending_ends_the_draft_and_a_late_save_does_not_bring_it_back(
    agents_desk: Client, ticket: Ticket
) -> None:
    key = str(uuid.uuid4())
    send(agents_desk, ticket, body="To", save="1", submission_key=key)

    send(agents_desk, ticket, body="To Ana", submission_key=key)
    late = send(agents_desk, ticket, body="To", save="1", submission_key=key)

    assert late.json()["over"] is True
    assert boxes(agents_desk, ticket) == ("", "")
    assert messages_of(ticket) == [("public", "To Ana")]


def test_an_emptied_box_forgets_the_draft(agents_desk: Client, ticket: Ticket) -> None:
    send(agents_desk, ticket, body="To Ana", save="1")

    told = send(agents_desk, ticket, body="  ", save="1").json()

    assert told == {"told": ""}
    assert not DeskDraft.objects.exists()


def test_what_is_refused_is_kept_as_well(agents_desk: Client, ticket: Ticket) -> None:
    body = "long " * 5000

    refused = send(agents_desk, ticket, body=body)

    assert refused.status_code == 422
    assert boxes(agents_desk, ticket)[0].strip() == body.strip()


def test_a_preview_shows_the_customers_view_and_sends_nothing(agents_desk: Client, ticket: Ticket) -> None:
    shown = send(agents_desk, ticket, body="See https://acme.example/help\n\n<b>now</b>", preview="1")

    page = shown.content.decode()
    assert shown.status_code == 200
    assert "As <bdi>Customer</bdi> will see it" in page
    assert '<a href="https://acme.example/help" rel="nofollow">' in page
    assert "&lt;b&gt;now&lt;/b&gt;" in page
    assert messages_of(ticket) == []

"""The acts on a ticket's page, for the member and the guest alike; what others get is in the stranger test."""

import datetime as dt
import uuid
from dataclasses import dataclass

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now

from accounts.models import Member
from helpdesk.outbox.models import OutboxRow
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket, note, participant_of, write_back
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.actions.status import change_status
from tickets.guest_links import new_guest_link
from tickets.models import Clock, Message, Participant, ReplyDraft, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.ticket import Status
from tickets.views.conversation import SHOWN

MINUTE = dt.timedelta(minutes=1)


@dataclass
class Desk:
    """A customer in front of their ticket, by one of the two doors."""

    site: Client
    ticket: Ticket
    member: Member
    address: str

    def page(self, query: str = "") -> Page:
        return Page(self.site.get(self.address + query))


@pytest.fixture(params=["member", "guest"])
def at(request: pytest.FixtureRequest, house: House, site: Client, customer: Member, guest: Member) -> Desk:
    if request.param == "member":
        ticket = make_ticket(house, customer)
        site.force_login(customer)
        return Desk(site, ticket, customer, f"/tickets/{ticket.number}/")
    ticket = make_ticket(house, guest, is_proven=False)
    site.get(f"/t/{new_guest_link(participant_of(ticket, guest))}/", follow=True)
    return Desk(site, ticket, guest, f"/t/ticket/{ticket.submission_key}/")


def make_late(ticket: Ticket) -> None:
    Clock.objects.filter(ticket=ticket, kind="first_response").update(due_at=now() - dt.timedelta(hours=1))


def test_late_ticket_says_so_and_is_passed_on_once(at: Desk, lead: Member) -> None:
    fresh = at.page().text
    make_late(at.ticket)
    late = at.page()
    first = Page(at.site.post(f"{at.address}late/", follow=True))
    second = Page(at.site.post(f"{at.address}late/", follow=True))

    assert "longer than we said" not in fresh
    assert "This is taking longer than we said. We aimed to reply by" in late.text
    assert "We'll update you by" in late.text
    assert late.form(f"{at.address}late/") is not None
    assert "We passed it on to the team and its lead." in first.text
    assert "We passed this on to the team on" in second.text
    assert "Tell the team that this is late" not in second.text
    assert OutboxRow.objects.filter(topic="ticket_late").count() == 1


def test_no_time_is_invented(at: Desk) -> None:
    Clock.objects.filter(ticket=at.ticket).update(due_at=now() - dt.timedelta(hours=1))

    text = at.page().text

    assert text.count("longer than we said") == 2
    assert "We'll update you by" not in text


def test_ticket_that_is_not_late_is_not_passed_on(at: Desk) -> None:
    page = Page(at.site.post(f"{at.address}late/", follow=True))

    assert "This ticket is not late." in page.text
    assert not TicketEvent.objects.filter(verb=Verb.SAID_LATE).exists()


def test_own_message_is_edited(at: Desk, agent: Member) -> None:
    message = Message.objects.get()
    link = at.page().links["Edit"]
    form = Page(at.site.get(link)).form(link)

    reply = at.site.post(link, form.values | {"body": "The refund of 3 May."})
    page = at.page()

    assert (reply.status_code, reply["Location"]) == (303, f"{at.address}#m-{message.pk}")
    assert form.values["body"] == "The refund is still not here."
    assert "The refund of 3 May." in page.text
    assert "edited" in page.text


def test_edit_after_the_time_keeps_the_text_as_a_draft(at: Desk) -> None:
    link = at.page().links["Edit"]

    with time_machine.travel(now() + 6 * MINUTE, tick=True):
        late = Page(at.site.post(link, {"body": "Written slowly."}))
        later = at.page()

    assert late.status == 422
    assert "You can change a message for 5 minutes after sending it." in late.text
    assert late.form(f"{at.address}reply/").values["body"] == "Written slowly."
    assert later.form(f"{at.address}reply/").values["body"] == "Written slowly."
    assert Message.objects.get().edited_at is None
    assert "Edit" not in later.links


def test_others_messages_have_no_form(at: Desk, agent: Member) -> None:
    messages = [answer(at.ticket, agent), note(at.ticket, agent)]

    statuses = [at.site.get(f"{at.address}messages/{message.pk}/").status_code for message in messages]

    assert statuses == [404, 404]
    assert list(at.page().links).count("Edit") == 1


def test_draft_comes_back_with_its_key(at: Desk) -> None:
    form = at.page().form(f"{at.address}reply/")
    saved = at.site.post(form.action, form.values | {"body": "Half", "save": "1"})

    again = at.page().form(form.action)
    sent = at.site.post(form.action, again.values | {"body": "Half and whole."})
    after = at.site.post(form.action, form.values | {"body": "Half", "save": "1"})

    assert saved.json()["told"].startswith("Draft saved ")
    assert (again.values["body"], again.values["key"]) == ("Half", form.values["key"])
    assert sent.status_code == 303
    assert after.json() == {"over": True, "told": "You sent this already."}
    assert not ReplyDraft.objects.exists()


def test_draft_is_kept_without_a_script_and_after_a_refusal(at: Desk) -> None:
    form = at.page().form(f"{at.address}reply/")

    kept = at.site.post(form.action, form.values | {"body": "Later.", "keep": "1"})
    first = at.page()
    refused = at.site.post(form.action, form.values | {"body": "x" * 20_001})
    second = at.page().form(form.action)

    assert (kept.status_code, refused.status_code) == (303, 422)
    assert "We kept your draft." in first.text
    assert first.form(form.action).values["body"] == "Later."
    assert second.values["body"] == "x" * 20_001


def test_somebody_is_added_and_removed(at: Desk) -> None:
    Participant.objects.update(proven_at=now())
    form = at.page().form(f"{at.address}participants/")

    added = Page(at.site.post(form.action, form.values | {"email": "Ana@Elsewhere.example"}, follow=True))
    other = Participant.objects.get(role=Participant.Role.PARTICIPANT)
    removed = Page(at.site.post(f"{form.action}{other.pk}/remove/", follow=True))

    assert "We sent a link to ana@elsewhere.example." in added.text.replace("Ana@Elsewhere", "ana@elsewhere")
    assert "has not opened the link yet" in added.text
    assert "This person takes no part in the ticket any more." in removed.text
    assert Participant.objects.count() == 1


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c", "x" * 300 + "@y.example", "\0@\ud800"])
def test_what_is_no_address_adds_nobody(house: House, site: Client, customer: Member, address: str) -> None:
    ticket = make_ticket(house, customer)
    site.force_login(customer)

    page = Page(
        site.post(f"/tickets/{ticket.number}/participants/", {"email": address.encode("utf-8", "replace")})
    )

    assert page.status == 422
    assert Participant.objects.count() == 1


def test_paper_has_everything_but_notes(at: Desk, agent: Member) -> None:
    answer(at.ticket, agent, "See <img src=https://tracker.example/x> https://example.org")
    note(at.ticket, agent, "Between us.")

    reply = at.site.get(f"{at.address}print/")
    page = Page(reply)

    assert "See <img src=https://tracker.example/x>" in page.text
    assert "Between us" not in page.text
    assert b"<img" not in reply.content
    assert b"<iframe" not in reply.content
    assert reply["Cache-Control"] == "private, no-store"


def test_news_are_told_once(at: Desk, agent: Member) -> None:
    news = f"{at.address}news/"
    before = Message.objects.latest("pk").pk
    write_back(at.ticket, at.member)
    quiet = at.site.get(f"{news}?after={before}")
    said = answer(at.ticket, agent)
    note(at.ticket, agent)

    loud = at.site.get(f"{news}?after={before}")
    same = at.site.get(f"{news}?after={before}", headers={"if-none-match": loud["ETag"]})

    assert (quiet.status_code, quiet.content) == (204, b"")
    assert Page(loud).text == "Agent replied Show"
    assert Page(loud).links["Show"] == f"{at.address}?since={said.pk}#m-{said.pk}"
    assert (same.status_code, same.content) == (304, b"")
    assert at.site.get(f"{news}?after=x").status_code == 200


def test_first_new_message_is_marked_until_it_was_seen(at: Desk, agent: Member) -> None:
    first = answer(at.ticket, agent, "One")
    answer(at.ticket, agent, "Two")

    fresh, seen = at.page(), at.page()

    assert fresh.links["Go to the first new message"] == f"#m-{first.pk}"
    assert "Go to the first new message" not in seen.links


def test_long_talk_is_folded(at: Desk, agent: Member) -> None:
    Message.objects.bulk_create(
        [
            Message(
                ticket=at.ticket,
                author=agent,
                side="desk",
                body=f"Line {number}.",
                submission_key=uuid.uuid4(),
            )
            for number in range(SHOWN + 5)
        ]
    )

    folded, whole = at.page(), at.page("?all")

    assert folded.links["Show 6 earlier"] == "?all"
    assert "Line 4." not in folded.text
    assert "Line 5." in folded.text
    assert "The refund is still not here." not in folded.text
    assert "The refund is still not here." in whole.text
    assert "Line 204." in folded.text


def test_page_costs_the_same_with_one_and_with_many(at: Desk, agent: Member) -> None:
    one = count_queries(lambda: at.site.get(at.address))
    for _time in range(3):
        write_back(at.ticket, at.member)
        answer(at.ticket, agent)

    many = count_queries(lambda: at.site.get(at.address))

    assert_same_queries(one, many)
    assert many <= 15


def test_closed_ticket_offers_a_follow_up_and_shows_what_was_typed(at: Desk, agent: Member) -> None:
    form = at.page().form(f"{at.address}reply/")
    at.site.post(form.action, form.values | {"body": "Not sent yet", "save": "1"})
    change_status(at.ticket, status=Status.CLOSED, actor=agent)

    page = at.page()

    assert "Start a follow-up" in page.links
    assert "Your text was not sent Not sent yet" in page.text

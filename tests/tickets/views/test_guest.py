"""Private links: a key becomes a session for one ticket, and a lost one is mailed anew to whoever it belongs to."""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.utils.timezone import now

from accounts.models import Member
from helpdesk.outbox.models import OutboxRow
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket, note, participant_of
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tests.tickets.views.asking import use_up
from tickets.guest_links import new_guest_link
from tickets.models import GuestLink, Message, Ticket
from tickets.models.ticket import Status
from tickets.numbers import check_digit
from tickets.views.limits import LINK_MISSES


@pytest.fixture
def ticket(house: House, guest: Member) -> Ticket:
    return make_ticket(house, guest, is_proven=False)


@pytest.fixture
def token(ticket: Ticket, guest: Member) -> str:
    return new_guest_link(participant_of(ticket, guest))


def address_of(ticket: Ticket) -> str:
    return f"/t/ticket/{ticket.submission_key}/"


def test_link_opens_the_ticket_in_a_session_of_its_own(
    site: Client, ticket: Ticket, guest: Member, token: str
) -> None:
    reply = site.get(f"/t/{token}/")

    page = Page(site.get(reply["Location"]))
    participant = participant_of(ticket, guest)
    assert (reply.status_code, reply["Location"]) == (303, address_of(ticket))
    assert (reply["Referrer-Policy"], reply["Cache-Control"]) == ("no-referrer", "private, no-store")
    assert "The refund is still not here." in page.text
    assert token not in site.get(address_of(ticket)).content.decode()
    assert participant.proven_at is not None
    assert participant.member.email_proven_at is not None


def test_guest_page_is_told_to_nobody(site: Client, ticket: Ticket, token: str) -> None:
    site.get(f"/t/{token}/")

    reply = site.get(address_of(ticket))

    assert reply["Cache-Control"] == "private, no-store"
    assert reply["Referrer-Policy"] == "same-origin"


def test_link_opens_no_other_ticket(
    house: House, site: Client, guest: Member, ticket: Ticket, token: str
) -> None:
    other = make_ticket(house, guest, subject="Another")
    site.get(f"/t/{token}/")

    statuses = [site.get(address_of(other)).status_code]
    statuses += [site.post(f"{address_of(other)}{act}/").status_code for act in ("reply", "solve", "reopen")]

    assert statuses == [404] * 4


def test_ticket_stays_closed_to_a_browser_without_the_link(site: Client, ticket: Ticket, token: str) -> None:
    statuses = [site.get(address_of(ticket)).status_code, site.get(f"/t/ticket/{uuid.uuid4()}/").status_code]

    assert statuses == [404, 404]


@pytest.mark.parametrize("change", ["expired", "revoked", "one sign changed"])
def test_dead_link_offers_a_new_one(site: Client, ticket: Ticket, token: str, change: str) -> None:
    if change == "expired":
        GuestLink.objects.update(expires_at=now() - dt.timedelta(seconds=1))
    elif change == "revoked":
        GuestLink.objects.update(revoked_at=now())
    else:
        token = token[:-1] + ("a" if token[-1] != "a" else "b")

    reply = site.get(f"/t/{token}/")

    assert reply.status_code == 404
    assert reply["Referrer-Policy"] == "strict-origin"
    assert set(Page(reply).form("/t/lost/").values) >= {"number", "email"}


def test_revoked_link_ends_the_session_too(site: Client, ticket: Ticket, token: str) -> None:
    site.get(f"/t/{token}/")
    GuestLink.objects.update(revoked_at=now())

    assert site.get(address_of(ticket)).status_code == 404


def test_link_of_one_tenant_is_nothing_in_another(other_site: Client, ticket: Ticket, token: str) -> None:
    assert other_site.get(f"/t/{token}/").status_code == 404


def test_sixth_miss_in_a_minute_is_too_many(site: Client, token: str, real_limits: None) -> None:
    statuses = [site.get(f"/t/{'x' * 43}{number}/").status_code for number in range(6)]

    right = site.get(f"/t/{token}/")

    assert statuses == [404, 404, 404, 404, 404, 429]
    assert right.status_code == 429
    assert 0 < int(right["Retry-After"]) <= 60


def test_member_who_opens_their_link_is_led_to_their_ticket(
    house: House, site: Client, customer: Member
) -> None:
    ticket = make_ticket(house, customer)
    token = new_guest_link(participant_of(ticket, customer))
    site.force_login(customer)

    assert site.get(f"/t/{token}/")["Location"] == f"/tickets/{ticket.number}/"


def test_guest_replies_solves_and_opens_again(
    site: Client, ticket: Ticket, guest: Member, agent: Member, token: str
) -> None:
    answer(ticket, agent, status=Status.PENDING)
    note(ticket, agent, body="Nobody outside reads this.")
    address = address_of(ticket)
    page = Page(site.get(f"/t/{token}/", follow=True))
    form = page.form(f"{address}reply/")

    replied = site.post(form.action, form.values | {"body": "Thank you."})
    solved = site.post(f"{address}solve/")
    opened = site.post(f"{address}reopen/", {"key": str(uuid.uuid4()), "body": "Not yet."})

    message = Message.objects.get(body="Thank you.")
    ticket.refresh_from_db()
    assert "Nobody outside" not in page.text
    assert replied["Location"] == f"{address}#m-{message.pk}"
    assert message.author == guest
    assert [reply.status_code for reply in (replied, solved, opened)] == [303, 303, 303]
    assert ticket.status == Status.OPEN


def test_lost_link_gets_the_same_answer_always(
    house: House, site: Client, ticket: Ticket, guest: Member, customer: Member
) -> None:
    OutboxRow.objects.all().delete()
    unknown = f"ACME-999999{check_digit('999999')}"
    pairs = [
        (ticket.number, guest.email.upper()),
        (ticket.number, customer.email),
        (unknown, guest.email),
        (ticket.number.lower().replace("-", " "), "nobody@elsewhere.example"),
    ]

    pages = [Page(site.post("/t/lost/", {"number": n, "email": e}, follow=True)) for n, e in pairs]

    assert {page.status for page in pages} == {200}
    assert len({page.text for page in pages}) == 1
    assert "a new link is on its way to that address" in pages[0].text
    assert [(row.topic, row.to_address) for row in OutboxRow.objects.all()] == [("guest_link", guest.email)]


@pytest.mark.parametrize(
    ("number", "email", "told"),
    [
        ("", "ana@example.org", "Enter the ticket number"),
        ("ACME-1008", "ana@example.org", "Check the number: one digit looks wrong."),
        ("ACME-1007", "ana", "Enter an email address in the form name@example.org"),
    ],
)
def test_lost_link_explains_bad_input(house: House, site: Client, number: str, email: str, told: str) -> None:
    page = Page(site.post("/t/lost/", {"number": number, "email": email}))

    assert page.status == 422
    assert page.text.count(told) == 2
    assert page.form("/t/lost/").values["email"] == email


def test_lost_links_are_limited(house: House, site: Client, real_limits: None) -> None:
    answers = [
        site.post("/t/lost/", {"number": "ACME-1007", "email": "a@example.org"}) for _time in range(11)
    ]

    assert [reply.status_code for reply in answers] == [303] * 10 + [429]


def test_misses_are_counted_for_each_tenant(
    house: House, site: Client, other_site: Client, token: str, real_limits: None
) -> None:
    use_up(LINK_MISSES)

    assert other_site.get("/t/nothing/").status_code == 404


def test_token_is_long_and_told_to_no_log(
    site: Client, token: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    site.get(f"/t/{token}/")
    site.get(f"/t/{token}x/")

    told = capsys.readouterr()
    assert len(token) >= 43
    assert token not in told.err + told.out
    assert not any(token in str(record.msg) or token in record.getMessage() for record in caplog.records)


def test_guest_page_costs_the_same_with_one_and_with_three(
    site: Client, ticket: Ticket, agent: Member, token: str
) -> None:
    site.get(f"/t/{token}/")
    answer(ticket, agent)
    one = count_queries(lambda: site.get(address_of(ticket)))
    for _time in range(2):
        answer(ticket, agent)

    assert_same_queries(one, count_queries(lambda: site.get(address_of(ticket))))


@pytest.mark.parametrize("act", ["reply", "solve", "reopen"])
def test_address_of_an_act_leads_back_to_the_ticket(
    site: Client, ticket: Ticket, token: str, act: str
) -> None:
    closed = site.get(f"{address_of(ticket)}{act}/").status_code
    site.get(f"/t/{token}/")

    assert closed == 404
    assert site.get(f"{address_of(ticket)}{act}/")["Location"] == address_of(ticket)


def test_head_opens_no_link_and_tells_nothing(
    site: Client, ticket: Ticket, guest: Member, token: str
) -> None:
    statuses = [site.head(f"/t/{token}/").status_code, site.head("/t/not-a-link/").status_code]

    assert statuses == [200, 200]
    assert participant_of(ticket, guest).proven_at is None
    assert site.get(address_of(ticket)).status_code == 404

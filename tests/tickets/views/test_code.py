"""Above a threshold a visitor's request waits for a code by mail; it is sent exactly once, and never lost."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from helpdesk.outbox.models import OutboxRow
from tests.factories.cast import House
from tests.factories.tickets import make_ticket, participant_of
from tests.pages import Page
from tests.tickets.views.asking import ANSWERS, ask, go_on, minute_old_stamp, send, use_up
from tickets.guest_links import new_guest_link
from tickets.models import Participant, RequestCode, RequestDraft, Ticket
from tickets.views.limits import (
    CODES,
    SUBMISSIONS,
    UNPROVEN_OF_MAILBOX,
    UNPROVEN_OF_NETWORK,
    UNPROVEN_OF_TENANT,
    Limit,
)

EMAIL = ANSWERS["email"]


@pytest.fixture(autouse=True)
def limited(real_limits: None) -> None:
    """Every test here counts as the product does."""


def newest_code() -> str:
    code: str = OutboxRow.objects.filter(topic="account_request_code").latest("pk").secrets["code"]
    return code


def wait_for_code(site: Client, **answers: Any) -> str:
    """Sends a request after too many of this network; the address of the page that asks for the code."""
    use_up(UNPROVEN_OF_NETWORK)
    reply: Any = ask(site, started=minute_old_stamp(), **answers)
    assert reply.status_code == 303
    assert "/contact/code/" in reply["Location"]
    return str(reply["Location"])


def type_code(site: Client, address: str, code: str) -> Any:
    return site.post(address, Page(site.get(address)).form(address).values | {"code": code})


def test_the_right_code_sends_the_request_as_it_was_written(house: House, site: Client) -> None:
    address = wait_for_code(site)
    page = Page(site.get(address))

    reply = type_code(site, address, newest_code())

    ticket = Ticket.objects.get()
    mail = OutboxRow.objects.get(topic="account_request_code")
    assert EMAIL in page.text
    assert reply["Location"] == f"/contact/sent/{ticket.submission_key}/"
    assert ticket.subject == ANSWERS["subject"]
    assert mail.to_address == EMAIL
    assert ANSWERS["subject"] not in str([mail.context, mail.secrets])
    assert not RequestCode.objects.exists()
    assert not RequestDraft.objects.exists()


def test_a_typed_code_proves_the_address(house: House, site: Client) -> None:
    address = wait_for_code(site)

    type_code(site, address, newest_code())

    assert Participant.objects.get().proven_at is not None
    assert Member.objects.get(email=EMAIL).email_proven_at is not None
    assert OutboxRow.objects.filter(topic="ticket_received").count() == 1


def test_nothing_is_sent_before_the_code(house: House, site: Client) -> None:
    address = wait_for_code(site)

    wrong = type_code(site, address, f"{(int(newest_code()) + 1) % 10**6:06}")
    empty = type_code(site, address, "")

    assert not Ticket.objects.exists()
    assert (wrong.status_code, empty.status_code) == (422, 422)
    assert "That code isn't right." in Page(wrong).text
    assert "Enter the code from the email" in Page(empty).text
    assert not Member.objects.filter(email=EMAIL, email_proven_at__isnull=False).exists()


def test_a_code_sends_once_however_often_it_is_pressed(house: House, site: Client) -> None:
    address = wait_for_code(site)
    values = Page(site.get(address)).form(address).values | {"code": newest_code()}

    replies = [site.post(address, values) for _press in range(3)]

    assert [reply.status_code for reply in replies] == [303] * 3
    assert len({reply["Location"] for reply in replies}) == 1
    assert Ticket.objects.count() == 1


def test_five_wrong_codes_end_it_and_a_new_one_is_mailed_on_request(house: House, site: Client) -> None:
    address = wait_for_code(site)
    first = newest_code()
    for _try in range(5):
        type_code(site, address, f"{(int(first) + 1) % 10**6:06}")

    ended = type_code(site, address, first)
    again = site.post(address, {"again": "1"}, follow=True)
    sent = type_code(site, address, newest_code())

    assert "Too many wrong codes. Ask for a new one." in Page(ended).text
    assert "A new code is on its way." in Page(again).text
    assert sent.status_code == 303
    assert Ticket.objects.count() == 1


def test_pressing_send_again_mails_no_second_code_and_the_fourth_is_refused(
    house: House, site: Client
) -> None:
    address = wait_for_code(site)
    key = address.split("/")[-2]
    site.post(
        f"/contact/check/{key}/",
        Page(site.get(f"/contact/check/{key}/")).form(f"/contact/check/{key}/").values,
    )
    mails = OutboxRow.objects.filter(topic="account_request_code").count()

    statuses = [site.post(address, {"again": "1"}).status_code for _time in range(3)]

    assert mails == 1
    assert statuses == [303, 303, 429]


def test_going_back_and_mending_the_address_asks_anew(house: House, site: Client) -> None:
    address = wait_for_code(site)
    old = newest_code()
    form = f"/contact/refund-late/?draft={address.split('/')[-2]}"
    values = Page(site.get(form)).form("/contact/refund-late/").values | {"email": "ana@right.example"}

    send(site, site.post("/contact/refund-late/", values))
    refused = type_code(site, address, old)
    sent = type_code(site, address, newest_code())

    assert refused.status_code == 422 or old == newest_code()
    assert sent.status_code == 303
    assert Participant.objects.get().member.email == "ana@right.example"


@pytest.mark.parametrize("limit", [UNPROVEN_OF_NETWORK, UNPROVEN_OF_MAILBOX, UNPROVEN_OF_TENANT])
def test_network_mailbox_and_tenant_are_counted(house: House, site: Client, limit: Limit) -> None:
    of = {UNPROVEN_OF_MAILBOX: "ana@elsewhere.example", UNPROVEN_OF_TENANT: "everybody"}.get(limit, "")
    request: Any = site.get("/contact/").wsgi_request
    while not limit.is_used_up(request, of):
        limit.spend(request, of)

    reply: Any = ask(site, email="ana+tag@elsewhere.example", started=minute_old_stamp())

    assert "/contact/code/" in reply["Location"]


def test_below_the_thresholds_nobody_is_asked(house: House, site: Client) -> None:
    reply: Any = ask(site)

    assert "/contact/sent/" in reply["Location"]


def test_somebody_signed_in_is_never_asked(house: House, site: Client, customer: Member) -> None:
    use_up(UNPROVEN_OF_NETWORK)
    site.force_login(customer)

    reply: Any = ask(site, email=None, name=None, started=minute_old_stamp())

    assert "/contact/sent/" in reply["Location"]


def test_a_browser_that_opened_a_link_to_the_address_is_not_asked(
    house: House, site: Client, guest: Member
) -> None:
    ticket = make_ticket(house, guest, is_proven=False)
    site.get(f"/t/{new_guest_link(participant_of(ticket, guest))}/", follow=True)
    use_up(UNPROVEN_OF_NETWORK)

    reply: Any = ask(site, email=guest.email, started=minute_old_stamp())

    assert "/contact/sent/" in reply["Location"]


def test_the_page_is_nobody_elses(house: House, site: Client, customer: Member) -> None:
    address = wait_for_code(site)
    elsewhere = Client(headers={"host": house.host})

    statuses = [
        elsewhere.get(address).status_code,
        elsewhere.post(address, {"code": newest_code()}).status_code,
    ]

    assert statuses == [404, 404]
    assert not Ticket.objects.exists()


def test_guessing_is_limited_for_the_network_too(house: House, site: Client) -> None:
    address = wait_for_code(site)
    use_up(CODES)

    reply = type_code(site, address, newest_code())

    assert reply.status_code == 429
    assert int(reply["Retry-After"]) > 0
    assert not Ticket.objects.exists()


def test_beyond_the_second_limit_a_code_helps_no_more(house: House, site: Client) -> None:
    use_up(SUBMISSIONS)

    reply = send(site, go_on(site, started=minute_old_stamp()))

    assert reply.status_code == 429
    assert not OutboxRow.objects.filter(topic="account_request_code").exists()

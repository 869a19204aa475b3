"""Addresses as the mail system knows them: no longer than it takes, with domains as DNS writes them."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Member, Sender
from helpdesk.mail_address import (
    MESSAGE_ID_DOMAIN_LIMIT,
    RIGHT_DOMAINS,
    dns_form,
    likely_meant,
    mailbox_of,
    message_id_domain,
    sub_address,
)
from helpdesk.outbox.models import OutboxRow
from tests.accounts.conftest import sign_in
from tests.factories.cast import House
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.tickets.views.asking import ask
from tickets.models import Participant, Ticket

# 223 characters as typed; each label of 30 mixed letters has 40 in DNS.
LONG = "ann@" + ".".join(["éж" * 15] * 7) + ".ex"
NO_DNS = f"ann@{'é' * 62}.example"  # a label that DNS cannot hold


def test_the_cases_are_what_they_say() -> None:
    assert len(LONG) < 254 < len(dns_form(LONG))


@pytest.mark.parametrize("email", [LONG, NO_DNS])
def test_a_request_is_refused_for_an_address_too_long_for_mail(
    house: House, site: Client, email: str
) -> None:
    answer: Any = ask(site, email=email)

    assert answer.status_code == 422
    assert "Enter an email address in the form name@example.org" in Page(answer).text
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("email", [LONG, NO_DNS])
def test_a_lost_link_is_refused_for_an_address_too_long_for_mail(
    house: House, site: Client, email: str
) -> None:
    answer: Any = site.post("/t/lost/", {"number": "ACME-1004", "email": email})

    assert answer.status_code == 422
    assert "Enter an email address in the form name@example.org" in Page(answer).text


@pytest.mark.parametrize("email", [LONG, NO_DNS])
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/accounts/signup/", "email"),
        ("/accounts/login/", "login"),
        ("/accounts/login/code/", "email"),
        ("/accounts/password/reset/", "email"),
    ],
)
def test_accounts_refuse_an_address_too_long_for_mail(
    house: House, site: Client, path: str, name: str, email: str
) -> None:
    fields = {name: email, "password1": "correct horse battery", "by": "code"}

    answer: Any = site.post(path, fields)

    assert answer.status_code == 422
    assert "Enter an email address like name@example.com." in Page(answer).text
    assert not OutboxRow.objects.exists()


def test_a_foreign_domain_is_welcome(house: House, site: Client) -> None:
    ask(site, email="Ana@Bücher.Example")

    assert OutboxRow.objects.get().to_address == "ana@xn--bcher-kva.example"


def test_an_admin_adds_nobody_whom_no_mail_reaches(house: House, site: Client, admin: Member) -> None:
    sign_in(site, admin.email)

    site.post(
        "/admin/accounts/member/add/",
        {
            "email": LONG,
            "role": "customer",
            "is_active": "on",
            "memberships-TOTAL_FORMS": "0",
            "memberships-INITIAL_FORMS": "0",
        },
    )

    assert not Member.objects.filter(email=LONG).exists()


def sender_form(address: str) -> dict[str, str]:
    return {"audience": "Europe", "from_name": "Acme", "from_address": address}


def test_a_sender_is_kept_as_dns_knows_it(house: House, site: Client, admin: Member) -> None:
    sign_in(site, admin.email)

    site.post("/admin/accounts/sender/add/", sender_form("Hilfe@Bücher.Example"))

    assert Sender.objects.get(audience="Europe").from_address == "Hilfe@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "address", [NO_DNS, LONG, f"{'a' * 44}@acme.example", f"a@{'.'.join(['b' * 60] * 4)}.ex", '"ab"@acme.example']
)  # fmt: skip
def test_a_sender_leaves_room_for_the_token_of_answers(
    house: House, site: Client, admin: Member, address: str
) -> None:
    sign_in(site, admin.email)

    site.post("/admin/accounts/sender/add/", sender_form(address))

    assert not Sender.objects.filter(audience="Europe").exists()


def test_a_stored_international_sender_writes_and_is_answered(house: House, customer: Member) -> None:
    Sender.objects.update(from_address="Hilfe@Bücher.Example")

    ticket = make_ticket(house, customer)

    row, token = OutboxRow.objects.get(), Participant.objects.get(ticket=ticket).token
    assert row.message_id == f"<{token}.0@xn--bcher-kva.example>"
    assert row.reply_to == f"hilfe+{token}@xn--bcher-kva.example"
    assert row.sender_address == "hilfe@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "address",
    [NO_DNS, f"a@{'.'.join(['b' * 60] * 4)}.ex", f"{'a' * 230}@acme.example", '"ab"@acme.example'],
)
def test_a_stored_sender_that_has_no_room_keeps_nobody_from_writing(
    house: House, customer: Member, address: str
) -> None:
    Sender.objects.update(from_address=address)

    make_ticket(house, customer)

    row = OutboxRow.objects.get()
    assert row.reply_to == row.sender_address
    assert row.message_id.isascii()


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("a@Bücher.Example", "xn--bcher-kva.example"),
        (f"a@{'b' * 60}.{'c' * 60}.example", f"{'c' * 60}.example"),
        (NO_DNS, "localhost"),
    ],
)
def test_the_domain_of_an_id_is_short_and_ascii(address: str, domain: str) -> None:
    assert message_id_domain(address) == domain
    assert len(domain) <= MESSAGE_ID_DOMAIN_LIMIT


def test_a_tag_stands_before_the_at() -> None:
    assert sub_address("support@acme.example", "abc") == "support+abc@acme.example"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ana@gmial.com", "ana@gmail.com"),
        ("Ana@GMIAL.com", "Ana@gmail.com"),
        ("ana@gmail.con", "ana@gmail.com"),
        ("ana@gmail.co", "ana@gmail.com"),
        ("ana@gmai.com", "ana@gmail.com"),
        ("ana@hotmial.com", "ana@hotmail.com"),
        ("ana@outlok.com", "ana@outlook.com"),
        ("ana@yahooo.com", "ana@yahoo.com"),
        ("ana@icloud.cm", "ana@icloud.com"),
        ('"a@b"@gmal.com', '"a@b"@gmail.com'),
        ("ana@gmail.com", ""),
        ("ana@mail.com", ""),
        ("ana@ymail.com", ""),
        ("ana@yahoo.de", ""),
        ("ana@acme.example", ""),
        ("ana@gmaiil.con", ""),
        ("gmial.com", ""),
        ("@gmial.com", ""),
        ("", ""),
    ],
)
def test_a_typo_in_a_well_known_domain_is_noticed(typed: str, meant: str) -> None:
    assert likely_meant(typed) == meant


def test_no_right_domain_is_taken_for_another() -> None:
    assert [domain for domain in RIGHT_DOMAINS if likely_meant(f"ana@{domain}")] == []


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("victim+1@example.com", "victim@example.com"),
        ("Victim+a+b@Example.com", "victim@example.com"),
        ("+1@example.com", "+1@example.com"),
        ("v.i.c.t.i.m+1@googlemail.com", "victim@gmail.com"),
        ("v.ictim@example.com", "v.ictim@example.com"),
        ("..@gmail.com", "..@gmail.com"),
    ],
)
def test_a_mailbox_is_counted_whatever_its_tags(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox

"""What strangers try against guests' tickets, from outside: numbers are walked, keys guessed, doors hammered."""

import math
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache, caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Member
from helpdesk.outbox.models import OutboxRow
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket, participant_of
from tests.pages import Page
from tickets.guest_links import new_guest_link
from tickets.models import Ticket
from tickets.numbers import check_digit

ALPHABET = 64  # signs of a link


def number(counter: int) -> str:
    return f"ACME-{counter}{check_digit(str(counter))}"


def every_number(site: Client) -> set[tuple[int, str, str]]:
    """How the pages of 40 numbers, some of them given, answer, with the number itself taken out."""
    found = set()
    for counter in range(90, 130):
        name = number(counter)
        for path in (f"/tickets/{name}/", f"/tickets/{name}/reply/"):
            reply = site.get(path)
            body = "" if reply.status_code == 302 else Page(reply).text.replace(name, "#")
            found.add(
                (
                    reply.status_code,
                    path.replace(name, "#"),
                    body + reply.get("Location", "").replace(name, "#"),
                )
            )
    return found


# G01: number and address open nothing.


def test_number_and_address_show_nothing_of_the_ticket(
    house: House, site: Client, guest: Member, agent: Member
) -> None:
    ticket = make_ticket(house, guest, is_proven=False, subject="Zebra subject", body="Zebra body")
    answer(ticket, agent, "Zebra answer")

    page = Page(site.post("/t/lost/", {"number": ticket.number, "email": guest.email}, follow=True))

    assert page.status == 200
    assert not any(word in page.text for word in ("Zebra", "In progress", ticket.number, guest.email))
    assert OutboxRow.objects.filter(topic="guest_link").count() == 1


def test_the_mailed_link_holds_no_word_of_the_ticket_for_an_unproven_address(
    house: House, site: Client, guest: Member
) -> None:
    ticket = make_ticket(house, guest, is_proven=False, subject="Zebra subject", body="Zebra body")
    site.post("/t/lost/", {"number": ticket.number, "email": guest.email})

    rows = OutboxRow.objects.filter(to_address=guest.email)

    assert "Zebra" not in str([(row.context, row.secrets) for row in rows])


# G02: numbers cannot be walked.


def test_walking_the_numbers_tells_a_visitor_nothing(house: House, site: Client, guest: Member) -> None:
    for _ticket in range(3):
        make_ticket(house, guest)  # ACME-100 to 102 are there

    answers = every_number(site)

    assert {(status, path) for status, path, _body in answers} == {
        (302, "/tickets/#/"),
        (302, "/tickets/#/reply/"),
    }
    assert len(answers) == 2


def test_walking_the_numbers_tells_another_customer_nothing(
    house: House, site: Client, guest: Member, customer: Member
) -> None:
    for _ticket in range(3):
        make_ticket(house, guest, subject="Zebra")
    site.force_login(customer)

    answers = every_number(site)

    assert {(status, path) for status, path, _body in answers} == {
        (404, "/tickets/#/"),
        (404, "/tickets/#/reply/"),
    }
    assert len(answers) == 2


def test_what_stands_in_guests_addresses_cannot_be_counted(house: House, guest: Member) -> None:
    keys = [uuid.UUID(str(make_ticket(house, guest).submission_key)) for _ticket in range(3)]

    assert [key.version for key in keys] == [4, 4, 4]


# G03: keys cannot be guessed.


def test_a_thousand_links_share_nothing(house: House, guest: Member) -> None:
    participant = participant_of(make_ticket(house, guest, is_proven=False), guest)

    tokens = [new_guest_link(participant) for _link in range(1000)]

    signs = Counter("".join(tokens))
    total = sum(signs.values())
    entropy = -sum(n / total * math.log2(n / total) for n in signs.values())
    assert {len(token) for token in tokens} == {43}
    assert (
        len(set(tokens))
        == len({token[:8] for token in tokens})
        == len({token[-8:] for token in tokens})
        == 1000
    )
    assert len(signs) == ALPHABET
    assert entropy > 5.98  # of 6 bits a sign: 257 bits a link


def test_a_link_with_one_sign_changed_opens_nothing(house: House, site: Client, guest: Member) -> None:
    token = new_guest_link(participant_of(make_ticket(house, guest, is_proven=False), guest))
    changed = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token))]
    changed += [token[:-1], token + "A", token.upper(), token.lower(), token[::-1]]

    statuses = {site.get(f"/t/{one}/").status_code for one in changed}

    assert statuses == {404}


@pytest.mark.parametrize(
    "token",
    ["' or pg_sleep(3)--", "%27%20or%201=1--", "A" * 5_000, "..%2f..%2fadmin", "%F0%9F%98%80", "nul%0a"],
)
def test_a_hostile_link_is_an_unknown_one(house: House, site: Client, token: str) -> None:
    assert site.get(f"/t/{token}/").status_code == 404


# G04: keys are told to nobody.


def test_the_page_behind_a_link_names_the_key_nowhere(house: House, site: Client, guest: Member) -> None:
    ticket = make_ticket(house, guest, is_proven=False, body="See https://elsewhere.example/x")
    token = new_guest_link(participant_of(ticket, guest))

    opened: Any = site.get(f"/t/{token}/", follow=True)

    address, _status = opened.redirect_chain[-1]
    assert token not in address + opened.content.decode() + str(opened.headers)
    assert opened["Cache-Control"] == "private, no-store"
    assert opened["Referrer-Policy"] == "same-origin"
    assert 'rel="nofollow"' in opened.content.decode()
    assert token not in str(site.session.items())


# G17: doors that are hammered close for a while, for this network and this tenant only.

Knock = Callable[[Client, int], Any]


def _contact(site: Client, turn: int) -> Any:
    address = "/contact/refund-late/"
    values = Page(site.get(address)).form(address).values
    words = {
        "subject": f"Title {turn}",
        "body": "Something happened here.",
        "email": f"ana{turn}@elsewhere.example",
    }
    return site.post(address, values | words)


def _upload(site: Client, turn: int) -> Any:
    address = "/contact/refund-late/"
    file = SimpleUploadedFile(f"{turn}.txt", b"line")
    values = {"key": str(uuid.uuid4()), "upload": "1", "files": file}
    return site.post(address, values)


KNOCKS: dict[str, tuple[int, Knock]] = {
    "sign-in": (31, lambda s, n: s.post("/accounts/login/", {"login": f"a{n}@b.example", "password": "x"})),
    "one account": (6, lambda s, n: s.post("/accounts/login/", {"login": "a@b.example", "password": "x"})),
    "reset": (21, lambda s, n: s.post("/accounts/password/reset/", {"email": f"a{n}@b.example"})),
    "codes": (21, lambda s, n: s.post("/accounts/login/code/", {"email": f"a{n}@b.example"})),
    "sign-up": (21, lambda s, n: s.post("/accounts/signup/", {"email": f"a{n}@b.example", "password1": "long enough 1"})),
    "lost links": (11, lambda s, n: s.post("/t/lost/", {"number": number(500 + n), "email": "a@b.example"})),
    "links": (6, lambda s, n: s.get(f"/t/{'x' * 40}{n}/")),
}  # fmt: skip


@pytest.fixture
def limits_of_the_product(settings: LazySettings, real_limits: None) -> None:
    settings.ACCOUNT_RATE_LIMITS = {
        "login": "30/m/ip",
        "login_failed": "10/m/ip,5/300s/key",
        "signup": "20/m/ip",
        "request_login_code": "20/m/ip,3/m/key,10/h/key",
        "reset_password": "20/m/ip,3/m/key,10/h/key",
    }


@pytest.mark.parametrize("door", KNOCKS)
def test_a_hammered_door_closes_and_says_until_when(
    house: House, other_house: House, site: Client, other_site: Client, limits_of_the_product: None, door: str
) -> None:
    allowed, knock = KNOCKS[door]

    answers = [knock(Client(headers={"host": house.host}), turn) for turn in range(allowed)]
    elsewhere = knock(other_site, 0)

    refused = answers[-1]
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert answers[0].status_code != 429
    assert elsewhere.status_code != 429


def test_a_count_is_kept_by_no_process(house: House, site: Client, limits_of_the_product: None) -> None:
    for turn in range(11):
        KNOCKS["lost links"][1](site, turn)
    cache.close()
    del caches["default"]  # as a process that begins has none

    again = KNOCKS["lost links"][1](Client(headers={"host": house.host}), 99)

    assert again.status_code == 429


@pytest.mark.proof
@pytest.mark.parametrize("knock", [_contact, _upload], ids=["requests", "uploads"])
def test_a_flood_of_forms_is_stopped_and_the_other_tenant_goes_on(
    house: House,
    other_house: House,
    site: Client,
    other_site: Client,
    limits_of_the_product: None,
    knock: Knock,
) -> None:
    answers = [knock(site, turn) for turn in range(310)]

    assert any(reply.status_code in {422, 429} for reply in answers)
    assert Ticket.objects.count() <= 30
    assert knock(other_site, 0).status_code in {200, 303}


def test_members_of_one_tenant_are_not_told_to_wait_for_another(
    house: House, other_house: House, site: Client, customer: Member, limits_of_the_product: None
) -> None:
    for turn in range(31):
        KNOCKS["sign-in"][1](Client(headers={"host": other_house.host}), turn)

    reply = site.post("/accounts/login/", {"login": customer.email, "password": "demo-password"})

    assert reply.status_code == 303

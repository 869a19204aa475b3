"""Files: only for those who may read their message, and never run by a browser."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.test import Client

from accounts.models import Member
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House
from tests.factories.tickets import make_ticket, note, participant_of
from tests.pictures import png_of
from tickets.actions.files import keep_file
from tickets.guest_links import new_guest_link
from tickets.models import Attachment, Message, Ticket

PNG = png_of(1, 1)


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer)


def content_of(reply: HttpResponseBase) -> bytes:
    """Everything the answer streams; its end closes the file."""
    return b"".join(reply)


def attach(message: Message, name: str = "log.txt", content: bytes = b"line") -> str:
    """Gives the message a file; returns its address."""
    file = keep_file(SimpleUploadedFile(name, content), draft_key=uuid.uuid4(), uploaded_by=None)
    Attachment.objects.filter(pk=file.pk).update(message=message)
    return f"/files/{file.pk}/{file.name}"


def test_file_is_open_to_the_customer_the_guest_and_the_team(
    house: House, site: Client, ticket: Ticket, customer: Member, agent: Member
) -> None:
    address = attach(Message.objects.get())
    clients = [Client(headers={"host": house.host}) for _person in range(3)]
    clients[0].force_login(customer)
    clients[1].force_login(agent)
    clients[2].get(f"/t/{new_guest_link(participant_of(ticket, customer))}/")

    answers = [client.get(address) for client in clients]

    assert [reply.status_code for reply in answers] == [200, 200, 200]
    assert [content_of(reply) for reply in answers] == [b"line"] * 3


def test_file_is_closed_to_everybody_else(
    house: House,
    other_house: House,
    site: Client,
    other_site: Client,
    ticket: Ticket,
    guest: Member,
    stranger: Member,
) -> None:
    address = attach(Message.objects.get())
    make_ticket(house, guest)
    other_customer = Client(headers={"host": house.host})
    other_customer.force_login(guest)
    with tenant_scope(other_house.tenant.pk):
        other_site.force_login(stranger)

    answers = [client.get(address) for client in (site, other_customer, other_site)]

    assert [reply.status_code for reply in answers] == [404, 404, 404]


def test_file_of_an_internal_note_is_for_the_desk(
    house: House, site: Client, ticket: Ticket, customer: Member, agent: Member
) -> None:
    address = attach(note(ticket, agent))
    site.force_login(customer)
    desk = Client(headers={"host": house.host})
    desk.force_login(agent)

    assert site.get(address).status_code == 404
    assert content_of(desk.get(address)) == b"line"


def test_agent_of_another_team_finds_nothing(
    house: House, site: Client, ticket: Ticket, agent: Member
) -> None:
    Ticket.objects.update(team=house.other_team)
    site.force_login(agent)

    assert site.get(attach(Message.objects.get())).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("picture.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("page.png", b"<html><script>alert(1)</script></html>"),
        ("feed.xml", b"<?xml version='1.0'?><a/>"),
        ("mail.mht", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>"),
        ("utf7.txt", b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-"),
        ("bytes.bin", bytes(range(256))),
    ],
)
def test_file_is_never_run_by_a_browser(
    site: Client, ticket: Ticket, customer: Member, name: str, content: bytes
) -> None:
    address = attach(Message.objects.get(), name, content)
    site.force_login(customer)

    reply = site.get(address)

    assert reply["Content-Type"] in {"text/plain; charset=utf-8", "application/octet-stream"}
    assert reply["Content-Disposition"].startswith("attachment;")
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert reply["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert reply["Cache-Control"] == "private, no-store"
    assert content_of(reply) == content


def test_picture_is_shown_in_place(site: Client, ticket: Ticket, customer: Member) -> None:
    address = attach(Message.objects.get(), "dot.png", PNG)
    site.force_login(customer)

    reply = site.get(address)

    assert content_of(reply) == PNG
    assert reply["Content-Type"] == "image/png"
    assert reply["Content-Disposition"] == 'inline; filename="dot.png"'


@pytest.mark.parametrize(
    "name",
    [
        'quote".txt',
        "line\r\nSet-Cookie: a=b.txt",
        "../../etc/passwd",
        "تقرير نهائي.pdf",
        "photo\u202egnp.txt",
        "100% sure?#.txt",
        "\u200b.htaccess",
        "semi;colon.txt",
        "日本語.txt",
        "x" * 300 + ".txt",
    ],
)
def test_name_is_told_in_one_clean_line(site: Client, ticket: Ticket, customer: Member, name: str) -> None:
    attach(Message.objects.get(), name)
    site.force_login(customer)
    page = site.get(f"/tickets/{ticket.number}/").content.decode()
    start = page.index('href="/files/') + 6

    reply = site.get(page[start : page.index('"', start)].replace("&amp;", "&").replace("&#x27;", "'"))

    assert content_of(reply) == b"line"
    assert "\n" not in reply["Content-Disposition"]
    assert "\u202e" not in page


def test_address_with_another_name_is_not_found(site: Client, ticket: Ticket, customer: Member) -> None:
    address = attach(Message.objects.get())
    site.force_login(customer)

    assert site.get(address.replace("log.txt", "x.css")).status_code == 404


@pytest.mark.parametrize("state", ["checking", "quarantined"])
def test_file_that_is_not_ready_is_held_back(
    site: Client, ticket: Ticket, customer: Member, state: str
) -> None:
    address = attach(Message.objects.get())
    Attachment.objects.update(state=state)
    site.force_login(customer)

    assert site.get(address).status_code == 404


def test_file_that_is_gone_from_the_store_is_not_found(
    site: Client, ticket: Ticket, customer: Member
) -> None:
    address = attach(Message.objects.get())
    file = Attachment.objects.get()
    file.content.storage.delete(str(file.content.name))
    site.force_login(customer)

    assert site.get(address).status_code == 404


def test_impossible_id_is_not_found(house: House, site: Client) -> None:
    assert site.get("/files/99999999999999999999999/log.txt").status_code == 404


def test_a_player_gets_the_part_it_asks_for(site: Client, ticket: Ticket, customer: Member) -> None:
    content = bytes(range(256)) * 600
    address = attach(Message.objects.get(), "film.bin", content)
    site.force_login(customer)

    whole = site.get(address)
    part = site.get(address, headers={"range": "bytes=100000-100009", "accept-encoding": "gzip"})
    end = site.get(address, headers={"range": "bytes=-5"})
    behind = site.get(address, headers={"range": "bytes=999999-"})
    several = site.get(address, headers={"range": "bytes=0-1,5-6"})
    other = site.get(address, headers={"range": "bytes=0-1", "if-range": '"another"'})

    assert (whole.status_code, whole["Accept-Ranges"], whole["Content-Length"]) == (200, "bytes", "153600")
    assert content_of(whole) == content
    assert (part.status_code, part["Content-Range"], part["Content-Length"]) == (
        206,
        "bytes 100000-100009/153600",
        "10",
    )
    assert content_of(part) == content[100_000:100_010]
    assert (end.status_code, content_of(end)) == (206, content[-5:])
    assert (behind.status_code, behind["Content-Range"]) == (416, "bytes */153600")
    assert [(answer.status_code, content_of(answer)) for answer in (several, other)] == [(200, content)] * 2
    assert (
        part["Content-Security-Policy"] == behind["Content-Security-Policy"] == "sandbox; default-src 'none'"
    )
    assert part["Content-Disposition"] == 'attachment; filename="film.bin"'


def test_text_is_not_packed_on_the_way(site: Client, ticket: Ticket, customer: Member) -> None:
    address = attach(Message.objects.get(), "log.txt", b"line\n" * 5000)
    site.force_login(customer)

    reply = site.get(address, headers={"range": "bytes=5-9", "accept-encoding": "gzip, br"})

    assert (reply.status_code, content_of(reply)) == (206, b"line\n")


def test_head_tells_the_same_without_the_content(site: Client, ticket: Ticket, customer: Member) -> None:
    address = attach(Message.objects.get())
    site.force_login(customer)

    head, whole = site.head(address, headers={"range": "bytes=0-1"}), site.get(address)

    assert (head.status_code, head.content) == (200, b"")
    assert content_of(whole) == b"line"
    names = ("Content-Type", "Content-Length", "ETag", "Content-Disposition", "Cache-Control")
    assert [head[name] for name in names] == [whole[name] for name in names]


def test_what_a_browser_has_is_not_sent_again(site: Client, ticket: Ticket, customer: Member) -> None:
    address = attach(Message.objects.get())
    site.force_login(customer)
    mark = site.head(address)["ETag"]

    assert site.get(address, headers={"if-none-match": mark}).status_code == 304

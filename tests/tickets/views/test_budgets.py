"""How many statements of data each page of the portal may cost: the same with one and with three of everything.

Beside them stand the walls' own (transaction, setting, savepoint: see tests/queries.py). A page without a budget here
fails the last test.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client

from accounts.addresses import forget_tenants
from accounts.hosts import forget_hosts
from accounts.models import Member
from helpdesk.outbox.models import OutboxRow
from tests.factories.cast import House, make_member
from tests.factories.tickets import answer, make_ticket, note, participant_of, write_back
from tests.pages import Page
from tests.pictures import png
from tests.queries import counted_queries
from tests.tickets.views.asking import ADDRESS, ANSWERS, go_on, open_form
from tests.tickets.views.tus_client import TUS, begin, send
from tickets.actions.files import keep_file
from tickets.actions.participants import add_participant
from tickets.actions.prove import mail_new_code
from tickets.guest_links import new_guest_link
from tickets.models import Attachment, Clock, Message, Participant, RequestDraft, Ticket
from tickets.models.ticket import Status
from tickets.tasks import treat_files
from tickets.urls import urlpatterns
from tickets.views.review import code_wishes


@dataclass
class Scene:
    """A tenant full of tickets, somebody signed in, and a guest who came by a private link."""

    house: House
    customer: Member
    agent: Member
    ticket: Ticket
    guest_ticket: Ticket
    token: str
    member: Client
    guest: Client


Act = Callable[[], HttpResponseBase]
# name of the address, what is done there → so many statements, and how it is done. Session and person cost a member two,
# the stamp of the setup is one more wherever it is asked.
BUDGETS: dict[str, tuple[int, Callable[[Scene], Act]]] = {
    "home": (5, lambda scene: lambda: scene.member.get("/en/")),
    "contact": (3, lambda scene: lambda: scene.member.get("/contact/")),
    "contact_category": (6, lambda scene: lambda: scene.member.get(ADDRESS)),
    "contact_category, continue": (4, lambda scene: _continue(scene.member)),
    "contact_check": (6, lambda scene: _get(scene.member, _draft(scene.member))),
    "contact_check, send": (9, lambda scene: _send(scene.member)),
    "contact_check, send as a new guest": (10, lambda scene: _send(scene.guest)),
    "suggested_articles": (3, lambda scene: _get(scene.member, "/suggested-articles/?subject=refund")),
    "contact_sent": (8, lambda scene: _get(scene.member, f"/contact/sent/{scene.ticket.submission_key}/")),
    "tickets": (6, lambda scene: _get(scene.member, "/tickets/")),
    "ticket": (13, lambda scene: _get(scene.member, _page(scene.ticket))),
    "ticket_reply": (16, lambda scene: _press(scene.member, _page(scene.ticket), "reply", body="More")),
    "ticket_solve": (12, lambda scene: _press(scene.member, _page(_fresh(scene)), "solve")),
    "ticket_reopen": (17, lambda scene: _press(scene.member, _page(_solved(scene)), "reopen")),
    "ticket_late": (15, lambda scene: _press(scene.member, _page(_late(scene)), "late")),
    "ticket, solved": (16, lambda scene: _get(scene.member, _page(_solved(scene)))),
    "ticket_rate": (12, lambda scene: _press(scene.member, _page(_solved(scene)), "rate", score="4")),
    "ticket_judge": (9, lambda scene: _judge(scene.member, scene.ticket)),
    "contact_sent, ease": (8, lambda scene: _tell_ease(scene.member, _fresh(scene))),
    "ticket_add": (
        18,
        lambda scene: _press(scene.member, _page(_fresh(scene)), "participants", email=_somebody()),
    ),
    "ticket_remove": (12, lambda scene: _press(scene.member, *_shared(scene))),
    "ticket_edit": (7, lambda scene: _get(scene.member, _first_message(_fresh(scene)))),
    "ticket_edit, change": (
        15,
        lambda scene: _press(scene.member, _first_message(_fresh(scene)), body="Mended"),
    ),
    "ticket_print": (10, lambda scene: _get(scene.member, f"{_page(scene.ticket)}print/")),
    "ticket_calendar": (7, lambda scene: _get(scene.member, f"{_page(scene.ticket)}calendar.ics")),
    "ticket_news": (6, lambda scene: _get(scene.member, f"{_page(scene.ticket)}news/?after=1")),
    "guest_link_lost": (1, lambda scene: _get(scene.guest, "/t/lost/")),
    "guest_link": (7, lambda scene: _get(scene.guest, f"/t/{scene.token}/")),
    "article_solved": (3, lambda scene: _get(scene.member, "/suggested-articles/solved/")),
    "guest_ticket": (11, lambda scene: _get(scene.guest, _guest_page(scene))),
    "uploads": (7, lambda scene: lambda: begin(scene.member, 5)),
    "upload, where it stands": (3, lambda scene: _ask_upload(scene.member)),
    "upload, last piece": (12, lambda scene: _send_last_piece(scene.member)),
    "attachment": (4, lambda scene: _download(scene.member, _file(scene.ticket))),
    "thumbnail": (4, lambda scene: _get(scene.member, _thumbnail(scene.ticket))),
    "contact_code": (6, lambda scene: _get(scene.guest, _code_address(scene.guest))),
    "contact_code, send": (17, lambda scene: _type_code(scene.guest)),
    "guest_reply": (14, lambda scene: _press(scene.guest, _guest_page(scene), "reply", body="More")),
}
# As the member's acts, which share their code with these; the last needs an object store and does what a last piece does.
ELSEWHERE = {
    *(
        f"guest_{act}"
        for act in (
            "solve",
            "reopen",
            "late",
            "rate",
            "judge",
            "add",
            "remove",
            "edit",
            "print",
            "news",
            "calendar",
        )
    ),
    "upload_done",
}


def _get(site: Client, path: str) -> Act:
    return lambda: site.get(path)


def _page(ticket: Ticket) -> str:
    return f"/tickets/{ticket.number}/"


def _guest_page(scene: Scene) -> str:
    return f"/t/ticket/{scene.guest_ticket.submission_key}/"


def _fresh(scene: Scene) -> Ticket:
    return make_ticket(scene.house, scene.customer)


def _solved(scene: Scene) -> Ticket:
    ticket = _fresh(scene)
    answer(ticket, scene.agent, status=Status.SOLVED)
    return ticket


def _late(scene: Scene) -> Ticket:
    ticket = _fresh(scene)
    Clock.objects.filter(ticket=ticket).update(due_at=ticket.created_at)
    return ticket


def _somebody() -> str:
    return f"{uuid.uuid4()}@elsewhere.example"


def _shared(scene: Scene) -> tuple[str, str]:
    """The page of a ticket with a second participant, and the act that takes that one off."""
    ticket = _fresh(scene)
    add_participant(participant_of(ticket, scene.customer), email=_somebody())
    added = Participant.objects.filter(ticket=ticket).latest("pk")
    return _page(ticket), f"participants/{added.pk}/remove"


def _first_message(ticket: Ticket) -> str:
    return f"{_page(ticket)}messages/{Message.objects.get(ticket=ticket).pk}/"


def _attached(ticket: Ticket, name: str, content: bytes) -> Attachment:
    file = keep_file(SimpleUploadedFile(name, content), draft_key=uuid.uuid4(), uploaded_by=None)
    Attachment.objects.filter(pk=file.pk).update(message=Message.objects.filter(ticket=ticket).earliest("pk"))
    return file


def _file(ticket: Ticket) -> str:
    file = _attached(ticket, "log.txt", b"line")
    return f"/files/{file.pk}/{file.name}"


def _download(site: Client, path: str) -> Act:
    def act() -> HttpResponseBase:
        reply = site.get(path)
        b"".join(reply)  # its end closes the file
        return reply

    return act


def _thumbnail(ticket: Ticket) -> str:
    file = _attached(ticket, "screen.png", png())
    treat_files()
    return f"/thumbnails/{file.pk}/"


def _ask_upload(site: Client) -> Act:
    address = begin(site, 5)["Location"]
    return lambda: site.head(address, headers=TUS)


def _send_last_piece(site: Client) -> Act:
    address = begin(site, 5)["Location"]
    return lambda: send(site, address, b"bytes")


def _code_address(site: Client) -> str:
    """Of the page that would ask for a code, were there too many guests."""
    return _draft(site).replace("/check/", "/code/")


def _type_code(site: Client) -> Act:
    address = _code_address(site)
    draft = RequestDraft.objects.get(key=address.split("/")[-2])
    mail_new_code(draft.key, **code_wishes(draft))
    code = OutboxRow.objects.filter(topic="account_request_code").latest("pk").secrets["code"]
    return _press(site, address, code=code)


def _continue(site: Client) -> Act:
    values = open_form(site) | ANSWERS
    return lambda: site.post(ADDRESS, values)


def _draft(site: Client) -> str:
    """The address of a new summary that is ready to be sent, for somebody new where it is a guest."""
    return str(go_on(site, email=f"{uuid.uuid4()}@elsewhere.example")["Location"])


def _send(site: Client) -> Act:
    return _press(site, _draft(site))


def _press(site: Client, page: str, act: str = "", **values: str) -> Act:
    """Posts the form of `page`, opened beforehand, that leads to its `act`."""
    address = f"{page}{act}/" if act else page
    given = Page(site.get(page)).form(address).values | values
    return lambda: site.post(address, given)


def _judge(site: Client, ticket: Ticket) -> Act:
    reply = Message.objects.filter(ticket=ticket, side=Message.Side.DESK).first()
    assert reply
    return lambda: site.post(f"{_page(ticket)}judge/", {"yes": reply.pk})


def _tell_ease(site: Client, ticket: Ticket) -> Act:
    return lambda: site.post(f"/contact/sent/{ticket.submission_key}/", {"ease": "5"})


@pytest.fixture
def scene(house: House, customer: Member, guest: Member, agent: Member) -> Scene:
    ticket = make_ticket(house, customer)
    answer(ticket, agent)
    asked = make_ticket(house, guest, is_proven=False)
    member, visitor = (Client(headers={"host": house.host}) for _one in range(2))
    member.force_login(customer)
    token = new_guest_link(participant_of(asked, guest))
    visitor.get(f"/t/{token}/")
    return Scene(house, customer, agent, ticket, asked, token, member, visitor)


def more(scene: Scene, customer: Member, guest: Member, agent: Member) -> None:
    """Two more of everything that a page may list."""
    for number in range(2):
        colleague = make_member(f"colleague{number}@acme.example")
        for requester in (customer, guest, colleague):
            answer(make_ticket(scene.house, requester), agent)
        for ticket, person in ((scene.ticket, customer), (scene.guest_ticket, guest)):
            write_back(ticket, person)
            answer(ticket, agent)
            note(ticket, agent)


def test_pages_keep_their_budgets_with_one_and_with_three_of_everything(
    scene: Scene, customer: Member, guest: Member, agent: Member
) -> None:
    one = {name: _statements(scene, name) for name in BUDGETS}
    more(scene, customer, guest, agent)
    three = {name: _statements(scene, name) for name in BUDGETS}

    assert {name: found for name, found in three.items() if len(found) > len(one[name])} == {}
    assert {name: found for name, found in three.items() if len(found) > BUDGETS[name][0]} == {}


def _statements(scene: Scene, name: str) -> list[str]:
    """What an address asks the database; whatever it changes is taken back, so that each meets the same scene."""
    _budget, prepare = BUDGETS[name]
    clients = (scene.member, scene.guest)
    cookies = [deepcopy(client.cookies) for client in clients]
    with transaction.atomic():
        forget_hosts()
        forget_tenants()
        prepare(scene)()  # fills what the process remembers, for a while
        act = prepare(scene)
        with counted_queries() as found:
            reply = act()
        transaction.set_rollback(True)
    for client, before in zip(clients, cookies, strict=True):
        client.cookies = before
    assert reply.status_code in {200, 201, 204, 302, 303}, (name, reply)
    return found


def test_every_address_of_the_portal_has_its_budget() -> None:
    named = {name.partition(",")[0] for name in BUDGETS}

    assert {str(pattern.name) for pattern in urlpatterns} == named | ELSEWHERE
    assert named & ELSEWHERE == set()

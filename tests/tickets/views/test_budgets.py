"""How many statements of data each page of the portal may cost: the same with one and with three of everything.

Beside them stand the walls' own (transaction, setting, savepoint: see tests/queries.py). A page without a budget here
fails the last test.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House, make_member
from tests.factories.tickets import answer, make_ticket, note, participant_of, write_back
from tests.pages import Page
from tests.queries import counted_queries
from tests.tickets.views.asking import ADDRESS, ANSWERS, go_on, open_form
from tickets.guest_links import new_guest_link
from tickets.models import Ticket
from tickets.models.ticket import Status
from tickets.urls import urlpatterns


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
    "contact_check": (5, lambda scene: _get(scene.member, _draft(scene.member))),
    "contact_check, send": (9, lambda scene: _send(scene.member)),
    "contact_check, send as a new guest": (10, lambda scene: _send(scene.guest)),
    "suggested_articles": (3, lambda scene: _get(scene.member, "/suggested-articles/?subject=refund")),
    "contact_sent": (7, lambda scene: _get(scene.member, f"/contact/sent/{scene.ticket.submission_key}/")),
    "tickets": (5, lambda scene: _get(scene.member, "/tickets/")),
    "ticket": (13, lambda scene: _get(scene.member, _page(scene.ticket))),
    "ticket_reply": (17, lambda scene: _press(scene.member, _page(scene.ticket), "reply", body="More")),
    "ticket_solve": (12, lambda scene: _press(scene.member, _page(_fresh(scene)), "solve")),
    "ticket_reopen": (17, lambda scene: _press(scene.member, _page(_solved(scene)), "reopen")),
    "ticket_print": (10, lambda scene: _get(scene.member, f"{_page(scene.ticket)}print/")),
    "ticket_news": (6, lambda scene: _get(scene.member, f"{_page(scene.ticket)}news/?after=1")),
    "guest_link_lost": (1, lambda scene: _get(scene.guest, "/t/lost/")),
    "guest_link": (7, lambda scene: _get(scene.guest, f"/t/{scene.token}/")),
    "guest_ticket": (11, lambda scene: _get(scene.guest, _guest_page(scene))),
    "guest_reply": (15, lambda scene: _press(scene.guest, _guest_page(scene), "reply", body="More")),
}
# As the member's acts, which share their code with these; acts that are rare; files stream outside of the scope.
ELSEWHERE = {
    *(f"guest_{act}" for act in ("solve", "reopen", "late", "add", "remove", "edit", "print", "news")),
    *(f"ticket_{act}" for act in ("late", "add", "remove", "edit")),
    *("uploads", "upload", "upload_done", "attachment", "thumbnail", "contact_code"),
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


@pytest.mark.parametrize("name", BUDGETS)
def test_page_keeps_its_budget_with_one_and_with_three_of_everything(
    scene: Scene, customer: Member, guest: Member, agent: Member, name: str
) -> None:
    budget, prepare = BUDGETS[name]
    prepare(scene)()  # fills what the process remembers

    one = _cost(prepare(scene))
    more(scene, customer, guest, agent)
    prepare(scene)()
    three = _cost(prepare(scene))

    assert len(three) <= len(one), three
    assert len(three) <= budget, three


def _cost(act: Act) -> list[str]:
    with counted_queries() as found:
        reply = act()
    assert reply.status_code in {200, 302, 303}, reply
    return found


def test_every_address_of_the_portal_has_its_budget() -> None:
    named = {name.partition(",")[0] for name in BUDGETS}

    assert {str(pattern.name) for pattern in urlpatterns} == named | ELSEWHERE
    assert named & ELSEWHERE == set()

"""Files of a form without script are in the store before the request's transaction begins, or nowhere."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory

from accounts.addresses import forget_tenants
from accounts.hosts import forget_hosts
from accounts.rules import Role
from accounts.sessions import person_of_session
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_house, make_member
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.tickets.views.asking import ADDRESS, ANSWERS, open_form, use_up
from tickets.models import Attachment
from tickets.views.limits import UPLOADS

FILE = "errors.log"


class WatchedStorage(FileSystemStorage):
    """A store on disk that notes whether a transaction was open while it wrote, and can be full."""

    in_transaction: list[bool] = []
    is_full = False

    def _save(self, name: str, content: object) -> str:
        self.in_transaction.append(connection.in_atomic_block)
        if self.is_full:
            raise OSError(28, "No space left on device")
        return str(super()._save(name, content))  # type: ignore[misc]


@pytest.fixture
def shelf(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the watched store."""
    monkeypatch.setattr(WatchedStorage, "in_transaction", [])
    backend = f"{WatchedStorage.__module__}.{WatchedStorage.__qualname__}"
    watched = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": watched}
    return tmp_path


@pytest.fixture
def open_house(transactional_db: None) -> House:
    """A tenant whose requests have transactions of their own."""
    house = make_house("acme")
    forget_hosts()
    forget_tenants()
    return house


@pytest.fixture
def uploads_used_up(open_house: House, settings: LazySettings) -> Iterator[None]:
    """The network address of the test's browsers has sent all the files that the limit lets it."""
    with tenant_scope(open_house.tenant.pk):
        settings.RATE_LIMIT_SCALE = 1
        use_up(UPLOADS)
    yield
    cache.clear()


@pytest.fixture
def browser(open_house: House) -> Client:
    """A browser that checks the form's token, as every real one has to."""
    return Client(enforce_csrf_checks=True, headers={"host": open_house.host})


def post(browser: Client, **values: object) -> Page:
    form = open_form(browser) | ANSWERS | {"upload": "1", "files": SimpleUploadedFile(FILE, b"line")}
    return Page(browser.post(ADDRESS, form | values))


def kept(house: House) -> list[str]:
    with tenant_scope(house.tenant.pk):
        return list(Attachment.objects.values_list("name", flat=True))


def stored(shelf: Path) -> int:
    return sum(path.is_file() for path in shelf.rglob("*"))


def test_no_transaction_is_open_while_the_store_is_written(
    open_house: House, browser: Client, shelf: Path
) -> None:
    page = post(browser)

    assert FILE in page.links
    assert (kept(open_house), stored(shelf), WatchedStorage.in_transaction) == ([FILE], 1, [False])


@pytest.mark.parametrize(
    "values", [{"csrfmiddlewaretoken": "x" * 64}, {"files": SimpleUploadedFile("empty.txt", b"")}]
)
def test_what_becomes_no_file_of_the_form_is_not_left_in_the_store(
    open_house: House, browser: Client, shelf: Path, values: dict[str, object]
) -> None:
    post(browser, **values)

    assert (kept(open_house), stored(shelf)) == ([], 0)


def test_a_post_with_a_wrong_token_never_reaches_the_store(
    open_house: House, browser: Client, shelf: Path
) -> None:
    post(browser, csrfmiddlewaretoken="x" * 64)

    assert WatchedStorage.in_transaction == []


def test_a_network_address_over_its_limit_stores_nothing(
    open_house: House, browser: Client, shelf: Path, uploads_used_up: None
) -> None:
    page = post(browser)

    assert page.status == 422
    assert "“errors.log” wasn't kept: too many files in an hour." in page.text
    assert page.form(ADDRESS).values["body"] == ANSWERS["body"]
    assert (kept(open_house), WatchedStorage.in_transaction) == ([], [])


def test_a_long_text_that_becomes_a_file_is_stored_before_too(
    open_house: House, browser: Client, shelf: Path
) -> None:
    form = open_form(browser) | ANSWERS | {"body": "A long story. " * 200, "fix": "file:body"}

    page = Page(browser.post(ADDRESS, form))

    [name] = kept(open_house)
    assert name.startswith("text-20")
    assert f"The whole text is attached: {name}" in page.form(ADDRESS).values["body"]
    assert (stored(shelf), WatchedStorage.in_transaction) == (1, [False])


@pytest.mark.parametrize("content", [b"line", b""], ids=["kept", "refused for what it is"])
def test_a_file_is_counted_once(open_house: House, browser: Client, shelf: Path, content: bytes) -> None:
    with tenant_scope(open_house.tenant.pk):
        before = UPLOADS.spent(RequestFactory().get("/"))

    post(browser, files=SimpleUploadedFile(FILE, content))

    with tenant_scope(open_house.tenant.pk):
        assert UPLOADS.spent(RequestFactory().get("/")) == before + 1


@pytest.mark.parametrize("role", [None, Role.CUSTOMER, Role.AGENT])
def test_only_the_team_stores_by_a_form_of_the_desk_and_without_a_limit(
    open_house: House, shelf: Path, uploads_used_up: None, role: Role | None
) -> None:
    desk = Client(headers={"host": open_house.host})
    with tenant_scope(open_house.tenant.pk):
        customer = make_member("customer@acme.example", name="Cleo")
        ticket = make_ticket(open_house, customer)
        if role:
            desk.force_login(make_member("x@acme.example", role=role, team=open_house.team))

    desk.post(
        f"/admin/tickets/ticket/{ticket.pk}/note/",
        {"body": "Look", "submission_key": str(uuid.uuid4()), "files": SimpleUploadedFile(FILE, b"line")},
    )

    is_agent = role == Role.AGENT
    assert WatchedStorage.in_transaction == [False] * is_agent
    assert (kept(open_house), stored(shelf)) == ([FILE] * is_agent, int(is_agent))


def test_an_ended_session_is_nobodys(open_house: House, shelf: Path) -> None:
    desk = Client(headers={"host": open_house.host})
    with tenant_scope(open_house.tenant.pk):
        agent = make_member("agent@acme.example", role=Role.AGENT, team=open_house.team)
        desk.force_login(agent)
        key = desk.cookies["session"].value
        valid = person_of_session(key)
        agent.set_password("another-word")
        agent.save()

        assert (valid, person_of_session(key), person_of_session("x" * 32)) == (agent, None, None)


def test_a_stranger_without_the_form_stores_nothing(open_house: House, browser: Client, shelf: Path) -> None:
    browser.post(ADDRESS, ANSWERS | {"upload": "1", "files": SimpleUploadedFile(FILE, b"line")})

    assert WatchedStorage.in_transaction == []


def test_a_full_store_is_asked_once_and_told(
    open_house: House, browser: Client, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WatchedStorage, "is_full", True)

    page = post(browser)

    assert page.status == 422
    assert "“errors.log” couldn't be kept: our file store is away." in page.text
    assert page.form(ADDRESS).values["body"] == ANSWERS["body"]
    assert WatchedStorage.in_transaction == [False]

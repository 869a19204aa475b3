"""Files of a form without script are in the store before the request's transaction begins, or nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accounts.addresses import forget_tenants
from accounts.hosts import forget_hosts
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_house
from tests.pages import Page
from tests.tickets.views.asking import ADDRESS, ANSWERS, open_form
from tickets.models import Attachment

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

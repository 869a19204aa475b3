"""Recordings that a real browser sends straight to an object store of another origin, past a policy that is strict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House
from tests.journeys.conftest import Visitor
from tests.object_store import ObjectStore, put_to_use
from tickets.models import Attachment

FORM = "/contact/refund-late/"
FILM = b"\0\0\0\x18ftypmp42" + Random("film").randbytes(3_000_000)
READY = ".file .tag-ok:visible"


@pytest.fixture
def store(settings: LazySettings, tmp_path: Path) -> Iterator[ObjectStore]:
    """The product's store, with recordings from a megabyte on."""
    with ObjectStore(tmp_path) as running:
        put_to_use(running, settings, direct_from=1_000_000)
        yield running


def choose(page: Page, content: bytes, name: str = "film.mp4") -> None:
    page.set_input_files("[name=files]", {"name": name, "mimeType": "video/mp4", "buffer": content})


def press(page: Page) -> None:
    page.locator("form.form .button-primary").click()


def test_a_recording_goes_to_the_store_and_with_the_request(
    store: ObjectStore, live_house: House, visit: Callable[..., Visitor]
) -> None:
    visitor = visit()
    page = visitor.open(FORM)

    choose(page, FILM)
    expect(page.locator(READY)).to_have_count(1, timeout=30_000)
    for name, text in (("subject", "A film"), ("body", "See it."), ("email", "ana@elsewhere.example")):
        page.fill(f"[name={name}]", text)
    press(page)
    expect(page.locator(".summary-list")).to_contain_text("film.mp4")
    press(page)
    page.wait_for_url("**/contact/sent/**")

    with tenant_scope(live_house.tenant.pk):
        file = Attachment.objects.select_related("message__ticket").get()
    assert file.message is not None
    assert (file.message.ticket.subject, file.size, file.media_type) == ("A film", len(FILM), "video/mp4")
    assert store.contents() == [FILM]
    assert "PUT" in {method for method, _path in store.asked}
    assert visitor.complaints == []


def test_a_store_that_is_ill_is_tried_again_and_a_program_is_refused(
    store: ObjectStore, live_house: House, visit: Callable[..., Visitor]
) -> None:
    page = visit().open(FORM)
    store.is_ill = True

    choose(page, FILM)
    expect(page.locator(".file-failed")).to_contain_text("“film.mp4” wasn’t uploaded", timeout=60_000)
    store.is_ill = False
    page.get_by_role("button", name="Try again film.mp4").click()
    expect(page.locator(READY)).to_have_count(1, timeout=30_000)
    choose(page, b"MZ" + FILM, "setup.mp4")

    expect(page.locator(".file-failed")).to_contain_text("because it is a program", timeout=30_000)
    assert store.contents() == [FILM]

"""A file is held back until the scanner has answered, and pictures get a small one, in the worker."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import Member
from helpdesk.clamd import Clamd, ScannerAway
from helpdesk.metrics import file_figures
from helpdesk.thumbnails import thumbnail_of
from tests.factories.cast import House
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.pictures import SECRET, gif, jpeg, png, png_of, webp
from tests.tickets.scanner import EICAR, Scanner
from tickets.actions.files import drop_file, keep_file
from tickets.models import Attachment, Message
from tickets.tasks import treat_files


@pytest.fixture
def scanner(settings: LazySettings) -> Iterator[Scanner]:
    with Scanner() as running:
        settings.SCANNER = running.address
        yield running


def kept(content: bytes, name: str = "log.txt", message: Message | None = None) -> Attachment:
    """A stored file, of a message when it is given."""
    file = keep_file(SimpleUploadedFile(name, content), draft_key=uuid.uuid4(), uploaded_by=None)
    Attachment.objects.filter(pk=file.pk).update(message=message)
    return file


def now_again() -> None:
    """As if the pause before the next try were over."""
    Attachment.objects.filter(treat_after__isnull=False).update(treat_after=timezone.now())


def test_without_a_scanner_a_file_is_ready_at_once(house: House) -> None:
    file = kept(b"line")

    assert (file.state, file.treat_after) == ("ready", None)


def test_a_clean_file_is_ready_once_it_was_looked_at(house: House, scanner: Scanner) -> None:
    content = bytes(range(256)) * 1000
    file = kept(content, "a.bin")
    before = file.state

    treated = treat_files()

    file.refresh_from_db()
    assert (before, treated, file.state, file.verdict, file.treat_after) == ("checking", 1, "ready", "", None)
    assert scanner.seen == [content]


def test_a_harmful_file_is_named_and_never_served(
    house: House, scanner: Scanner, site: Client, customer: Member, agent: Member
) -> None:
    ticket = make_ticket(house, customer)
    file = kept(b"hello " + EICAR, message=Message.objects.get(ticket=ticket))
    site.force_login(customer)
    desk = Client(headers={"host": house.host})
    desk.force_login(agent)
    address = f"/files/{file.pk}/log.txt"
    waiting = Page(site.get(f"/tickets/{ticket.number}/")).text
    unserved = site.get(address).status_code

    treat_files()

    file.refresh_from_db()
    assert (file.state, file.verdict) == ("quarantined", "Eicar-Test-Signature")
    assert "Checking" in waiting
    assert [unserved, site.get(address).status_code, desk.get(address).status_code] == [404, 404, 404]
    for page in (
        site.get(f"/tickets/{ticket.number}/"),
        desk.get(f"/admin/tickets/ticket/{ticket.pk}/change/"),
    ):
        assert "Held back: our scanner found “Eicar-Test-Signature” in it." in Page(page).text
        assert address not in page.content.decode()


def test_while_the_scanner_is_away_the_file_waits(house: House, settings: LazySettings) -> None:
    with Scanner() as gone:
        settings.SCANNER = gone.address
    file = kept(b"line")

    treat_files()

    file.refresh_from_db()
    assert file.state == "checking"
    assert file.treat_after
    assert file.treat_after > timezone.now()
    assert treat_files() == 0  # not before the pause is over
    with Scanner() as back:
        settings.SCANNER = back.address
        now_again()
        treat_files()
    file.refresh_from_db()
    assert file.state == "ready"


def test_prometheus_hears_how_many_wait(house: House, scanner: Scanner) -> None:
    kept(b"line")
    kept(b"another")

    before = file_figures()
    treat_files()

    assert "\nhelpdesk_files_checking 2\n" in before
    assert "\nhelpdesk_files_checking 0\n" in file_figures()
    assert "\nhelpdesk_files_checking_oldest_seconds 0" in file_figures()


def test_a_file_that_was_removed_meanwhile_is_passed_over(house: House, scanner: Scanner) -> None:
    file = kept(b"line")
    drop_file(file)

    assert treat_files() == 0


def test_two_workers_look_once(house: House, scanner: Scanner) -> None:
    kept(b"line")

    assert (treat_files(), treat_files()) == (1, 0)
    assert len(scanner.seen) == 1


@pytest.mark.parametrize(
    "answer",
    [b"stream: Can't allocate memory ERROR", b"", b"nonsense", b"INSTREAM size limit exceeded. ERROR"],
)
def test_no_answer_is_no_yes(scanner: Scanner, answer: bytes) -> None:
    scanner.answer = answer

    with pytest.raises(ScannerAway):
        Clamd(*scanner.address).scan([b"line"])


def test_a_file_beyond_the_scanners_limit_is_not_taken_for_clean(scanner: Scanner) -> None:
    scanner.limit = 100

    with pytest.raises(ScannerAway):
        Clamd(*scanner.address).scan([b"x" * 5000] * 2000)


def test_a_socket_in_the_file_system_does_too(tmp_path: Path) -> None:
    with Scanner(tmp_path) as running:
        assert Clamd(*running.address).scan([EICAR]) == "Eicar-Test-Signature"


@pytest.mark.parametrize("make", [jpeg, png, gif, webp])
def test_a_picture_gets_a_small_one(house: House, site: Client, customer: Member, make: Any) -> None:
    ticket = make_ticket(house, customer)
    file = kept(make(), "photo.png", message=Message.objects.get(ticket=ticket))
    site.force_login(customer)

    treat_files()

    file.refresh_from_db()
    address = f"/thumbnails/{file.pk}/"
    reply = site.get(address)
    assert address in site.get(f"/tickets/{ticket.number}/").content.decode()
    assert (reply["Content-Type"], reply["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert SECRET not in reply.content
    with Image.open(io.BytesIO(reply.content)) as image:
        assert (image.format, image.size) == ("WEBP", (64, 48))


def test_a_turned_picture_is_small_and_upright() -> None:
    out = io.BytesIO()
    block = Image.Exif()
    block[0x0112] = 6
    Image.new("RGB", (1600, 800), "red").save(out, "JPEG", exif=block)

    small = thumbnail_of(out)

    assert small
    with Image.open(io.BytesIO(small)) as image:
        assert image.size == (160, 320)


@pytest.mark.parametrize(
    "content",
    [b"", b"line", jpeg()[:100], png_of(9000, 5000), png_of(8, 8)[:60], png()[:300], gif()[:40], webp()[:80]],
)
def test_a_broken_or_huge_picture_has_none(content: bytes) -> None:
    started = time.monotonic()

    small = thumbnail_of(io.BytesIO(content))

    assert small is None
    assert time.monotonic() - started < 2


def test_a_file_takes_its_small_one_along(house: House, django_capture_on_commit_callbacks: Any) -> None:
    file = kept(jpeg(), "photo.jpg")
    treat_files()
    file.refresh_from_db()
    keys = [str(file.content.name), file.thumbnail]

    with django_capture_on_commit_callbacks(execute=True):
        drop_file(file)

    assert [default_storage.exists(key) for key in keys] == [False, False]


def test_a_new_file_asks_the_worker_at_once(
    house: House, scanner: Scanner, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        kept(b"line")

    assert len(callbacks) == 1

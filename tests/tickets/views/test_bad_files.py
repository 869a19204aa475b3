"""Files made to harm, one by one, through the form and in pieces: a right answer each time, and nothing that runs."""

from __future__ import annotations

import base64
import errno
import json
import resource
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.test import Client

from accounts.models import Member
from tests.corpora.folder import corpus
from tests.factories.cast import House
from tests.pages import Page
from tests.tickets.scanner import Scanner
from tests.tickets.views.asking import open_form
from tests.tickets.views.tus_client import TUS, begin, send, upload
from tickets.models import Attachment, Ticket
from tickets.tasks import treat_files

REFUSED = {"png-bomb-20000x20000.png", "png-header-60000x60000.png"}
SHOWN = {"gif-5000-frames.gif": "image/gif"}
ADDRESS = "/contact/refund-late/"


@pytest.fixture
def at_home(site: Client, customer: Member) -> Client:
    site.force_login(customer)
    return site


def by_form(site: Client, name: str, content: bytes) -> HttpResponseBase:
    """Chosen in the form, and *Upload files* pressed."""
    values = {"key": str(uuid.uuid4()), "upload": "1", "files": SimpleUploadedFile(name, content)}
    return site.post(ADDRESS, values)


WAYS = pytest.mark.parametrize(
    "send_file", [by_form, lambda *a: upload(a[0], a[2], name=a[1])], ids=["form", "tus"]
)


@WAYS
def test_every_bad_file_gets_its_answer(house: House, at_home: Client, send_file: Callable[..., Any]) -> None:
    for path in sorted(corpus("badfiles", "files").iterdir()):
        content, started, memory = path.read_bytes(), time.monotonic(), peak()

        answer = send_file(at_home, path.name, content)
        treat_files()

        assert time.monotonic() - started < 10, path.name  # 2 s on a machine of its own
        assert peak() - memory < 100_000_000, path.name
        if path.name in REFUSED:
            said = answer.json()["detail"] if "json" in answer["Content-Type"] else Page(answer).text
            assert answer.status_code == 422, path.name
            assert f"“{path.name}” has too many pixels" in said
            continue
        assert answer.status_code in {200, 204}, path.name
        file = Attachment.objects.latest("pk")
        reply: Any = at_home.get(f"/files/{file.pk}/{file.name}")
        assert b"".join(reply) == content, path.name
        assert reply["X-Content-Type-Options"] == "nosniff"
        assert reply["Content-Security-Policy"] == "sandbox; default-src 'none'"
        wanted = SHOWN.get(path.name)
        assert reply["Content-Disposition"].startswith("inline" if wanted else "attachment"), path.name
        assert reply["Content-Type"].partition(";")[0] not in {
            "text/html",
            "image/svg+xml",
            "application/xhtml+xml",
        }
        if wanted:
            assert reply["Content-Type"] == wanted


def test_the_test_virus_is_held_back(house: House, at_home: Client, settings: LazySettings) -> None:
    content = base64.b64decode(corpus("badfiles", "files", "eicar.base64.txt").read_bytes())
    with Scanner() as scanner:
        settings.SCANNER = scanner.address
        address = begin(at_home, len(content), name="eicar.com.txt")["Location"]
        send(at_home, address, content)
        before = at_home.get(address).json()

        treat_files()

    after = at_home.get(address).json()
    assert (before["state"], before["url"]) == ("checking", "")
    assert (after["state"], after["url"]) == ("quarantined", "")
    assert after["detail"] == "Held back: our scanner found “Eicar-Test-Signature” in it."


@WAYS
def test_every_bad_name_is_cleaned_or_refused(
    house: House, at_home: Client, send_file: Callable[..., Any]
) -> None:
    for case in json.loads(corpus("badfiles", "filenames.json").read_text()):
        answer = send_file(at_home, case["filename"], b"line")

        if answer.status_code == 422:
            said = answer.json()["detail"] if "json" in answer["Content-Type"] else Page(answer).text
            assert "because it is a program" in said, case
            continue
        assert answer.status_code in {200, 204}, case
        file = Attachment.objects.latest("pk")
        reply: Any = at_home.get(f"/files/{file.pk}/{file.name}")
        assert b"".join(reply) == b"line", case
        assert all(sign.isprintable() for sign in file.name), case
        assert "\n" not in reply["Content-Disposition"]


class FullDisk(FileSystemStorage):
    """A disk on which there is room for the first bytes only, as a full one behaves."""

    is_full = True

    def _save(self, name: str, content: Any) -> str:
        if not FullDisk.is_full:
            return str(super()._save(name, content))  # type: ignore[misc]
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.read(2))
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def full_disk(settings: LazySettings, tmp_path: Path) -> Path:
    FullDisk.is_full = True
    backend = {"BACKEND": f"{__name__}.FullDisk", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": backend}
    return tmp_path


def test_a_full_store_keeps_the_text_and_offers_no_half_file(
    house: House, site: Client, full_disk: Path
) -> None:
    values = open_form(site) | {"subject": "Refund", "body": "It is late.", "email": "ana@elsewhere.example"}
    upload = SimpleUploadedFile("log.txt", b"line")

    answer = site.post(ADDRESS, {**values, "files": upload})
    page = Page(answer)
    FullDisk.is_full = False
    kept = Page(answer).form(ADDRESS).values

    assert answer.status_code == 422
    assert "“log.txt” couldn't be kept: our file store is away. Try again in a few minutes." in page.text
    assert (kept["subject"], kept["body"]) == ("Refund", "It is late.")
    assert (Attachment.objects.count(), Ticket.objects.count()) == (0, 0)
    assert [path for path in full_disk.rglob("*") if path.is_file()] == []


def test_a_full_store_keeps_what_came_before_and_goes_on(site: Client, full_disk: Path) -> None:
    FullDisk.is_full = False
    address = begin(site, 6)["Location"]
    send(site, address, b"abc")
    FullDisk.is_full = True

    refused = send(site, address, b"def", at=3)
    there = site.head(address, headers=TUS)["Upload-Offset"]
    FullDisk.is_full = False
    again = send(site, address, b"def", at=3)

    assert (refused.status_code, there, again.status_code) == (503, "3", 204)
    assert [path.read_bytes() for path in full_disk.rglob("*") if path.is_file()] == [b"abcdef"]


def test_a_store_that_fills_up_before_the_end_loses_nothing(site: Client, full_disk: Path) -> None:
    FullDisk.is_full = False
    address = begin(site, 3)["Location"]
    original = FullDisk._save
    calls = []

    def second_fails(self: FullDisk, name: str, content: Any) -> str:
        calls.append(name)
        FullDisk.is_full = len(calls) == 2
        return original(self, name, content)

    FullDisk._save = second_fails  # type: ignore[method-assign]
    try:
        refused = send(site, address, b"abc")
        again = send(site, address, b"", at=3)
    finally:
        FullDisk._save = original  # type: ignore[method-assign]

    assert (refused.status_code, again.status_code) == (503, 204)
    assert [path.read_bytes() for path in full_disk.rglob("*") if path.is_file()] == [b"abc"]


def peak() -> int:
    """The most memory that this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

"""An object store that browsers reach themselves: recordings go there, downloads come from there, by signed addresses."""

from __future__ import annotations

import datetime as dt
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Member
from helpdesk.direct import presigned_get
from tests.factories.cast import House
from tests.object_store import ObjectStore, put_to_use
from tests.pictures import SECRET, jpeg
from tests.tickets.views.tus_client import TUS, begin, send, upload
from tickets.actions.files import NotKept, keep_file
from tickets.models import Attachment, Upload
from tickets.tasks import treat_files

FILM = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40


@pytest.fixture
def store(settings: LazySettings, tmp_path: Path) -> Iterator[ObjectStore]:
    """The product's store, with recordings from a kilobyte on."""
    with ObjectStore(tmp_path) as running:
        put_to_use(running, settings, direct_from=1000)
        yield running


def fetch(
    address: str, *, method: str = "GET", content: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, bytes, Any]:
    """What the store answers a browser: status, content and headers."""
    request = urllib.request.Request(address, content, headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


def begin_direct(site: Client, size: int = len(FILM), name: str = "film.mp4") -> Any:
    """Asks where to send a recording."""
    return begin(site, size, name=name, headers={"upload-direct": "1"})


def put(way: dict[str, Any], content: bytes, **changed: Any) -> int:
    """Sends it there; the store's answer."""
    given = {"address": way["url"], "method": way["method"], "headers": way["headers"], **changed}
    return fetch(content=content, **given)[0]


def test_a_recording_goes_straight_to_the_store(site: Client, store: ObjectStore) -> None:
    begun = begin_direct(site)
    way = begun.json()

    sent = put(way["direct"], FILM)
    done = site.post(way["done"], headers=TUS)

    file = Attachment.objects.get()
    assert (begun.status_code, sent, done.status_code) == (201, 200, 204)
    assert done["Upload-Attachment"] == str(file.pk)
    assert (file.name, file.size, file.media_type) == ("film.mp4", len(FILM), "video/mp4")
    assert store.contents() == [FILM]
    assert site.get(begun["Location"]).json()["state"] == "ready"
    assert fetch(site.get(f"/files/{file.pk}/film.mp4")["Location"])[1] == FILM


@pytest.mark.parametrize(
    "change",
    [
        {"content": FILM + b"x"},
        {"content": FILM[:-1]},
        {"headers": {"Content-Type": "text/html"}},
        {"method": "DELETE"},
        {"elsewhere": True},
    ],
    ids=["larger", "smaller", "another type", "another method", "another key"],
)
def test_the_address_is_good_for_this_file_only(
    site: Client, store: ObjectStore, change: dict[str, Any]
) -> None:
    way = begin_direct(site).json()["direct"]
    if change.pop("elsewhere", False):
        parts = urlsplit(way["url"])
        way["url"] = way["url"].replace(parts.path, f"/desk/tenants/1/{uuid.uuid4().hex}")
    content = change.pop("content", FILM)

    status = put(way, content, **change)

    assert status == 403
    assert store.contents() == []


def test_what_did_not_arrive_is_told(site: Client, store: ObjectStore) -> None:
    begun = begin_direct(site)

    done = site.post(begun.json()["done"], headers=TUS)

    assert (done.status_code, done.json()["detail"]) == (422, "“film.mp4” didn't arrive. Send it again.")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("film.mp4", b"MZ" + bytes(5000), "because it is a program"),
        ("photo.jpg", jpeg(), "is larger than 1000\xa0bytes"),
    ],
)
def test_what_may_not_be_attached_is_refused_and_gone(
    site: Client, store: ObjectStore, name: str, content: bytes, words: str
) -> None:
    begun = begin_direct(site, len(content), name)
    way = begun.json()
    put(way["direct"], content)

    done = site.post(way["done"], headers=TUS)

    assert done.status_code == 422
    assert words in done.json()["detail"]
    assert name in done.json()["detail"]
    assert store.contents() == []


def test_what_comes_after_it_was_looked_at_is_not_served(site: Client, store: ObjectStore) -> None:
    begun = begin_direct(site)
    way = begun.json()
    put(way["direct"], FILM)
    site.post(way["done"], headers=TUS)

    again = put(way["direct"], FILM[::-1])

    file = Attachment.objects.get()
    assert again == 200
    assert fetch(site.get(f"/files/{file.pk}/film.mp4")["Location"])[1] == FILM


def test_nobody_else_ends_it(site: Client, house: House, store: ObjectStore) -> None:
    done = begin_direct(site).json()["done"]

    assert Client(headers={"host": house.host}).post(done, headers=TUS).status_code == 404
    assert site.get(done).status_code == 405


def test_pieces_do_not_go_where_the_browser_sends_by_itself(site: Client, store: ObjectStore) -> None:
    address = begin_direct(site)["Location"]

    assert send(site, address, b"abc").status_code == 409


@pytest.mark.parametrize(("direct", "status"), [("", 413), ("1", 413)])
def test_without_a_public_store_the_limit_stays(
    site: Client, settings: LazySettings, store: ObjectStore, direct: str, status: int
) -> None:
    settings.PUBLIC_STORE = settings.PUBLIC_STORE if not direct else ""

    assert begin(site, 5000, headers={"upload-direct": direct}).status_code == status


def test_a_recording_has_a_limit_too(site: Client, settings: LazySettings, store: ObjectStore) -> None:
    settings.LARGE_FILE_SIZE_LIMIT = 5000

    answer = begin_direct(site, 5001)

    assert (answer.status_code, Upload.objects.count()) == (413, 0)


def test_downloads_are_signed_for_minutes_with_a_fixed_type(site: Client, store: ObjectStore) -> None:
    upload(site, b"<html><script>alert(1)</script>", name="تقرير.html")
    file = Attachment.objects.get()

    reply = site.get(f"/files/{file.pk}/{file.name}")
    address = reply["Location"]
    status, content, headers = fetch(address)

    assert (reply.status_code, reply["Cache-Control"]) == (302, "private, no-store")
    assert int(parse_qs(urlsplit(address).query)["X-Amz-Expires"][0]) == 300
    assert (status, content) == (200, b"<html><script>alert(1)</script>")
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    tampered = [
        address.replace("text%2Fplain", "text%2Fhtml"),
        address.replace("attachment", "inline"),
        address.replace(str(file.content.name), f"tenants/1/{uuid.uuid4().hex}"),
        address.split("?", maxsplit=1)[0],
    ]
    assert [fetch(other)[0] for other in tampered] == [403] * 4
    assert fetch(address, method="PUT", content=b"x")[0] == 403
    assert fetch(f"http://{store.host}/desk?list-type=2")[0] == 403


def test_a_signed_address_runs_out(store: ObjectStore) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(seconds=301)):
        old = presigned_get("tenants/1/x", {})
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(seconds=290)):
        young = presigned_get("tenants/1/x", {})

    assert [fetch(address)[0] for address in (old, young)] == [403, 404]


def test_pieces_and_pictures_work_as_on_a_disk(
    site: Client, store: ObjectStore, customer: Member, settings: LazySettings
) -> None:
    content = jpeg()
    site.force_login(customer)
    settings.FILE_SIZE_LIMIT = 100_000
    begun = begin(site, len(content), name="photo.jpg")
    send(site, begun["Location"], content[:700])
    last = send(site, begun["Location"], content[700:], at=700)

    treat_files()

    file = Attachment.objects.get()
    small = site.get(f"/thumbnails/{file.pk}/")
    assert last.status_code == 204
    assert SECRET not in b"".join(store.contents())
    assert (file.media_type, small["Content-Type"], len(store.contents())) == ("image/jpeg", "image/webp", 2)


def test_while_the_store_is_ill_the_person_is_told_and_nothing_is_lost(
    site: Client, store: ObjectStore
) -> None:
    address = begin(site, 6, name="log.txt")["Location"]
    send(site, address, b"abc")
    store.is_ill = True

    answer = send(site, address, b"def", at=3)
    kept = site.head(address, headers=TUS)["Upload-Offset"]
    store.is_ill = False
    again = send(site, address, b"def", at=3)

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer.json()["detail"] == (
        "“log.txt” couldn't be kept: our file store is away. Try again in a few minutes."
    )
    assert (kept, again.status_code) == ("3", 204)
    assert store.contents() == [b"abcdef"]


def test_the_form_says_so_too(house: House, store: ObjectStore) -> None:
    store.is_ill = True

    with pytest.raises(NotKept, match="our file store is away"):
        keep_file(SimpleUploadedFile("a.txt", b"line"), draft_key=uuid.uuid4(), uploaded_by=None)

    assert Attachment.objects.count() == 0

"""Uploads that go on after a lost connection: the protocol tus 1.0.0, its limits, and who may go on."""

from __future__ import annotations

import datetime as dt
import struct
import uuid
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from tests.factories.cast import House
from tests.pages import Page
from tests.tickets.views.asking import ADDRESS, ANSWERS, open_form, use_up
from tests.tickets.views.tus_client import PIECE, TUS, begin, metadata, send, upload
from tickets.models import Attachment, Upload
from tickets.tasks import clear_drafts
from tickets.views.limits import PIECES, UPLOADS

CONTENT = b"0123456789" * 30_000


@pytest.fixture
def shelf(settings: LazySettings, tmp_path: Path) -> Path:
    """A store of files of this test's own."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        }
    }
    return tmp_path


def stored(shelf: Path) -> list[bytes]:
    """The content of everything in the store."""
    return sorted(path.read_bytes() for path in shelf.rglob("*") if path.is_file())


def test_options_tell_what_is_spoken(site: Client) -> None:
    answer = site.options("/uploads/")

    assert answer.status_code == 204
    assert {name: answer[name] for name in ("Tus-Version", "Tus-Extension", "Tus-Max-Size")} == {
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,termination,expiration",
        "Tus-Max-Size": str(25 * 1024 * 1024),
    }


def test_pieces_become_one_file_of_the_form(shelf: Path, site: Client) -> None:
    draft = uuid.uuid4()
    begun = begin(site, len(CONTENT), name="trace.log", draft=draft)
    address = begun["Location"]

    first = send(site, address, CONTENT[:100_000])
    told = site.head(address, headers=TUS)
    second = send(site, address, CONTENT[100_000:], at=100_000)

    file = Attachment.objects.get()
    assert (begun.status_code, begun["Upload-Offset"]) == (201, "0")
    assert (first.status_code, first["Upload-Offset"]) == (204, "100000")
    assert (told["Upload-Offset"], told["Upload-Length"], told["Cache-Control"]) == (
        "100000",
        str(len(CONTENT)),
        "no-store",
    )
    assert (second.status_code, second["Upload-Offset"]) == (204, str(len(CONTENT)))
    assert second["Upload-Attachment"] == str(file.pk)
    assert (file.name, file.size, file.media_type, file.draft_key) == (
        "trace.log",
        len(CONTENT),
        "text/plain",
        draft,
    )
    assert stored(shelf) == [CONTENT]
    assert b"".join(site.get(f"/files/{file.pk}/trace.log")) == CONTENT


def test_facts_say_how_far_it_is(shelf: Path, site: Client) -> None:
    address = begin(site, 6)["Location"]
    send(site, address, b"abc")

    before = site.get(address).json()
    send(site, address, b"def", at=3)
    after = site.get(address).json()

    file = Attachment.objects.get()
    assert before == {
        "name": "log.txt",
        "size": 6,
        "offset": 3,
        "state": "uploading",
        "url": "",
        "thumbnail": "",
        "attachment": None,
        "detail": "",
    }
    assert after == before | {
        "offset": 6,
        "state": "ready",
        "url": f"/files/{file.pk}/log.txt",
        "attachment": file.pk,
    }


def test_the_form_shows_what_was_uploaded(shelf: Path, site: Client, house: House) -> None:
    form = open_form(site)
    upload(site, b"line", name="found.txt", draft=form["key"])

    page = site.post("/contact/refund-late/", form | {"upload": "1"})

    assert "found.txt" in page.content.decode()


@pytest.mark.parametrize("at", [0, 2, 4])
def test_a_piece_for_another_place_is_a_conflict(shelf: Path, site: Client, at: int) -> None:
    address = begin(site, 6)["Location"]
    send(site, address, b"abc")

    answer = send(site, address, b"xy", at=at)

    assert (answer.status_code, answer["Upload-Offset"]) == (409, "3")
    assert stored(shelf) == [b"abc"]


def test_the_last_piece_twice_is_one_file(shelf: Path, site: Client) -> None:
    address = begin(site, 3)["Location"]

    first = send(site, address, b"abc")
    again = send(site, address, b"", at=3)

    assert (again.status_code, again["Upload-Attachment"]) == (204, first["Upload-Attachment"])
    assert Attachment.objects.count() == 1


def test_more_than_was_said_is_refused(shelf: Path, site: Client) -> None:
    address = begin(site, 3)["Location"]

    answer = send(site, address, b"abcd")

    assert answer.status_code == 413
    assert answer.json() == {"detail": "“log.txt” was said to have 3\xa0bytes, and more than that came."}
    assert stored(shelf) == []


@pytest.mark.parametrize(
    ("headers", "content_type", "status"),
    [
        ({"upload-offset": "0"}, "application/octet-stream", 415),
        ({"upload-offset": "0"}, "multipart/form-data; boundary=x", 415),
        ({}, PIECE, 400),
        ({"upload-offset": "-1"}, PIECE, 400),
        ({"upload-offset": "٣"}, PIECE, 400),
        ({"upload-offset": "9" * 40}, PIECE, 400),
        ({"upload-offset": "0", "tus-resumable": "0.2.2"}, PIECE, 412),
        ({"upload-offset": "0", "tus-resumable": ""}, PIECE, 412),
    ],
)
def test_a_piece_that_breaks_the_protocol_is_refused(
    site: Client, headers: dict[str, str], content_type: str, status: int
) -> None:
    address = begin(site, 3)["Location"]

    answer = site.patch(address, b"abc", content_type=content_type, headers=TUS | headers)

    assert answer.status_code == status
    assert answer["Tus-Resumable"] == "1.0.0"
    assert answer.get("Tus-Version") == ("1.0.0" if status == 412 else None)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"upload-length": "x"}, 400),
        ({"upload-length": "-5"}, 400),
        ({"upload-length": "5", "upload-metadata": ""}, 400),
        ({"upload-length": "5", "upload-metadata": "draft !!!,,filename"}, 400),
        ({"upload-length": "5", "upload-metadata": metadata(draft="x")}, 400),
        ({"upload-length": "5", "tus-resumable": "2.0.0"}, 412),
    ],
)
def test_a_beginning_that_breaks_the_protocol_is_refused(
    site: Client, headers: dict[str, str], status: int
) -> None:
    said = {"upload-metadata": metadata(filename="a.txt", draft=str(uuid.uuid4()))}

    answer = site.post("/uploads/", headers=TUS | said | headers)

    assert answer.status_code == status
    assert Upload.objects.count() == 0


def test_what_cannot_be_attached_is_refused_before_it_comes(site: Client) -> None:
    empty = begin(site, 0)
    large = begin(site, 25 * 1024 * 1024 + 1, name="film.mov")

    assert (empty.status_code, empty.json()["detail"]) == (422, "“log.txt” is empty. Choose another file.")
    assert (large.status_code, large.json()["detail"]) == (
        413,
        "“film.mov” is larger than 25.0\xa0MB. Choose a smaller file.",
    )


def test_the_eleventh_file_is_refused_while_ten_are_on_their_way(shelf: Path, site: Client) -> None:
    draft = uuid.uuid4()
    for number in range(9):
        upload(site, b"line", name=f"{number}.txt", draft=draft)
    tenth = begin(site, 4, draft=draft)

    answer = begin(site, 4, draft=draft)

    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "You can attach up to 10 files. Remove one to add another.",
    )
    assert send(site, tenth["Location"], b"line").status_code == 204


def test_one_that_stalled_does_not_count(site: Client) -> None:
    draft = uuid.uuid4()
    for _number in range(10):
        begin(site, 4, draft=draft)
    Upload.objects.update(moved_at=timezone.now() - dt.timedelta(minutes=16))

    assert begin(site, 4, draft=draft).status_code == 201


def test_too_many_uploads_are_told_when_to_come_again(site: Client, real_limits: None) -> None:
    use_up(UPLOADS)

    answer = begin(site, 4, name="late.txt")

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert answer.json() == {"detail": "“late.txt” wasn't kept: too many files in an hour."}


def test_too_many_pieces_are_told_when_to_come_again(
    site: Client, real_limits: None, settings: LazySettings
) -> None:
    address = begin(site, 4)["Location"]
    settings.RATE_LIMIT_SCALE = 0.01  # sixty, not six thousand
    use_up(PIECES)

    answer = send(site, address, b"ab")

    assert (answer.status_code, "Retry-After" in answer) == (429, True)


def test_nobody_else_goes_on_with_it(site: Client, house: House, customer: Member) -> None:
    address = begin(site, 3)["Location"]
    other = Client(headers={"host": house.host})
    member = Client(headers={"host": house.host})
    member.force_login(customer)
    unknown = f"/uploads/{uuid.uuid4()}/"

    for browser in (other, member):
        for place in (address, unknown):
            answers: list[Any] = [
                browser.head(place, headers=TUS),
                browser.get(place),
                browser.delete(place, headers=TUS),
                send(browser, place, b"abc"),
            ]

            assert [answer.status_code for answer in answers] == [404] * 4

    assert Upload.objects.get().offset == 0


def test_a_members_upload_is_theirs_alone(
    site: Client, house: House, customer: Member, agent: Member
) -> None:
    site.force_login(customer)
    address = begin(site, 3)["Location"]
    colleague = Client(headers={"host": house.host})
    colleague.force_login(agent)
    elsewhere = Client(headers={"host": house.host})
    elsewhere.force_login(customer)

    assert colleague.head(address, headers=TUS).status_code == 404
    assert elsewhere.head(address, headers=TUS).status_code == 200


def test_a_form_token_is_asked_for(house: House) -> None:
    browser = Client(headers={"host": house.host}, enforce_csrf_checks=True)
    browser.get("/contact/refund-late/")
    token = browser.cookies["csrf"].value

    bare = begin(browser, 3)
    begun = begin(browser, 3, headers={"x-csrftoken": token})
    place = begun["Location"]

    assert (bare.status_code, begun.status_code) == (403, 201)
    assert send(browser, place, b"abc").status_code == 403
    assert browser.delete(place, headers=TUS).status_code == 403
    assert send(browser, place, b"abc", headers={"x-csrftoken": token}).status_code == 204


def test_a_post_may_stand_for_another_method_but_a_get_may_not(site: Client) -> None:
    address = begin(site, 3)["Location"]
    said = TUS | {"x-http-method-override": "PATCH", "upload-offset": "0"}

    site.get(address, headers=TUS | {"x-http-method-override": "DELETE"})
    answer = site.post(address, b"abc", content_type=PIECE, headers=said)

    assert (answer.status_code, answer["Upload-Offset"]) == (204, "3")


def test_giving_up_removes_the_pieces(
    shelf: Path, site: Client, django_capture_on_commit_callbacks: Any
) -> None:
    address = begin(site, 6)["Location"]
    send(site, address, b"abc")

    with django_capture_on_commit_callbacks(execute=True):
        answer = site.delete(address, headers=TUS)

    assert answer.status_code == 204
    assert stored(shelf) == []
    assert site.head(address, headers=TUS).status_code == 404


def test_giving_up_a_finished_one_removes_its_file(
    shelf: Path, site: Client, django_capture_on_commit_callbacks: Any
) -> None:
    address = begin(site, 3)["Location"]
    send(site, address, b"abc")

    with django_capture_on_commit_callbacks(execute=True):
        site.delete(address, headers=TUS)

    assert Attachment.objects.count() == 0
    assert stored(shelf) == []


def test_refused_content_is_told_and_gone(shelf: Path, site: Client) -> None:
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in (struct.pack(">4sIIBBBBB", b"IHDR", 60_000, 60_000, 8, 6, 0, 0, 0), b"IDAT", b"IEND")
    )
    address = begin(site, len(bomb), name="big.png")["Location"]

    answer = send(site, address, bomb)

    reason = "“big.png” has too many pixels. Send a smaller picture, 50 megapixels at most."
    assert (answer.status_code, answer.json()) == (422, {"detail": reason})
    assert stored(shelf) == []
    assert site.head(address, headers=TUS).status_code == 410
    assert site.get(address).json()["detail"] == reason
    assert send(site, address, b"", at=len(bomb)).status_code == 422


def test_old_uploads_are_forgotten(
    shelf: Path, site: Client, django_capture_on_commit_callbacks: Any
) -> None:
    for _number in range(2):
        send(site, begin(site, 6)["Location"], b"abc")
    first = Upload.objects.earliest("pk")
    Upload.objects.filter(pk=first.pk).update(expires_at=timezone.now() - dt.timedelta(minutes=1))

    with django_capture_on_commit_callbacks(execute=True):
        clear_drafts()

    assert Upload.objects.filter(pk=first.pk).exists() is False
    assert stored(shelf) == [b"abc"]


def test_the_store_does_not_learn_the_name(shelf: Path, site: Client) -> None:
    upload(site, b"line", name="secret-plan.txt")

    assert "secret" not in " ".join(str(path) for path in shelf.rglob("*"))
    assert default_storage.exists(str(Attachment.objects.get().content.name))


def test_a_piece_costs_the_same_however_many_came(
    site: Client, django_assert_num_queries: Any, shelf: Path
) -> None:
    address = begin(site, 100)["Location"]
    send(site, address, b"abc")
    for at in range(3, 33, 3):
        send(site, address, b"abc", at=at)

    with django_assert_num_queries(16):
        send(site, address, b"abc", at=33)


def test_an_upload_that_stopped_is_offered_again(shelf: Path, site: Client, house: House) -> None:
    values = open_form(site)
    address = begin(site, 8, name="clip.bin", draft=values["key"], mark="1700000000000")["Location"]
    send(site, address, b"abc")
    site.post(ADDRESS, values | {"save": "1"})

    shown = site.get(ADDRESS).content.decode()
    send(site, address, b"defgh", at=3)
    after = site.get(ADDRESS).content.decode()

    assert f'data-resume="{address}" data-name="clip.bin" data-size="8" data-mark="1700000000000"' in shown
    assert "Stopped at 37 %" in shown
    assert "data-resume" not in after
    assert "Stopped at" not in after
    assert 'href="/files/' in after


def test_the_summary_says_what_did_not_arrive(shelf: Path, site: Client, house: House) -> None:
    values = open_form(site)
    send(site, begin(site, 8, name="clip.bin", draft=values["key"])["Location"], b"abc")

    page = Page(site.get(site.post(ADDRESS, values | ANSWERS)["Location"]))

    assert "“clip.bin” did not arrive whole, so it is not sent with the rest." in page.text
    assert page.links["Choose it again"] == f"{ADDRESS}?draft={values['key']}#id_files"


@pytest.mark.parametrize("way", ["removed", "sent by the form"])
def test_an_upload_that_stopped_goes_when_it_is_removed_or_came_another_way(
    shelf: Path, site: Client, house: House, way: str, django_capture_on_commit_callbacks: Any
) -> None:
    values = open_form(site)
    address = begin(site, 8, name="clip.bin", draft=values["key"])["Location"]
    send(site, address, b"abc")
    pressed: dict[str, Any] = {"remove": f"upload:{address.split('/')[2]}"}
    if way != "removed":
        pressed = {"upload": "1", "files": SimpleUploadedFile("clip.bin", b"abcdefgh")}

    with django_capture_on_commit_callbacks(execute=True):
        page = site.post(ADDRESS, values | pressed)

    assert page.status_code == 200
    assert "data-resume" not in page.content.decode()
    assert Upload.objects.count() == 0
    assert stored(shelf) == ([] if way == "removed" else [b"abcdefgh"])


def test_somebody_elses_stopped_upload_is_neither_shown_nor_removed(
    shelf: Path, site: Client, house: House
) -> None:
    values = open_form(site)
    key = begin(site, 8, draft=values["key"])["Location"].split("/")[2]
    other = Client(headers={"host": house.host})

    page = other.post(ADDRESS, open_form(other) | {"remove": f"upload:{key}"})

    assert "data-resume" not in page.content.decode()
    assert Upload.objects.count() == 1


def test_who_signs_in_goes_on_with_the_upload_they_began(
    shelf: Path, site: Client, house: House, customer: Member
) -> None:
    values = open_form(site)
    address = begin(site, 8, name="clip.bin", draft=values["key"])["Location"]
    site.post(ADDRESS, values | {"save": "1"})
    door = Page(site.get("/accounts/login/"))
    form = next(form for form in door.forms if "password" in form.values)
    site.post("/accounts/login/", form.values | {"login": customer.email, "password": "demo-password"})

    shown = site.get(ADDRESS).content.decode()
    last = send(site, address, b"abcdefgh")

    assert f'data-resume="{address}"' in shown
    assert last.status_code == 204
    assert Attachment.objects.get().uploaded_by == customer

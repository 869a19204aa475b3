"""The form of a request: bad input is explained and nothing typed or uploaded is lost."""

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House
from tests.pages import Page
from tests.tickets.views.asking import (
    ADDRESS,
    ANSWERS,
    ask,
    minute_old_stamp,
    open_form,
    send_form,
    use_up,
)
from tickets.models import Attachment, Message, RequestDraft, Ticket
from tickets.views.limits import SUBMISSIONS


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"subject": ""}, "Enter a title"),
        ({"subject": " \u200b\u3164 "}, "Enter a title"),
        ({"subject": "x" * 121}, "Title must be 120 characters or fewer. You have used 121."),
        ({"body": ""}, "Tell us what happened"),
        ({"body": " \r\n \u2060"}, "Tell us what happened"),
        ({"body": "x" * 20_001}, "You have used 20001. Attach long logs as a file."),
        ({"email": ""}, "Enter your email address"),
        ({"email": "ana"}, "Enter an email address in the form name@example.org"),
        (
            {"email": "ana@example.org\nbcc: all@example.org"},
            "Enter an email address in the form name@example.org",
        ),
        (
            {"email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.org"},
            "must be 254 characters or fewer",
        ),
        ({"name": "n" * 121}, "Name must be 120 characters or fewer. You have used 121."),
        ({"impact": "9"}, "Choose one from the list"),
    ],
)
def test_bad_input_is_explained_and_kept(
    house: House, site: Client, wrong: dict[str, str], told: str
) -> None:
    answer = ask(site, **wrong)

    page = Page(answer)
    (name, typed), kept = wrong.popitem(), page.form(ADDRESS).values
    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert page.text.count(told) == 2  # in the summary and beside the box
    assert name == "impact" or kept[name] == typed
    assert {key: kept[key] for key in ANSWERS if key != name} == {
        k: v for k, v in ANSWERS.items() if k != name
    }
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize(
    "typed",
    [
        '<script>alert(1)</script> & "quotes" {{ 7*7 }} %(x)s',
        "👩‍👩‍👧 emoji\n\n\tindented   line\n",
        "تأخر استرداد المبلغ\nالرقم ١١٨٢",
        "bidi \u202eevil\u202c end",
        "x",
    ],
)
def test_text_is_kept_as_typed(house: House, site: Client, typed: str) -> None:
    answer = ask(site, subject="Title <b> & \u202ex", body=typed.replace("\n", "\r\n"))

    assert answer.status_code == 303
    assert Message.objects.get().body == typed.rstrip()
    assert Ticket.objects.get().subject == "Title <b> & \u202ex"


def test_nul_is_dropped(house: House, site: Client) -> None:
    ask(site, subject="A\0B", body="one\0two")

    assert Message.objects.get().body == "onetwo"
    assert Ticket.objects.get().subject == "AB"


def test_longest_texts_are_accepted(house: House, site: Client) -> None:
    answer = ask(site, subject="ä" * 120, body="ü" * 20_000)

    assert answer.status_code == 303
    assert len(Message.objects.get().body) == 20_000


def test_file_sent_with_the_request_belongs_to_it(house: House, site: Client) -> None:
    ask(site, files=SimpleUploadedFile("log.txt", b"line"))

    assert Attachment.objects.get().message == Message.objects.get()


def test_uploaded_file_survives_an_error_and_is_sent(house: House, site: Client) -> None:
    values = open_form(site) | ANSWERS | {"subject": ""}

    wrong = site.post(ADDRESS, values | {"files": SimpleUploadedFile("screen shot.txt", b"line")})
    again = Page(wrong).form(ADDRESS).values | {"subject": "Now with a title"}
    right = send_form(site, ADDRESS, again)

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "screen shot.txt" in Page(wrong).text
    assert Attachment.objects.get().message == Message.objects.get()


def test_upload_button_keeps_files_and_text_and_complains_of_nothing(house: House, site: Client) -> None:
    values = open_form(site) | {"subject": "Half a title"}

    page = Page(site.post(ADDRESS, values | {"upload": "1", "files": SimpleUploadedFile("a.txt", b"line")}))

    form = page.form(ADDRESS)
    assert page.status == 200
    assert not page.title.startswith("Error")
    assert form.values["subject"] == "Half a title"
    assert [button[0] for button in form.buttons] == ["", "remove", "upload", "", "", "clear"]
    assert page.links["a.txt"].startswith("/files/")


def test_waiting_file_is_shown_to_its_uploader_only(house: House, site: Client, customer: Member) -> None:
    values = open_form(site)
    address = Page(
        site.post(ADDRESS, values | {"upload": "1", "files": SimpleUploadedFile("a.txt", b"line")})
    ).links["a.txt"]
    elsewhere = Client(headers={"host": house.host})
    elsewhere.force_login(customer)

    answers = [site.get(address), elsewhere.get(address), Client(headers={"host": house.host}).get(address)]

    assert [answer.status_code for answer in answers] == [200, 404, 404]
    assert b"".join(answers[0]) == b"line"


def test_remove_button_removes_one_file(house: House, site: Client) -> None:
    values = open_form(site)
    files = [SimpleUploadedFile(name, b"line") for name in ("a.txt", "b.txt")]
    site.post(ADDRESS, values | {"upload": "1", "files": files})
    first = Attachment.objects.order_by("pk").first()
    assert first is not None

    page = Page(site.post(ADDRESS, values | {"remove": str(first.pk)}))

    assert page.status == 200
    assert Attachment.objects.get().name == "b.txt"


def test_somebody_else_s_waiting_file_cannot_be_removed(house: House, site: Client) -> None:
    site.post(ADDRESS, open_form(site) | {"upload": "1", "files": SimpleUploadedFile("a.txt", b"line")})
    other = Client(headers={"host": house.host})

    other.post(ADDRESS, open_form(other) | {"remove": str(Attachment.objects.get().pk)})

    assert Attachment.objects.count() == 1


def test_wrong_files_are_named_and_the_others_kept(
    house: House, site: Client, settings: LazySettings
) -> None:
    settings.FILE_SIZE_LIMIT = 10
    files = [
        SimpleUploadedFile("empty.txt", b""),
        SimpleUploadedFile("long.txt", b"x" * 11),
        SimpleUploadedFile("good.txt", b"line"),
    ]

    answer = ask(site, files=files)

    page = Page(answer)
    assert page.status == 422
    assert "“empty.txt” is empty. Choose another file." in page.text
    assert "“long.txt” is larger than 10\xa0bytes." in page.text.replace("10 bytes", "10\xa0bytes")
    assert Attachment.objects.get().name == "good.txt"
    assert page.form(ADDRESS).values["body"] == ANSWERS["body"]


def test_eleventh_file_is_refused_and_ten_are_kept(house: House, site: Client) -> None:
    answer = ask(site, files=[SimpleUploadedFile(f"{number}.txt", b"x") for number in range(11)])

    assert "You can attach up to 10 files. Remove one to add another." in Page(answer).text
    assert Attachment.objects.count() == 10


def test_forged_key_starts_a_new_draft(house: House, site: Client) -> None:
    answer = ask(site, key="' or 1=1 --")

    assert answer.status_code == 303


def test_filled_trap_asks_once_more_and_then_sends(house: House, site: Client) -> None:
    first = ask(site, website="https://spam.example")

    form = next(form for form in Page(first).forms if "seen" in form.values)
    second = site.post(form.action, form.values)

    assert (first.status_code, second.status_code) == (422, 303)
    assert "Press “Send request” again" in Page(first).text


def test_fast_requests_are_asked_once_more_after_the_third(
    house: House, site: Client, real_limits: None
) -> None:
    statuses = [ask(site).status_code for _time in range(4)]

    slow = ask(site, started=minute_old_stamp())

    assert statuses == [303, 303, 303, 422]
    assert slow.status_code == 303


def test_too_many_requests_in_an_hour_keep_the_text(house: House, site: Client, real_limits: None) -> None:
    use_up(SUBMISSIONS)

    answer = ask(site, started=minute_old_stamp(), body="One more.")

    page = Page(answer)
    assert page.status == 429
    assert RequestDraft.objects.get().answers["body"] == "One more."
    assert "One more." in page.text
    assert "You've sent many requests in an hour" in page.text
    assert 0 < int(answer["Retry-After"]) <= 3600


def test_limit_counts_each_tenant_apart(
    house: House, other_house: House, site: Client, other_site: Client, real_limits: None
) -> None:
    use_up(SUBMISSIONS)
    assert ask(site, started=minute_old_stamp()).status_code == 429

    values = Page(other_site.get("/contact/refund-late/")).form(ADDRESS).values

    assert send_form(other_site, ADDRESS, values | ANSWERS).status_code == 303

"""The demo's mail catcher: mail really sent by SMTP, read on its pages."""

import smtplib
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Tenant
from helpdesk.dev.choices import free_port
from helpdesk.dev.environment import CHECKOUT
from helpdesk.dev.mailbox import caught_mails
from helpdesk.dev.postgres import PLAIN
from helpdesk.dev.processes import spawn, wait_until
from helpdesk.dev.units import ask_to_end

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def catcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """The catcher's process; its folder and its port."""
    folder, port = tmp_path_factory.mktemp("mail"), free_port()
    command = [sys.executable, "-m", "helpdesk.dev.catcher", str(folder), "127.0.0.1", str(port)]
    process = spawn(command, variables=PLAIN, folder=CHECKOUT)
    assert wait_until(lambda: _listens(port), seconds=20)
    yield folder, port
    ask_to_end(process)


@pytest.fixture
def platform(settings: Settings, catcher: tuple[Path, int]) -> Client:
    """Somebody who is not signed in, on the platform's host, in the demo."""
    settings.MAIL_CATCHER_DIR = str(catcher[0])
    Tenant.objects.get_or_create(slug=Tenant.PLATFORM, defaults={"name": "Platform"})
    return Client(headers={"host": "localhost"})


def test_a_sent_mail_is_kept_word_for_word(catcher: tuple[Path, int], platform: Client) -> None:
    older, newer = _mail("First"), _mail("Zweite · ثانية")
    newer.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="räksmörgås.png")

    _send(catcher[1], older, ["ann@acme.example"])
    _send(catcher[1], newer, ["ann@acme.example", "bob@acme.example"])

    first, second = platform.get("/mail/messages.json").json()[:2]
    assert first == {
        "to": ["ann@acme.example", "bob@acme.example"],
        "from": "Acme <help@acme.example>",
        "subject": "Zweite · ثانية",
        "date": "2026-11-22T10:00:00+00:00",
        "headers": first["headers"],
        "text": "Hello\n",
        "html": "<p>Hello</p>\n",
        "attachments": [{"name": "räksmörgås.png", "type": "image/png", "size": 4}],
    }
    assert first["headers"]["Message-ID"] == "<1@acme.example>"
    assert "X-Caught-For" not in first["headers"]
    assert (second["subject"], second["to"]) == ("First", ["ann@acme.example"])


def test_a_person_reads_the_list_the_mail_and_its_parts(catcher: tuple[Path, int], platform: Client) -> None:
    mail = _mail("To be read")
    mail.add_attachment(b"one", maintype="text", subtype="html", filename="page.html")
    _send(catcher[1], mail, ["ann@acme.example"])
    name = caught_mails(catcher[0])[0].name

    pages = [platform.get(path) for path in ("/mail/", f"/mail/{name}/")]
    html = platform.get(f"/mail/{name}/html/")
    file = platform.get(f"/mail/{name}/files/0/")

    assert [page.status_code for page in pages] == [200, 200]
    assert all("To be read" in page.content.decode() for page in pages)
    assert html.content == b"<p>Hello</p>\n"
    assert "sandbox" in html["Content-Security-Policy"]
    assert "default-src 'none'" in html["Content-Security-Policy"]
    assert (file["Content-Type"], file["Content-Disposition"]) == ("application/octet-stream", "attachment")


@pytest.mark.parametrize(
    "path", ["/mail/", "/mail/messages.json", "/mail/x/", "/mail/x/html/", "/mail/x/files/0/"]
)
def test_without_the_demo_there_is_no_catcher(platform: Client, settings: Settings, path: str) -> None:
    settings.MAIL_CATCHER_DIR = ""

    assert platform.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/mail/x/", "/mail/..%2F..%2Fetc/", "/mail/00000000000000000000-00000000/"])
def test_a_mail_that_is_not_there_is_not_found(platform: Client, path: str) -> None:
    assert platform.get(path).status_code == 404


def _mail(subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Acme <help@acme.example>"
    mail["To"] = "ann@acme.example"
    mail["Subject"] = subject
    mail["Date"] = "Sun, 22 Nov 2026 10:00:00 +0000"
    mail["Message-ID"] = "<1@acme.example>"
    mail.set_content("Hello\n")
    mail.add_alternative("<p>Hello</p>\n", subtype="html")
    return mail


def _send(port: int, mail: EmailMessage, recipients: list[str]) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        server.send_message(mail, from_addr="bounce@acme.example", to_addrs=recipients)


def _listens(port: int) -> bool:
    try:
        smtplib.SMTP("127.0.0.1", port, timeout=5).quit()
    except OSError:
        return False
    return True

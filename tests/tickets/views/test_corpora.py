"""Hostile input through the submission page: kept as it was, shown as text, files equal byte for byte."""

import html
import json
import os
import re
import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Member
from helpdesk.typed_text import clean_line, clean_text, without_overrides
from tests.factories.cast import House
from tests.pages import Page
from tests.tickets.views.asking import ADDRESS, send_form
from tests.tickets.views.test_prompts import Kind, make_prompt
from tickets.models import Attachment, Message, Rating, Ticket
from tickets.prompts import STEP_NUMBER

# A tenth in every run, all of them as a proof.
OWN_SCRIPT = re.compile(r'<script type="module" src="/static/js/[\w.]+"></script>')
STEPS = [pytest.param(10, id="tenth"), pytest.param(1, id="all", marks=pytest.mark.proof)]


def corpus(*path: str) -> Path:
    """A part of the corpora; the test is skipped on a machine that has none."""
    folder = os.environ.get("CORPORA_DIR")
    if not folder:
        pytest.skip("CORPORA_DIR is not set")
    return Path(folder, *path)


@pytest.fixture
def at_home(site: Client, customer: Member) -> Client:
    site.force_login(customer)
    return site


@pytest.mark.parametrize("step", STEPS)
def test_naughty_strings_are_kept_in_every_box(house: House, at_home: Client, step: int) -> None:
    for case in json.loads(corpus("strings", "strings.json").read_text())[::step]:
        text = case["string"]
        values = {"key": str(uuid.uuid4()), "subject": f"{text[:110]} .", "body": f"{text} ."}
        upload = SimpleUploadedFile(f"{text[:90]} .txt", b"line")

        answer = send_form(at_home, ADDRESS, values | {"files": upload})

        assert answer.status_code == 303, case
        ticket = Ticket.objects.latest("pk")
        assert ticket.subject == clean_line(f"{text[:110]} .".replace("\0", "")), case
        assert Message.objects.get(ticket=ticket).body == clean_text(f"{text} ."), case
        assert shown_text(at_home, ticket) == shown(f"{text} ."), case
        assert downloads(at_home, ticket) == [b"line"], case


@pytest.mark.parametrize("step", STEPS)
def test_hostile_markup_is_shown_as_text(house: House, at_home: Client, step: int) -> None:
    for case in json.loads(corpus("xss", "payloads.json").read_text())[::step]:
        payload = case["payload"][:5000]
        values = {"key": str(uuid.uuid4()), "subject": f"t {payload[:110]}", "body": f"t {payload}"}

        answer = send_form(at_home, ADDRESS, values)

        assert answer.status_code == 303, case
        ticket = Ticket.objects.latest("pk")
        content = at_home.get(f"/tickets/{ticket.number}/").content.decode()
        own = OWN_SCRIPT.sub("", content[content.index("<h1") :])
        assert shown_text(at_home, ticket) == shown(f"t {payload}"), case
        assert not re.search(
            r"<(script|img|iframe|style|object|embed|base|meta|link|math|video)\b", own, re.IGNORECASE
        ), case
        assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", content), case
        assert not re.search(r'(href|src|action)="\s*(javascript|data|vbscript):', content, re.IGNORECASE), (
            case
        )


def test_hostile_files_are_answered_at_once_and_never_run(house: House, at_home: Client) -> None:
    for path in sorted(corpus("badfiles", "files").iterdir()):
        values = {"key": str(uuid.uuid4()), "subject": path.name, "body": path.name}

        upload = SimpleUploadedFile(path.name, path.read_bytes())
        answer = send_form(at_home, ADDRESS, values | {"files": upload})

        assert answer.status_code in {303, 422}, path
        if answer.status_code == 422:
            assert f"“{path.name}”" in Page(answer).text
            continue
        file = Attachment.objects.latest("pk")
        reply = at_home.get(f"/files/{file.pk}/{file.name}")
        assert b"".join(reply) == path.read_bytes()
        assert reply["X-Content-Type-Options"] == "nosniff"
        assert reply["Content-Disposition"].startswith("attachment" if not file.is_inline else "inline")


def test_hostile_file_names_are_cleaned(house: House, at_home: Client) -> None:
    for case in json.loads(corpus("badfiles", "filenames.json").read_text()):
        values = {"key": str(uuid.uuid4()), "subject": case["id"], "body": case["id"]}

        upload = SimpleUploadedFile(case["filename"], b"line")
        answer = send_form(at_home, ADDRESS, values | {"files": upload})

        if answer.status_code == 422:
            assert "because it is a program" in Page(answer).text, case
            continue
        assert answer.status_code == 303, case
        assert downloads(at_home, Ticket.objects.latest("pk")) == [b"line"], case
        assert Attachment.objects.latest("pk").content.name.count("/") == 2


def shown(body: str) -> str:
    """What the page shows of a body: the same, with a run of blank lines as one."""
    return re.sub(r"\n\s*\n", "\n\n", without_overrides(clean_text(body).rstrip()).strip("\n"))


def shown_text(site: Client, ticket: Ticket) -> str:
    """The text of the only message on the ticket's page."""
    content = site.get(f"/tickets/{ticket.number}/").content.decode()
    found = re.search(r'<div class="message-body">(.*?)</div>', content, re.DOTALL)
    assert found
    markup = found[1].replace("</p>\n<p", "</p>\n\n<p").replace("<br>", "\n")
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def downloads(site: Client, ticket: Ticket) -> list[bytes]:
    """The content of every file that the ticket's page links to."""
    content = site.get(f"/tickets/{ticket.number}/").content.decode()
    found = []
    for address in re.findall(r'href="(/files/[^"]*)"', content):
        reply = site.get(html.unescape(address))
        assert "\n" not in reply["Content-Disposition"]
        found.append(b"".join(reply))
    return found


@pytest.mark.timeout(1500)
@pytest.mark.parametrize(
    "step", [pytest.param(40, id="fortieth"), pytest.param(1, id="all", marks=pytest.mark.proof)]
)
def test_hostile_text_in_every_other_box(house: House, at_home: Client, agent: Member, step: int) -> None:
    """The questions of a topic, what is added for the person, links, a number, a reply, why it is opened again, a rating."""
    for kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.STEPS):
        make_prompt(house.category, kind.value, kind)
    attacks = [case["payload"] for case in json.loads(corpus("xss", "payloads.json").read_text())]
    strings = [case["string"] for case in json.loads(corpus("strings", "strings.json").read_text())]
    for text in (attacks + strings)[::step]:
        line, told = f"{text[:180]} .", f"{text[:4000]} ."
        asked = {"ask_text": line, "ask_long_text": told, "ask_steps": told, "device": line, "page": line}
        words = {"key": str(uuid.uuid4()), "subject": "t", "body": "t"}

        sent = send_form(at_home, ADDRESS, words | asked)
        refused = at_home.post(ADDRESS, words | {"key": str(uuid.uuid4()), "cites": line, "links": line})
        ticket = Ticket.objects.latest("pk")
        act_on(at_home, ticket, agent, told)
        page = at_home.get(f"/tickets/{ticket.number}/").content.decode()

        assert sent.status_code == 303, text
        assert refused.status_code == 422, text
        assert Page(refused).form(ADDRESS).values["cites"].split() == line.replace("\0", "").split(), text
        plain = told.replace("\0", "")
        assert ticket.fields["text"] == ticket.metadata["device"] == clean_line(line.replace("\0", "")), text
        assert ticket.fields["long_text"] == clean_text(told), text
        assert without_numbers(ticket.fields["steps"]) == without_numbers(clean_text(plain)), text
        assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", page), text
        assert not re.search(r'(href|src|action)="\s*(javascript|data|vbscript):', page, re.IGNORECASE), text
        assert not re.search(
            r"<(script|img|iframe|object|embed|base|math|video)\b", OWN_SCRIPT.sub("", page), re.IGNORECASE
        ), text


def act_on(site: Client, ticket: Ticket, agent: Member, text: str) -> None:
    """A reply, a solving, a rating with a comment, and why it is opened again: the text in each of them, kept."""
    address = f"/tickets/{ticket.number}/"
    words = {"body": text, "key": str(uuid.uuid4())}
    assert site.post(f"{address}reply/", words).status_code == 303, text
    assert site.post(f"{address}solve/").status_code == 303
    assert site.post(f"{address}rate/", {"score": "4", "comment": text[:2000]}).status_code == 303, text
    assert site.post(f"{address}reopen/", words | {"key": str(uuid.uuid4())}).status_code == 303, text
    kept = list(Message.objects.filter(ticket=ticket).order_by("pk").values_list("body", flat=True))
    assert kept[1:] == [clean_text(text)] * 2, text
    assert Rating.objects.get(ticket=ticket).comment == clean_text(text[:2000]), text


def without_numbers(text: str) -> list[str]:
    """The words of a list, without the numbers before its lines."""
    return [word for line in text.split("\n") for word in clean_line(STEP_NUMBER.sub("", line)).split()]

"""Real mails typed into the form of the running product read back equal everywhere: queue, desk, portal, mail, files."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import pytest

from helpdesk.files import clean_name
from helpdesk.outbox.text import many_lines, one_line
from helpdesk.typed_text import clean_line, clean_text, without_overrides
from tests.corpora.folder import Pasted, mails, pasted, seen_in
from tests.http_browser import Answer, HttpBrowser
from tests.live import Live

pytestmark = [pytest.mark.xdist_group("live"), pytest.mark.timeout(900)]
TOPIC = "/contact/videos/upload-fails/"
CUSTOMER = "customer@acme.example"
NAMED_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
NO_LETTER = re.compile(r"[\W\d_]+")
ROW = re.compile(
    r'queue-number[^>]*><bdi>(?P<number>[^<]+)</bdi>.*?class="row-link"[^>]*>(?P<title>[^<]*)</a>', re.DOTALL
)
BODY = re.compile(r'<div class="message-body">(.*?)</div>', re.DOTALL)
FILE = re.compile(r'href="(/files/[^"]*)"')


@dataclass
class Sent:
    """A mail that became a ticket."""

    mail: Pasted
    number: str
    desk_path: str


@pytest.mark.parametrize(
    "step", [pytest.param(6, id="sample"), pytest.param(1, id="all", marks=pytest.mark.proof)]
)
def test_real_mails_read_back_equal_everywhere(live: Live, step: int) -> None:
    member, agent = live.signed_in(CUSTOMER), live.signed_in("agent@acme.example")
    chosen = mails()[::step]
    before = len(live.mails(CUSTOMER))

    sent = [submit_and_answer(live, member, agent, pasted(path)) for path in chosen]

    live.wait(lambda: len(live.mails(CUSTOMER)) >= before + 2 * len(sent), seconds=120)
    caught = live.mails(CUSTOMER)
    titles = titles_in_queue(agent, {each.number for each in sent})
    for each in sent:
        assert titles[each.number] == clean_line(each.mail.subject), each.mail.name
        answers = [
            mail for mail in caught if each.number in mail["subject"] and mail["subject"].startswith("Re:")
        ]
        assert [mail["subject"] for mail in answers] == [
            one_line(f"Re: [{each.number}] {each.mail.subject}")
        ], each.mail.name
        assert many_lines(clean_text(each.mail.body).rstrip()) in normal(answers[0]["text"]), each.mail.name
    assert len({each.number for each in sent}) == len(chosen)


def submit_and_answer(live: Live, member: HttpBrowser, agent: HttpBrowser, mail: Pasted) -> Sent:
    """Types the mail into the form; an agent answers with its very words. Both read all of it, the answer with what are
    marks in it drawn as such.
    """
    form = member.get(TOPIC)
    if mail.is_too_long:
        refused = member.send(form, TOPIC, {"subject": mail.subject, "body": mail.body})
        assert refused.status_code == 422, mail.name
        kept = refused.page.form(TOPIC).values["body"]
        assert normal(kept) == normal(mail.body).replace("\0", ""), mail.name
        form, mail = refused, mail.shortened()  # the page that refuses is the one people go on with
    uploads = [("files", name, content) for name, content in mail.files]
    answer = member.submit(form, TOPIC, {"subject": mail.subject, "body": mail.body}, uploads)
    assert answer.status_code == 200, (mail.name, answer.page.text)
    assert "/contact/sent/" in answer.path, (mail.name, answer.page.text)
    number = re.search(r"ACME-\d+", answer.page.text)
    assert number, mail.name

    def has_every_file() -> bool:
        return len(links_to_files(member.get(f"/tickets/{number[0]}/"))) == len(mail.files)

    live.wait(has_every_file, seconds=60)  # a file is linked once the worker has looked at it
    portal = member.get(f"/tickets/{number[0]}/")
    desk = agent.get(f"/admin/tickets/ticket/?q={number[0]}")

    wanted = shown(mail.body)
    assert bodies(portal) == [wanted], mail.name
    assert bodies(desk)[-1] == wanted, mail.name  # behind a masked one, where it holds a secret
    assert without_overrides(mail.subject) in html.unescape(portal.text), mail.name
    for page, browser in ((portal, member), (desk, agent)):
        files = [seen_in(content) for content in downloads(browser, page)]
        assert files == [seen_in(content) for _name, content in mail.files], mail.name
    for name, _content in mail.files:
        assert clean_name(name) in html.unescape(portal.text), (mail.name, name)
    reply = next(form.action for form in desk.page.forms if "/reply/" in form.action)
    answered = agent.send(desk, reply, {"body": mail.body, "status": "solved"})
    assert answered.status_code == 200, (mail.name, answered.page.text)
    asked, told = BODY.findall(member.get(portal.path).text)
    assert read(asked) == wanted, mail.name
    assert letters(read(NAMED_LINK.sub(spell, told))) == letters(wanted), mail.name
    return Sent(mail, number[0], desk.path)


def titles_in_queue(agent: HttpBrowser, numbers: set[str]) -> dict[str, str]:
    """The titles as the queue shows them, by number; newest first, page by page."""
    found: dict[str, str] = {}
    path: str | None = f"/admin/tickets/ticket/?q={CUSTOMER}"
    while path and not numbers <= found.keys():
        page = agent.get(path)
        found |= {row["number"]: html.unescape(row["title"]) for row in ROW.finditer(page.text)}
        path = next((url for label, url in page.page.links.items() if label.startswith("Next")), None)
    return found


def bodies(page: Answer) -> list[str]:
    """The messages of a ticket's page as text, oldest first."""
    return [read(markup) for markup in BODY.findall(page.text)]


def read(markup: str) -> str:
    """The text of a message."""
    parted = markup.replace("</p>\n<p", "</p>\n\n<p").replace("<br>", "\n")
    return html.unescape(re.sub(r"<[^>]*>", "", parted))


def spell(link: re.Match[str]) -> str:
    """A link as its writer typed it: with its address behind it, where it has another name."""
    address, name = link.groups()
    return name if letters(name) == letters(address) else f"{name} {address}"


def letters(text: str) -> str:
    """Its letters in their order: marks are drawn, and the numbers of a list are the browser's."""
    return NO_LETTER.sub("", html.unescape(text))


def shown(body: str) -> str:
    """What a page shows of a text: the same, with a run of blank lines as one, and no turned directions."""
    text = without_overrides(clean_text(body).rstrip())
    return re.sub(r"\n\s*\n", "\n\n", text.strip("\n"))


def downloads(browser: HttpBrowser, page: Answer) -> list[bytes]:
    """Every file of the page, byte for byte."""
    return [browser.get(address).content for address in links_to_files(page)]


def links_to_files(page: Answer) -> list[str]:
    """The addresses of the page's files, each once."""
    return list(dict.fromkeys(html.unescape(found) for found in FILE.findall(page.text)))


def normal(text: str) -> str:
    """Line ends as `\\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n")

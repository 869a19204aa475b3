"""The main job, done over HTTP without script: a guest asks with a file, an agent answers, the guest writes back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.http_browser import Answer, HttpBrowser
from tests.live import Live
from tickets.numbers import check_digit

TOPIC = "/contact/videos/upload-fails/"
PICTURE = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\rIDATx\xdac\xf8\xff\xff?\0\5\xfe\2\xfe\xa7\x9a\xa0\xa0\0\0\0\0IEND\xaeB`\x82"
)


@dataclass
class Asked:
    """A request as its writer knows it, and what the product answered."""

    subject: str
    body: str
    name: str
    email: str
    file_name: str
    sent: Answer
    browser: HttpBrowser

    @property
    def number(self) -> str:
        """The number on the screen."""
        found = re.search(r"[A-Z]+-\d{4,}", self.sent.page.text)
        assert found, self.sent.page.text
        return found[0]

    @property
    def typed(self) -> list[str]:
        """Every text of the writer's own choice."""
        return [self.subject, self.body, self.name, self.file_name]


@dataclass
class Talk:
    """The whole job: the request, the mails, and the pages each side saw last."""

    asked: Asked
    receipt: dict[str, Any]
    queue: Answer
    workspace: Answer
    reply: str
    notice: dict[str, Any]
    guest_page: Answer
    write_back: str
    workspace_after: Answer

    @property
    def ticket_id(self) -> int:
        """The ticket's key in the desk's addresses."""
        found = re.search(r"/ticket/(\d+)/change/", self.workspace.path)
        assert found
        return int(found[1])

    @property
    def file_path(self) -> str:
        """Where the guest's file is."""
        return next(url for url in self.guest_page.page.links.values() if url.startswith("/files/"))


def ask(live: Live, slug: str = "acme", topic: str = TOPIC, **options: Any) -> Asked:
    """A guest fills in the form and sends it, with a file."""
    mark = uuid4().hex[:10]
    browser = live.browser(slug, **options)
    asked = Asked(
        subject=f"Zebrafish {mark} stops at 40 percent",
        body=f"It worked on Monday.\n\nNow «{mark}» stops. <b>Error</b> 5 & more.",
        name=f"Quillon {mark}",
        email=f"{mark}@elsewhere.example",
        file_name=f"screen-{mark}.png",
        sent=browser.get(topic),
        browser=browser,
    )
    answers = {"subject": asked.subject, "body": asked.body, "name": asked.name, "email": asked.email}
    asked.sent = browser.submit(asked.sent, topic, answers, [("files", asked.file_name, PICTURE)])
    return asked


def do_main_job(live: Live) -> Talk:
    """All of it, on `acme`."""
    asked = ask(live)
    assert asked.sent.status_code == 200, asked.sent.page.text
    receipt = live.mail(asked.email)
    agent = live.signed_in("agent@acme.example")
    queue = agent.get(f"/admin/tickets/ticket/?q={asked.subject.split()[1]}")
    workspace = agent.get(queue.page.links[asked.subject])
    reply = f"Please update the app, {uuid4().hex[:8]}."
    answered = agent.send(workspace, action_of(workspace, "reply"), {"body": reply, "status": "pending"})
    assert answered.status_code == 200, answered.page.text
    notice = live.mail(asked.email, nth=2)
    guest = live.browser("acme")
    guest_page = guest.get(link_in(notice))
    write_back = f"Updated, and it works, {uuid4().hex[:8]}."
    guest_page = guest.send(guest_page, action_of(guest_page, "reply"), {"body": write_back})
    after = agent.get(workspace.path)
    return Talk(asked, receipt, queue, workspace, reply, notice, guest_page, write_back, after)


def action_of(shown: Answer, act: str) -> str:
    """Where the form for `act` on a ticket's page posts to."""
    return next(form.action for form in shown.page.forms if f"/{act}/" in form.action)


def link_in(mail: dict[str, Any]) -> str:
    """The path of the link in a mail."""
    found = re.search(r"http://[a-z]+\.localhost:\d+(/\S+)", mail["text"])
    assert found, mail["text"]
    return found[1]


def digit_is_right(number: str) -> bool:
    """Whether the last digit of `number` is Damm's digit of those before."""
    digits = number.rpartition("-")[2]
    return check_digit(digits[:-1]) == digits[-1]

"""Bodies of real mails go out as answers and arrive as they were."""

import os
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from helpdesk.outbox.message import message_of
from helpdesk.outbox.render import HTML_LIMIT, render
from helpdesk.outbox.text import many_lines
from tests.outbox.conftest import Enqueue, a_mail
from tests.outbox.peer import Delivery

CORPORA = ("mail-zammad", "mail-discourse", "mail-otobo", "mail-chatwoot")


@pytest.mark.parametrize("corpus", CORPORA)
def test_bodies_of_real_mails_arrive_as_they_were(enqueue: Enqueue, corpus: str) -> None:
    folder = os.environ.get("CORPORA_DIR")
    if not folder:
        pytest.skip("CORPORA_DIR is not set")
    files = sorted(path for path in Path(folder, corpus, "mails").rglob("*") if path.is_file())
    assert files

    for path in files:
        body = body_of(path)
        row = enqueue(topic="ticket_reply", context=a_mail()["context"] | {"body": body, "subject": body})
        rendered = render(row)
        content = message_of(row, rendered)
        arrived = Delivery("", "", content, 0)
        text = arrived.text.replace("\r\n", "\n")

        assert many_lines(body) in text, path
        assert content.isascii(), path
        assert len(rendered.html.encode()) <= HTML_LIMIT, path
        assert len(arrived.message.get_all("Subject", [])) == 1, path


def body_of(path: Path) -> str:
    message = message_from_bytes(path.read_bytes(), policy=policy.compat32)
    part = next((part for part in message.walk() if part.get_content_maintype() == "text"), None)
    content = part.get_payload(decode=True) if part else b""
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""

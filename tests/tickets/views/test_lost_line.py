"""A line that goes dead in the middle of a file, against the real web server: what arrived is kept, and it goes on."""

from __future__ import annotations

import re
import socket
import time
import uuid

import pytest

from helpdesk.dev.processes import wait_until
from tests.http_browser import HttpBrowser
from tests.live import Live
from tests.tickets.views.tus_client import PIECE, metadata

pytestmark = pytest.mark.xdist_group("live")
CONTENT = b"a line of a log\n" * 200_000


def head_of(browser: HttpBrowser, method: str, path: str, **headers: object) -> bytes:
    """The head of a request as this browser sends it."""
    said = {
        "Host": browser.host,
        "Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items()),
        "X-CSRFToken": browser.cookies["csrf"],
        "Tus-Resumable": "1.0.0",
        "Connection": "close",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items()), "", ""]
    return "\r\n".join(lines).encode()


def ask(browser: HttpBrowser, method: str, path: str, content: bytes = b"", **headers: object) -> str:
    """Sends a request; the head of the answer."""
    with socket.create_connection(("127.0.0.1", browser.port), timeout=60) as line:
        line.sendall(head_of(browser, method, path, Content_Length=len(content), **headers) + content)
        answer = b""
        while block := line.recv(65536):
            answer += block
    return answer.partition(b"\r\n\r\n")[0].decode().lower()


def header(answer: str, name: str) -> str:
    """One header of an answer."""
    found = re.search(rf"^{name}: (.*?)\r?$", answer, re.MULTILINE)
    assert found, answer
    return found[1]


def test_a_line_that_dies_loses_nothing_that_arrived(live: Live) -> None:
    browser = live.signed_in("customer@acme.example")
    said = metadata(filename="trace.log", draft=str(uuid.uuid4()))
    begun = ask(browser, "POST", "/uploads/", Upload_Length=len(CONTENT), Upload_Metadata=said)
    address = header(begun, "location")
    piece = {"Content_Type": PIECE}

    with socket.create_connection(("127.0.0.1", browser.port)) as line:
        head = head_of(browser, "PATCH", address, Upload_Offset=0, Content_Length=len(CONTENT), **piece)
        line.sendall(head + CONTENT[:1_000_000])
        time.sleep(1)  # it stalls, then it is gone

    def arrived() -> int:
        return int(header(ask(browser, "HEAD", address), "upload-offset"))

    assert wait_until(lambda: arrived() > 0, seconds=20, pause=0.2)
    there = arrived()
    last = ask(browser, "PATCH", address, CONTENT[there:], Upload_Offset=there, **piece)
    file = header(last, "upload-attachment")
    assert 0 < there <= 1_000_000
    assert browser.get(f"/files/{file}/trace.log").content == CONTENT

"""A browser without script over a real socket: cookies, forms with files, redirects after a post."""

from __future__ import annotations

import http.client
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse

from tests.pages import Page

ADDRESS = "127.0.0.1"
REDIRECTS = {301, 302, 303, 307, 308}
Upload = tuple[str, str, bytes]  # field, file name, content


@dataclass
class Answer:
    """What the server said to one request, after its redirects."""

    status_code: int
    headers: http.client.HTTPMessage
    content: bytes
    path: str

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode()

    @property
    def page(self) -> Page:
        """The body as a person sees it; right also where forms of one action stand twice, as they post the same."""
        return Page(cast(HttpResponse, self))


class HttpBrowser:
    """One person's browser on one host. Names under `localhost` are not resolved: the Host header says which is meant."""

    def __init__(self, host: str, port: int, *, language: str = "", timeout: float = 60) -> None:
        self.host, self.port, self.timeout = host, port, timeout
        self.language = language
        self.cookies: dict[str, str] = {}

    def get(self, path: str, *, follow: bool = True) -> Answer:
        """Opens `path`, and where it leads to."""
        answer = self._ask("GET", path)
        return self._followed(answer) if follow else answer

    def post(
        self, path: str, values: Mapping[str, Any], files: Iterable[Upload] = (), *, follow: bool = True
    ) -> Answer:
        """Sends a form as browsers do, and opens the page it leads to."""
        boundary = uuid.uuid4().hex
        body = b"".join(_parts(values, files, boundary))
        answer = self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})
        return self._followed(answer) if follow else answer

    def send(
        self,
        shown: Answer,
        action: str,
        values: Mapping[str, Any],
        files: Iterable[Upload] = (),
        **options: Any,
    ) -> Answer:
        """Fills in the form of the page `shown` that posts to `action`, and sends it."""
        return self.post(action, {**shown.page.form(action).values, **values}, files, **options)

    def submit(
        self, shown: Answer, topic: str, values: Mapping[str, Any], files: Iterable[Upload] = ()
    ) -> Answer:
        """Fills in the form of a request, continues to the summary and sends it; stays where it is stopped."""
        checked = self.send(shown, topic, values, files)
        if not checked.path.startswith("/contact/check/"):
            return checked
        return self.send(checked, checked.path, {})

    def sign_in(self, email: str, password: str) -> Answer:
        """Signs in by password on the tenant's door."""
        door = self.get("/accounts/login/")
        form = next(form for form in door.page.forms if "password" in form.values)
        return self.post(door.path, {**form.values, "login": email, "password": password})

    def _followed(self, answer: Answer) -> Answer:
        for _hop in range(10):
            if answer.status_code not in REDIRECTS:
                break
            target = urlsplit(
                urljoin(f"http://{self.host}:{self.port}{answer.path}", answer.headers["Location"])
            )
            assert target.hostname == self.host, target
            answer = self._ask("GET", target.path + (f"?{target.query}" if target.query else ""))
        return answer

    def _ask(
        self, method: str, path: str, body: bytes | None = None, extra: Mapping[str, str] | None = None
    ) -> Answer:
        headers = {"Host": f"{self.host}:{self.port}", "Connection": "close", **(extra or {})}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.language:
            headers["Accept-Language"] = self.language
        connection = http.client.HTTPConnection(ADDRESS, self.port, timeout=self.timeout)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read(), path)
        finally:
            connection.close()
        self._keep_cookies(answer.headers)
        return answer

    def _keep_cookies(self, headers: http.client.HTTPMessage) -> None:
        for line in headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.coded_value


def _parts(values: Mapping[str, Any], files: Iterable[Upload], boundary: str) -> Iterable[bytes]:
    """RFC 7578, with the escapes of the HTML standard in names."""
    for name, value in values.items():
        text = str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
        yield f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode(
            errors="replace"
        )
    for field, filename, content in files:
        shown = filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        head = f'Content-Disposition: form-data; name="{field}"; filename="{shown}"'
        yield f"--{boundary}\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n".encode(
            errors="replace"
        )
        yield content + b"\r\n"
    yield f"--{boundary}--\r\n".encode()

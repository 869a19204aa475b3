"""A browser that costs little itself: one connection kept open, cookies, forms by their hidden fields."""

import gzip
import http.client
import re
from collections.abc import Mapping
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from benchmarks.files import File

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
CHOSEN = re.compile(r'<select name="([^"]*)".*?<option value="([^"]*)" selected', re.DOTALL)
OWN_FORM = re.compile(r"<form(?![^>]*action=)")
BOUNDARY = "part-0b1e8f5a"
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')


class Browser:
    """One person on one host of the loopback."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.cookies: dict[str, str] = {}
        self.received = 0  # bytes on the wire, as they came
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str) -> str:
        """The page at `path`; raises RuntimeError for anything but 200."""
        status, _location, body = self._ask("GET", path)
        if status != 200:
            raise RuntimeError(f"GET {self.host}{path} answered {status}")
        return body

    def leads_to(self, path: str) -> str:
        """Where the answer at `path` leads; nowhere (empty) when it is a page."""
        status, location, _body = self._ask("GET", path)
        return location if status in {302, 303} else ""

    def post(self, path: str, values: Mapping[str, str], file: File | None = None) -> str:
        """Sends a form and returns where it leads; raises RuntimeError when it leads nowhere."""
        if file:
            kind, content = f"multipart/form-data; boundary={BOUNDARY}", multipart(values, file)
        else:
            kind, content = "application/x-www-form-urlencoded", urlencode(values).encode()
        status, location, body = self._ask("POST", path, content, {"Content-Type": kind})
        if status not in {302, 303}:
            raise RuntimeError(f"POST {self.host}{path} answered {status}: {body[:2000]}")
        return location

    def sign_in(self, email: str, password: str) -> "Browser":
        """Signs in by password."""
        page = self.get("/accounts/login/")
        self.post(
            "/accounts/login/", fields(page, "/accounts/login/") | {"login": email, "password": password}
        )
        return self

    def close(self) -> None:
        """Ends the connection."""
        self.connection.close()

    def _ask(
        self, method: str, path: str, body: bytes | None = None, extra: Mapping[str, str] | None = None
    ) -> tuple[int, str, str]:
        headers = {"Host": f"{self.host}:{self.port}", "Accept-Encoding": "gzip", **(extra or {})}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        self.received += len(content) + len(str(answer.headers))
        text = (
            gzip.decompress(content) if answer.headers.get("Content-Encoding") == "gzip" else content
        ).decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.coded_value for name, morsel in SimpleCookie(line).items()}
        return answer.status, answer.headers.get("Location", ""), text


def multipart(values: Mapping[str, str], file: File) -> bytes:
    """RFC 7578: the values and one file, in the field `files`."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in values.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{file.name}"\r\n'
    parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + file.content)
    return b"".join([*parts, f"\r\n--{BOUNDARY}--\r\n".encode()])


def fields(page: str, action: str) -> dict[str, str]:
    """The hidden and the chosen values of the form that posts to `action`, an address that begins so, or to the page itself."""
    begins = page.find(f'action="{action}')
    if begins < 0 and (own := OWN_FORM.search(page)):
        begins = own.start()
    if begins < 0:
        raise RuntimeError(f"The page has no form for {action}.")
    form = page[begins:].split("</form>", 1)[0]
    found = [dict(ATTRIBUTE.findall(tag)) for tag in HIDDEN.findall(form)]
    return {field["name"]: field.get("value", "") for field in found} | dict(CHOSEN.findall(form))

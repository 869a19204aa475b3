"""An object store of a test's own: a real HTTP server of the S3 API that keeps folders, and checks every signed address.

The server is `localbucket`, which believes everybody; the signatures (AWS Signature Version 4 in the query) are checked
here, by the standard library alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import pytest
from django.conf import LazySettings

from helpdesk.service_urls import file_store, origins_of, public_store

localbucket: Any = pytest.importorskip("localbucket")
pytest.importorskip("boto3")
SECRET = "store-secret"


class ObjectStore:
    """Listens on the loopback; `folder` holds the bucket `desk`. `is_ill` makes it answer 500 to everything."""

    def __init__(self, folder: Path) -> None:
        self.bucket = folder / "desk"
        self.bucket.mkdir()
        self.is_ill = False
        self.asked: list[tuple[str, str]] = []
        handler = type("Handler", (_Checking,), {"data_root": folder, "store": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def address(self) -> str:
        """For `STORAGE_URL`."""
        return f"s3://desk:{SECRET}@{self.host}/desk?tls=0&public=http://{self.host}"

    def contents(self) -> list[bytes]:
        """Everything that is kept."""
        return sorted(path.read_bytes() for path in self.bucket.rglob("*") if path.is_file())

    def __enter__(self) -> ObjectStore:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def put_to_use(store: ObjectStore, settings: LazySettings, *, direct_from: int) -> None:
    """Makes it the product's store, as `STORAGE_URL` would; a file of more bytes goes there without us in between."""
    settings.STORAGES = settings.STORAGES | {"default": file_store(store.address)}
    settings.PUBLIC_STORE = public_store(store.address)
    settings.FILE_SIZE_LIMIT = direct_from
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    reached = [*directives["connect-src"], *origins_of(settings.PUBLIC_STORE)]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives | {"connect-src": reached}}


class _Checking(localbucket.S3Handler):
    store: ObjectStore

    def log_message(self, *args: Any) -> None:
        """Says nothing."""

    def _dispatch(self, action: Any) -> None:
        self.store.asked.append((self.command, urlsplit(self.path).path))
        if self.store.is_ill:
            self._send(500, b"", {})
        elif "Authorization" in self.headers or is_signed(self.command, self.path, dict(self.headers)):
            super()._dispatch(action)
        else:
            self.close_connection = True
            self._send(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>", {"Connection": "close"})


def is_signed(method: str, path: str, headers: dict[str, str]) -> bool:
    """Whether the address carries a signature for just this request that has not run out."""
    parts = urlsplit(path)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    signature = query.pop("X-Amz-Signature", "")
    if not signature:
        return False
    given = {name.lower(): value for name, value in headers.items()}
    names = query["X-Amz-SignedHeaders"].split(";")
    said = "".join(f"{name}:{given.get(name, '').strip()}\n" for name in names)
    asked = "&".join(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in sorted(query.items())
    )
    place = quote(unquote(parts.path), safe="/-_.~")
    request = "\n".join([method, place, asked, said, ";".join(names), "UNSIGNED-PAYLOAD"])
    _key, scope = query["X-Amz-Credential"].split("/", 1)
    moment = query["X-Amz-Date"]
    text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = b"AWS4" + SECRET.encode()
    for word in scope.split("/"):
        key = hmac.digest(key, word.encode(), "sha256")
    began = dt.datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    is_fresh = dt.datetime.now(dt.UTC) < began + dt.timedelta(seconds=int(query["X-Amz-Expires"]))
    return is_fresh and hmac.compare_digest(hmac.new(key, text.encode(), "sha256").hexdigest(), signature)

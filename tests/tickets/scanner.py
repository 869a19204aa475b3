"""A clamd of a test's own: a real server that speaks the protocol of ClamAV's daemon, and finds one thing."""

from __future__ import annotations

import socket
import struct
import threading
from pathlib import Path
from types import TracebackType

# The test string of the anti-virus industry, in two halves so that no scanner takes this file for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner:
    """Listens on the loopback, or on a socket in `folder`; `limit` is its StreamMaxLength in bytes."""

    def __init__(self, folder: Path | None = None, *, limit: int = 10_000_000) -> None:
        self.seen: list[bytes] = []
        self.limit = limit
        self.answer: bytes | None = None
        if folder:
            self._door = socket.socket(socket.AF_UNIX)
            self._door.bind(str(folder / "clamd.sock"))
            self.address = (str(folder / "clamd.sock"), 0)
        else:
            self._door = socket.create_server(("127.0.0.1", 0))
            self.address = self._door.getsockname()
        self._door.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Scanner:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _peer = self._door.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                connection.sendall(self._looked_at(connection) + b"\0")

    def _looked_at(self, connection: socket.socket) -> bytes:
        if _exactly(connection, 10) != b"zINSTREAM\0":
            return b"UNKNOWN COMMAND"
        content = b""
        while length := struct.unpack(">I", _exactly(connection, 4))[0]:
            content += _exactly(connection, length)
            if len(content) > self.limit:
                return b"INSTREAM size limit exceeded. ERROR"
        self.seen.append(content)
        if self.answer is not None:
            return self.answer
        return b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"


def _exactly(connection: socket.socket, length: int) -> bytes:
    content = b""
    while len(content) < length:
        block = connection.recv(length - len(content))
        if not block:
            raise ConnectionError
        content += block
    return content

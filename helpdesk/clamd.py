"""Asks a clamd (ClamAV's daemon) whether there is something harmful in a file: its command INSTREAM, and no more of it.

The protocol is told in clamd(8): `zINSTREAM\\0`, then pieces with their length in four bytes, then a length of zero; the
answer ends with NUL and is `stream: OK` or `stream: <name> FOUND`.
"""

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass

CONNECT_SECONDS = 5
ANSWER_SECONDS = 120
ANSWER_LIMIT = 4096


class ScannerAway(Exception):
    """No answer that says yes or no: clamd is not there, too slow, or its limits are smaller than the file."""


@dataclass(frozen=True)
class Clamd:
    """Where it listens: a host and a port, or the path of a socket with port 0."""

    host: str
    port: int

    def scan(self, pieces: Iterable[bytes]) -> str:
        """The name of what was found in the content, or an empty text. Raises ScannerAway."""
        try:
            with self._connected() as connection:
                connection.sendall(b"zINSTREAM\0")
                for piece in pieces:
                    if piece:
                        connection.sendall(struct.pack(">I", len(piece)) + piece)
                connection.sendall(bytes(4))
                answer = _answer(connection)
        except OSError as error:
            raise ScannerAway(str(error)) from error
        return _verdict(answer)

    def _connected(self) -> socket.socket:
        if self.port:
            connection = socket.create_connection((self.host, self.port), timeout=CONNECT_SECONDS)
        else:
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(CONNECT_SECONDS)
            try:
                connection.connect(self.host)
            except OSError:
                connection.close()
                raise
        connection.settimeout(ANSWER_SECONDS)
        return connection


def _answer(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER_LIMIT:
        block = connection.recv(ANSWER_LIMIT)
        if not block:
            break
        answer += block
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(answer: str) -> str:
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")[:100] or "unnamed"
    raise ScannerAway(answer or "no answer")

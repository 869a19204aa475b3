"""A mail server in this process, on a real socket, that can be told to misbehave."""

import socket
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from types import TracebackType
from typing import BinaryIO, cast

GREETING, HANG, CUT = "220 peer", "hang", "cut"


@dataclass(frozen=True)
class Delivery:
    """A mail that the peer took: the envelope, the bytes between DATA and the dot, the connection it came by."""

    sender: str
    recipient: str
    content: bytes
    connection: int

    @property
    def message(self) -> EmailMessage:
        message = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def header(self, name: str) -> str:
        """The header as RFC 2047 reads it (the newer parser puts blanks between the words of a long name)."""
        return str(make_header(decode_header(message_from_bytes(self.content)[name])))

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        assert isinstance(part, EmailMessage)
        return str(part.get_content()).replace("\r\n", "\n")


class Peer:
    """Listens on 127.0.0.1. `at_rcpt` and `at_dot` hold, for an address, what it gets instead of a welcome, one word a
    try: an SMTP answer, CUT (the connection ends) or HANG (silence). `greeting` may be another answer, `to_a_password` what AUTH gets."""

    def __init__(self) -> None:
        self.greeting = GREETING
        self.to_a_password = ""
        self.at_rcpt: dict[str, list[str]] = defaultdict(list)
        self.at_dot: dict[str, list[str]] = defaultdict(list)
        self.deliveries: list[Delivery] = []
        self.tries: list[str] = []
        self.connections = 0
        self.delay_seconds = 0.0
        self._open: set[socket.socket] = set()
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> "Peer":
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            connection.close()
        for thread in self._threads:
            thread.join(5)

    @property
    def recipients(self) -> list[str]:
        return [delivery.recipient for delivery in self.deliveries]

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.add(connection)
            self._start(self._serve, connection, self.connections)

    def _serve(self, connection: socket.socket, number: int) -> None:
        with connection, connection.makefile("rwb") as lines:
            with suppress(OSError, ValueError):  # the other side, or the test, ended it
                _Talk(self, cast(BinaryIO, lines), number).run()
            self._open.discard(connection)


class _Talk:
    def __init__(self, peer: Peer, lines: BinaryIO, number: int) -> None:
        self.peer, self.lines, self.number = peer, lines, number
        self.sender = self.recipient = ""

    def run(self) -> None:
        self._say(self.peer.greeting)
        while line := self.lines.readline().decode().strip():
            word, _blank, rest = line.partition(" ")
            if word.upper() == "QUIT":
                return self._say("221 bye")
            if not self._answer(word.upper(), rest):
                return None
        return None

    def _answer(self, word: str, rest: str) -> bool:
        if word == "MAIL":
            self.sender = rest.partition("<")[2].partition(">")[0]
        if word == "RCPT":
            self.recipient = rest.partition("<")[2].partition(">")[0]
            self.peer.tries.append(self.recipient)
            return self._surprise(self.peer.at_rcpt)
        if word == "DATA":
            return self._take()
        if word == "AUTH":
            self._say(self.peer.to_a_password)
        elif word == "EHLO":
            self._say("250-peer\r\n250 AUTH PLAIN" if self.peer.to_a_password else "250 peer")
        else:
            self._say("250 fine")
        return True

    def _take(self) -> bool:
        self._say("354 go on")
        content = b""
        while (line := self.lines.readline()) != b".\r\n":
            if not line:
                return False
            content += line.removeprefix(b".") if line.startswith(b".") else line
        self.peer._over.wait(self.peer.delay_seconds)
        return self._surprise(self.peer.at_dot, instead=lambda: self._keep(content))

    def _keep(self, content: bytes) -> None:
        self.peer.deliveries.append(Delivery(self.sender, self.recipient, content, self.number))
        self._say("250 taken")

    def _surprise(self, surprises: dict[str, list[str]], instead: Callable[[], None] | None = None) -> bool:
        planned = surprises[self.recipient]
        word = planned.pop(0) if planned else ""
        if word == HANG:
            self.peer._over.wait(30)
        if word in (HANG, CUT):
            return False
        if word:
            self._say(word)
            return not word.startswith("421")
        (instead or (lambda: self._say("250 fine")))()
        return True

    def _say(self, line: str) -> None:
        self.lines.write(f"{line}\r\n".encode())
        self.lines.flush()

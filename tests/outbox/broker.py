"""A Valkey of a test's own, which may be stopped, frozen and emptied."""

import os
import signal
from pathlib import Path

from redis import Redis

from helpdesk.dev.binaries import valkey_program
from helpdesk.dev.valkey import Valkey, start_valkey


class Broker:
    """Keeps its socket in `folder`, and nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self._server = Valkey(valkey_program(), folder / "data", folder, keeps=False)
        self._process = start_valkey(self._server)
        self.url = f"redis+socket://{self._server.socket}"
        self.redis_url = self._server.url()

    def queue(self) -> list[bytes]:
        with Redis(unix_socket_path=str(self._server.socket)) as client:
            return client.lrange("celery", 0, -1)

    def forget_queue(self) -> None:
        with Redis(unix_socket_path=str(self._server.socket)) as client:
            client.delete("celery")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def start_empty(self) -> None:
        self._process = start_valkey(self._server)

    def freeze(self) -> None:
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)

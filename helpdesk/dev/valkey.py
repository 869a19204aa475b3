"""One Valkey server on a private socket."""

import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import redis

from helpdesk.dev.binaries import Missing
from helpdesk.dev.postgres import PLAIN
from helpdesk.dev.processes import spawn, stop, wait_until


@dataclass(frozen=True)
class Valkey:
    """Where one server keeps its data and its socket; `keeps` writes what it holds to disk each second."""

    program: Path
    data: Path
    sockets: Path
    keeps: bool = True
    log: Path | None = None
    variables: Mapping[str, str] = field(default_factory=lambda: dict(PLAIN))

    @property
    def socket(self) -> Path:
        """The file the server listens on."""
        return self.sockets / "valkey.sock"

    def url(self, database: int = 0) -> str:
        """The address of one of the 64 numbered databases."""
        return f"unix://{self.socket}?db={database}" if database else f"unix://{self.socket}"


def start_valkey(valkey: Valkey) -> subprocess.Popen[bytes]:
    """Starts the server and returns once it answers; raises Missing when it does not."""
    valkey.data.mkdir(parents=True, exist_ok=True)
    process = spawn(
        [
            *(valkey.program, "--port", "0", "--unixsocket", valkey.socket, "--unixsocketperm", "700"),
            *("--dir", valkey.data, "--databases", "64", "--save", "", "--maxmemory-policy", "noeviction"),
            *("--appendonly", "yes" if valkey.keeps else "no", "--appendfsync", "everysec"),
        ],
        variables=valkey.variables,
        log=valkey.log,
        folder=valkey.data,
    )
    if not wait_until(lambda: answers(valkey) or process.poll() is not None, seconds=60) or not answers(
        valkey
    ):
        stop_valkey(process)
        raise Missing(f"Valkey did not start; its log: {valkey.log}")
    return process


def stop_valkey(process: subprocess.Popen[bytes]) -> None:
    """Ends the server; it writes what it holds first."""
    stop(process, signal.SIGTERM, seconds=15)


def answers(valkey: Valkey) -> bool:
    """Whether the server takes commands (it does not while it still loads its data)."""
    client = redis.Redis(unix_socket_path=str(valkey.socket), socket_timeout=5)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()

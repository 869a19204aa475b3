"""One PostgreSQL cluster on a private socket: made, checked, started, given its roles, stopped."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from helpdesk.dev.account import Account
from helpdesk.dev.binaries import Missing, postgres_major
from helpdesk.dev.processes import spawn, stop, wait_until

DATABASE = "desk"
OWNER = "desk_owner"
APPLICATION = "desk_app"
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin", "btree_gist", "fuzzystrmatch")
# The same order of bytes and the same case rules on every machine, whatever its C library.
INITDB = (
    *("-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"),
    *("--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST"),
)
PLAIN = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
STOP_SECONDS = 30.0
START_ATTEMPTS = 4


@dataclass(frozen=True)
class Cluster:
    """Where one cluster lives and who runs it; `settings` are its `-c` options."""

    programs: Path
    data: Path
    sockets: Path
    account: Account
    settings: Mapping[str, str] = field(default_factory=dict)
    log: Path | None = None

    def url(self, role: str, database: str = DATABASE) -> str:
        """The libpq address of `database` for `role`."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='')}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection as superuser, for the set-up only; each statement commits by itself."""
        return psycopg.connect(
            self.url("postgres", database),
            autocommit=True,
            connect_timeout=5,
            options="-c client_min_messages=warning",
        )


def make_cluster(cluster: Cluster) -> None:
    """Makes the data folder unless it is there; an interrupted making leaves nothing half made.

    Raises Missing when the folder was written by another major version.
    """
    if (cluster.data / "PG_VERSION").exists():
        _refuse_other_major(cluster)
        return
    part = cluster.data.with_name(f"{cluster.data.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    cluster.account.own(part)
    made = subprocess.run(
        [cluster.programs / "initdb", *INITDB, "-D", part],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        env=PLAIN,
        **cluster.account.spawn_options(),
    )
    if made.returncode:
        raise Missing(f"initdb failed: {made.stderr.strip()}")
    part.rename(cluster.data)


def start_cluster(cluster: Cluster) -> subprocess.Popen[bytes]:
    """Starts the server and returns once it answers; ends a server left over from an earlier run first.

    Raises Missing when it does not come up (a crash recovery may take its time: two minutes).
    """
    stop_leftover(cluster.data)
    for _attempt in range(
        START_ATTEMPTS
    ):  # the last sessions of a killed server hold its memory for a moment
        process = _start_once(cluster)
        if _came_up(cluster, process):
            return process
        stop_cluster(process)
        time.sleep(1)
    raise Missing(f"PostgreSQL did not start; its log: {cluster.log}")


def stop_cluster(process: subprocess.Popen[bytes]) -> None:
    """The fast stop: sessions are cut, the shutdown checkpoint is written."""
    stop(process, signal.SIGINT, seconds=STOP_SECONDS)


def answers(cluster: Cluster) -> bool:
    """Whether the server takes connections."""
    try:
        cluster.connect().close()
    except psycopg.OperationalError:
        return False
    return True


def stop_leftover(data: Path) -> None:
    """Stops a server that still runs on `data` though its supervisor is gone."""
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        program = Path(f"/proc/{pid}/exe").readlink().name if Path("/proc").exists() else "postgres"
    except (FileNotFoundError, IndexError, ValueError, PermissionError):
        return
    if program.startswith("postgres"):
        os.kill(pid, signal.SIGINT)
        wait_until(lambda: not (data / "postmaster.pid").exists(), seconds=STOP_SECONDS)


def prepare_database(cluster: Cluster) -> None:
    """Makes the two roles, the database and its extensions unless they are there.

    Extensions stand in template1 too, so that every test database has them without a superuser. What the application
    may do with a table is granted by the walls, once they stand.
    """
    with cluster.connect() as connection:
        roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        if OWNER not in roles:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
        if APPLICATION not in roles:
            connection.execute(
                f"CREATE ROLE {APPLICATION} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"
            )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            _prepare_schema(cluster, "template1")
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
    _prepare_schema(cluster, DATABASE)


def _came_up(cluster: Cluster, process: subprocess.Popen[bytes]) -> bool:
    wait_until(lambda: answers(cluster) or process.poll() is not None, seconds=120)
    return answers(cluster)


def _start_once(cluster: Cluster) -> subprocess.Popen[bytes]:
    options = [f"-c{name}={value}" for name, value in _settings(cluster).items()]
    return spawn(
        [cluster.programs / "postgres", "-D", cluster.data, "-k", cluster.sockets, *options],
        variables=PLAIN,
        account=cluster.account,
        log=cluster.log,
        folder=Path("/"),
        death_signal=signal.SIGINT,
    )


def _prepare_schema(cluster: Cluster, database: str) -> None:
    with cluster.connect(database) as connection:
        for extension in EXTENSIONS:
            connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        connection.execute(f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}")
        connection.execute(f"GRANT USAGE ON SCHEMA public TO {APPLICATION}")


def _settings(cluster: Cluster) -> dict[str, str]:
    return {
        "listen_addresses": "",  # a socket in a closed folder only: whoever reaches it is trusted
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "timezone": "UTC",
        "log_timezone": "UTC",
        **cluster.settings,
    }


def _refuse_other_major(cluster: Cluster) -> None:
    written_by = int((cluster.data / "PG_VERSION").read_text())
    running = postgres_major(cluster.programs)
    if written_by != running:
        raise Missing(
            f"The data in {cluster.data} was written by PostgreSQL {written_by}, the programs are {running}: "
            "upgrade it with pg_upgrade or dump and restore (docs/operations.md), then start again."
        )

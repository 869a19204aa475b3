"""A real PostgreSQL and a real Valkey for one test run, in a private temporary folder, gone afterwards."""

import fcntl
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from helpdesk.dev.account import Account, postgres_account
from helpdesk.dev.binaries import postgres_programs, valkey_program
from helpdesk.dev.postgres import (
    APPLICATION,
    OWNER,
    Cluster,
    make_cluster,
    prepare_database,
    start_cluster,
    stop_cluster,
)
from helpdesk.dev.valkey import Valkey, start_valkey, stop_valkey

PREFIX = "desk-test-"
MEMORY, ROOM = Path("/dev/shm"), 6 << 30  # bytes that must be free there, and as memory
# A test run has nothing to lose in a power cut; the tests of faults ask for `durable`.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class Throwaway:
    """A running throwaway stack: its folder, its two servers and the variables that lead to them."""

    folder: Path
    cluster: Cluster
    valkey: Valkey
    postgres_process: subprocess.Popen[bytes] | None = None
    valkey_process: subprocess.Popen[bytes] | None = None

    def variables(self) -> dict[str, str]:
        """What a process needs in its environment to work on this stack."""
        return {
            "DATABASE_URL": self.cluster.url(APPLICATION),
            "OWNER_DATABASE_URL": self.cluster.url(OWNER),
            "REDIS_URL": self.valkey.url(),
            "STORAGE_URL": f"file://{self.folder / 'files'}",
            "STATIC_ROOT": str(self.folder / "static"),
        }

    def restart_postgres(self) -> None:
        """Starts PostgreSQL again after a test stopped or killed it."""
        self.postgres_process = start_cluster(self.cluster)

    def restart_valkey(self, *, emptied: bool = False) -> None:
        """Starts Valkey again after a test stopped or killed it, if wanted without what it held."""
        if emptied:
            shutil.rmtree(self.valkey.data, ignore_errors=True)
        self.valkey_process = start_valkey(self.valkey)

    def stop(self) -> None:
        """Stops both servers."""
        if self.valkey_process:
            stop_valkey(self.valkey_process)
        if self.postgres_process:
            stop_cluster(self.postgres_process)


@contextmanager
def throwaway_stack(*, durable: bool = False) -> Iterator[Throwaway]:
    """Runs PostgreSQL (with roles and extensions) and Valkey while the block runs; call it from the main thread.

    `durable` keeps the guarantees of a production server against a kill or a power cut.
    """
    account = postgres_account()
    with ExitStack() as cleanup:
        folder = _temporary_folder(account, cleanup.callback, durable=durable)
        cluster = _cluster(folder, account, durable=durable)
        make_cluster(cluster)
        sockets = _folder(folder / "kv")
        valkey = Valkey(
            valkey_program(), folder / "valkey", sockets, keeps=durable, log=folder / "valkey.log"
        )
        stack = Throwaway(folder, cluster, valkey)
        cleanup.callback(stack.stop)
        stack.restart_postgres()
        stack.restart_valkey()
        prepare_database(cluster)
        (folder / "files").mkdir(mode=0o700)
        (folder / "static").mkdir()
        yield stack


def quick_folder() -> Path | None:
    """A folder in memory where there is plenty of it, for a server with nothing to lose; else None.

    A database is a thousand small files. On a disk, making and emptying them costs more than all that tests write.
    """
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        return None
    facts = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    return MEMORY if int(facts["MemAvailable"].split()[0]) * 1024 > ROOM else None


def _temporary_folder(account: Account, at_end: Callable[..., object], *, durable: bool) -> Path:
    on_disk = (tempfile.gettempdir(), "/tmp", "/var/tmp")  # mkdtemp below makes it private
    quick = None if durable else quick_folder()
    for parent in (str(quick), *on_disk) if quick else on_disk:
        # A socket path may have 107 bytes at most.
        if len(parent) < 60 and account.can_enter(Path(parent)):
            break
    for place in {parent, *on_disk, str(MEMORY)}:
        _remove_abandoned(Path(place))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    at_end(shutil.rmtree, folder, ignore_errors=True)
    at_end(_mark_in_use(folder).close)
    folder.chmod(0o711)  # PostgreSQL's account passes through; every folder inside is closed to others
    return folder


def _mark_in_use(folder: Path) -> TextIO:
    """Locks the folder's mark for as long as this process lives or the answer is open."""
    mark = open(folder / "not-yet", "w")  # noqa: SIM115  (open means in use)
    fcntl.flock(mark, fcntl.LOCK_EX)
    (folder / "not-yet").rename(folder / "in-use")  # never there without its lock
    return mark


def _remove_abandoned(parent: Path) -> None:
    """Removes the folders of runs that were killed: nobody holds their mark any more."""
    for mark in parent.glob(f"{PREFIX}*/in-use"):
        try:
            with open(mark) as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(mark.parent, ignore_errors=True)
        except OSError:  # in use, another person's, or just removed by another start
            continue


def _cluster(folder: Path, account: Account, *, durable: bool) -> Cluster:
    data = account.own(folder / "postgres") / "data"
    return Cluster(
        programs=postgres_programs(account),
        data=data,
        sockets=account.own(folder / "pg"),
        account=account,
        settings={} if durable else CARELESS,
        log=folder / "postgres.log",
    )


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o700)
    return path

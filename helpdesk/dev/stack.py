"""The parts of the embedded stack, put together: which programs run, in which order, and the steps between them."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import django

from helpdesk.dev.account import postgres_account
from helpdesk.dev.binaries import postgres_programs, valkey_program
from helpdesk.dev.catalogues import compile_catalogues
from helpdesk.dev.choices import Choices, Refusal, stack_variables, variables_for
from helpdesk.dev.environment import CHECKOUT
from helpdesk.dev.leftovers import MARK, end_leftovers
from helpdesk.dev.places import Places
from helpdesk.dev.postgres import (
    PLAIN,
    Cluster,
    make_cluster,
    prepare_database,
    start_cluster,
    stop_cluster,
    stop_leftover,
)
from helpdesk.dev.processes import spawn
from helpdesk.dev.table import BEAT, COMMON, MIGRATE, PYTHON, WEB, WORKER, Service
from helpdesk.dev.terminal import say, tail
from helpdesk.dev.units import Process, Unit, ask_to_end
from helpdesk.dev.valkey import Valkey, start_valkey, stop_valkey

STATIC = Service("static", (PYTHON, "manage.py", "collectstatic", "--noinput", "--clear"))
DEMO = Service("demo", (PYTHON, "manage.py", "load_demo"), (*COMMON, "OWNER_DATABASE_URL"))


@dataclass(frozen=True)
class Stamp:
    """A note in a file that a step was done for `state`."""

    path: Path
    state: str

    def is_stale(self) -> bool:
        """Whether the step was never done, or for another state."""
        return not self.path.exists() or self.path.read_text() != self.state

    def renew(self) -> None:
        """Notes that the step is done."""
        self.path.write_text(self.state)


@dataclass
class Stack:
    """What the supervisor runs: the choices, the folders, the two servers and the variables that lead to them."""

    choices: Choices
    places: Places
    cluster: Cluster
    valkey: Valkey
    variables: dict[str, str]

    def servers(self) -> list[Unit]:
        """PostgreSQL, Valkey and the mail catcher, as far as they are ours."""
        choices, units = self.choices, []
        if choices.own_postgres:
            units.append(Unit("PostgreSQL", lambda: start_cluster(self.cluster), stop_cluster))
        if choices.own_valkey:
            units.append(Unit("Valkey", lambda: start_valkey(self.valkey), stop_valkey))
        if choices.own_mail:
            units.append(Unit("mail catcher", self._start_catcher))
        return units

    def programs(self) -> list[Unit]:
        """The product's own processes, in the order of their start."""
        return [Unit(service.name, self._starter(service)) for service in (WEB, WORKER, BEAT)]

    def prepare_data(self) -> None:
        """Makes the data folder of PostgreSQL, if it is ours; raises Missing when it is another version's."""
        if self.choices.own_postgres:
            if not (self.cluster.data / "PG_VERSION").exists():
                say("Making the database")
            make_cluster(self.cluster)

    def prepare_product(self) -> None:
        """Brings tables, catalogues, style sheets and the demo up to date; raises Refusal when a step fails."""
        if self.choices.own_postgres:
            prepare_database(self.cluster)
        compile_catalogues()
        static_stamp, static = self._stamp("static", static_sources()), None
        if static_stamp.is_stale() or not (self.places.static / "staticfiles.json").exists():
            say("Collecting style sheets, scripts and pictures")
            static = self._begin(STATIC)  # beside the migrations: neither needs the other
        say("Bringing the tables up to date")
        self._finish(MIGRATE, self._begin(MIGRATE))
        if static:
            self._finish(STATIC, static)
            static_stamp.renew()
        demo_stamp = self._stamp("demo", self.variables["DATABASE_URL"])
        if self.choices.demo and demo_stamp.is_stale():
            say("Loading the demo")
            self._finish(DEMO, self._begin(DEMO))
            demo_stamp.renew()

    def sweep(self) -> None:
        """Ends what was just being started when the stack was asked to stop, and removes the sockets."""
        end_leftovers(str(self.places.variable))
        if self.choices.own_postgres:
            stop_leftover(self.cluster.data)
        shutil.rmtree(self.places.sockets, ignore_errors=True)

    def empty_metrics(self) -> None:
        """The figures of processes that are no more would be counted again."""
        folder = Path(self.variables["PROMETHEUS_MULTIPROC_DIR"])
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def log(self, name: str) -> Path:
        """Where a program's output goes."""
        return self.places.logs / f"{name.replace(' ', '-')}.log"

    def _stamp(self, name: str, state: str) -> Stamp:
        return Stamp(self.places.variable / f"{name}.stamp", sha256(state.encode()).hexdigest())

    def _begin(self, service: Service) -> Process:
        return self._starter(service)()

    def _finish(self, service: Service, process: Process) -> None:
        try:
            failed = process.wait()
        except BaseException:
            ask_to_end(process)
            raise
        if failed:
            log = self.log(service.name)
            raise Refusal(f"The step “{service.name}” failed; the end of {log}:\n{tail(log)}")

    def _starter(self, service: Service) -> Callable[[], Process]:
        choices = self.choices
        arguments = service.arguments(bind=choices.bind, port=choices.port, run=str(self.places.run))
        return lambda: self._spawn(service.name, arguments, variables_for(service, self.variables))

    def _start_catcher(self) -> Process:
        host, _colon, port = self.variables["EMAIL_URL"].removeprefix("smtp://").partition(":")
        arguments = [PYTHON, "-m", "helpdesk.dev.catcher", str(self.places.mail), host, port]
        return self._spawn("mail catcher", arguments, dict(PLAIN))

    def _spawn(self, name: str, arguments: list[str], variables: dict[str, str]) -> subprocess.Popen[bytes]:
        program = sys.executable if arguments[0] == PYTHON else arguments[0]
        marked = {**variables, MARK: str(self.places.variable)}
        return spawn([program, *arguments[1:]], variables=marked, log=self.log(name), folder=CHECKOUT)


def assemble(choices: Choices, places: Places) -> Stack:
    """The stack as chosen; nothing is started yet. Raises Missing when a program is not there."""
    account = postgres_account()
    programs = postgres_programs(account) if choices.own_postgres else Path()
    log = places.logs / "postgresql.log"
    cluster = Cluster(programs, places.postgres / "data", places.sockets / "pg", account, log=log)
    valkey = Valkey(
        program=valkey_program() if choices.own_valkey else Path(),
        data=places.valkey,
        sockets=places.sockets / "kv",
        log=places.logs / "valkey.log",
        variables={**PLAIN, MARK: str(places.variable)},
    )
    return Stack(choices, places, cluster, valkey, stack_variables(choices, places, cluster, valkey))


def static_sources() -> str:
    """Tells apart any two states of what `collectstatic` reads: our own files and the installed packages."""
    files = sorted(path for path in (CHECKOUT / "static").rglob("*") if path.is_file())
    state = [f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in files]
    packages = sorted(path.name for path in Path(django.__file__).parents[1].glob("*.dist-info"))
    return "\n".join([*state, *packages])

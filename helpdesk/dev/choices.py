"""What the person who starts the stack may choose by the environment, and the variables that follow from it."""

import ipaddress
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from helpdesk.dev.places import Places
from helpdesk.dev.postgres import APPLICATION, OWNER, Cluster
from helpdesk.dev.table import SERVICES, Service
from helpdesk.dev.valkey import Valkey

LOCAL = frozenset({"STATIC_ROOT", "PORT", "BIND"})


class Refusal(Exception):
    """The stack cannot be started as wished; the text says why and what to do."""


@dataclass(frozen=True)
class Choices:
    """Port and address of the web server, whether the demo is wanted, and which parts are somebody else's."""

    port: int
    bind: str
    demo: bool
    own_postgres: bool
    own_valkey: bool
    own_mail: bool

    @property
    def peer(self) -> str:
        """The address under which this machine reaches the web server."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.bind, self.bind)


def read_choices(environment: Mapping[str, str]) -> Choices:
    """Raises Refusal for a port that is none, and for a demo that strangers could reach."""
    bind = environment.get("BIND") or "127.0.0.1"
    demo = environment.get("DEMO", "").strip().lower() not in {"0", "false", "no", "off"}
    if demo and not _is_loopback(bind):
        raise Refusal(
            f"The demo has well-known passwords and is not shown on {bind}: say DEMO=0, or leave BIND alone."
        )
    return Choices(
        port=_port(environment.get("PORT") or "8000"),
        bind=bind,
        demo=demo,
        own_postgres=not environment.get("DATABASE_URL"),
        own_valkey=not environment.get("REDIS_URL"),
        own_mail=demo and not environment.get("EMAIL_URL"),
    )


def refuse_taken_port(choices: Choices) -> None:
    """Raises Refusal when another program listens where the web server should."""
    family = socket.AF_INET6 if ":" in choices.bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((choices.bind, choices.port))
        except OSError as error:
            raise Refusal(
                f"Port {choices.port} on {choices.bind} cannot be used ({error.strerror}): say PORT=8001 make run."
            ) from error


def stack_variables(choices: Choices, places: Places, cluster: Cluster, valkey: Valkey) -> dict[str, str]:
    """Every variable the product needs to run on this stack; what the environment says already wins."""
    base = os.environ.get("BASE_DOMAIN") or "localhost"
    database = os.environ.get("DATABASE_URL") or cluster.url(APPLICATION)
    own = {
        "DATABASE_URL": database,
        "OWNER_DATABASE_URL": cluster.url(OWNER) if choices.own_postgres else database,
        "REDIS_URL": valkey.url(),
        "STORAGE_URL": f"file://{places.files}",
        "STATIC_ROOT": str(places.static),
        "BASE_DOMAIN": base,
        "PUBLIC_ORIGIN": f"http://{base}:{choices.port}",
        "SECRET_KEY": _secret_key(places.variable / "secret_key"),
        "PROMETHEUS_MULTIPROC_DIR": str(places.run / "metrics"),
    }
    if choices.own_mail:
        own |= {"EMAIL_URL": f"smtp://127.0.0.1:{free_port()}", "MAIL_CATCHER_DIR": str(places.mail)}
    given = {name: os.environ[name] for name in _names() if os.environ.get(name)}
    return (
        own | given | {"DEMO": "1" if choices.demo else "0", "PORT": str(choices.port), "BIND": choices.bind}
    )


def variables_for(service: Service, variables: Mapping[str, str]) -> dict[str, str]:
    """The environment of one program: this process's own, and of the stack's variables only those it needs."""
    kept_away = _names() - set(service.variables) - LOCAL
    merged = {**os.environ, **variables}
    return {name: value for name, value in merged.items() if name not in kept_away}


def free_port() -> int:
    """A port of the loopback that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _names() -> set[str]:
    return {name for service in SERVICES for name in service.variables} | LOCAL


def _secret_key(path: Path) -> str:
    """Made once, so that sessions and links outlive a restart."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Refusal(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _is_loopback(bind: str) -> bool:
    try:
        return bind == "localhost" or ipaddress.ip_address(bind).is_loopback
    except ValueError:
        return False

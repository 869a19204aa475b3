"""The one list of the product's own programs: the supervisor runs them from it, and a test holds compose against it."""

from dataclasses import dataclass

PYTHON = "python"
# Every program reads these; what is not set has the default of the settings.
COMMON = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "STORAGE_URL",
    "CLAMD_URL",
    "BASE_DOMAIN",
    "PUBLIC_ORIGIN",
    "EMAIL_URL",
    "RATE_LIMIT_SCALE",
    "DEMO",
    "DEBUG",
)


@dataclass(frozen=True)
class Service:
    """One program: its command with `{bind}`, `{port}` and `{run}` (a folder to write to) left open.

    `variables` are the names it reads from the environment, `health` the path that answers 200 when it is ready.
    """

    name: str
    command: tuple[str, ...]
    variables: tuple[str, ...] = COMMON
    health: str = ""

    def arguments(self, *, bind: str, port: int, run: str) -> list[str]:
        """The command with its gaps filled."""
        return [word.format(bind=bind, port=port, run=run) for word in self.command]


MIGRATE = Service(
    "migrate",
    (PYTHON, "manage.py", "migrate", "--noinput"),
    (*COMMON, "OWNER_DATABASE_URL"),
)
WEB = Service(
    "web",
    (
        *(PYTHON, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--host", "{bind}"),
        *("--port", "{port}", "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers"),
        *("--respawn-interval", "0.5", "--workers-kill-timeout", "15", "helpdesk.wsgi:application"),
    ),
    (*COMMON, "BEHIND_TLS_PROXY", "METRICS_TOKEN", "MAIL_CATCHER_DIR", "PROMETHEUS_MULTIPROC_DIR"),
    health="/health/ready",
)
WORKER = Service(
    "worker",
    (
        *(
            PYTHON,
            "-m",
            "celery",
            "--quiet",
            "-A",
            "helpdesk",
            "worker",
            "--concurrency",
            "2",
            "--loglevel",
            "INFO",
        ),
        *("--without-gossip", "--without-mingle"),
    ),
)
BEAT = Service(
    "beat",
    (
        *(PYTHON, "-m", "celery", "--quiet", "-A", "helpdesk", "beat", "--loglevel", "INFO", "--pidfile="),
        *("--schedule", "{run}/beat"),
    ),
)
SERVICES = (MIGRATE, WEB, WORKER, BEAT)

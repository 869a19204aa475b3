"""Structured logs: one JSON object a line with request, tenant and task ids (readable lines while DEBUG)."""

import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# A segment of a path that long may be a guest's key or a one-time link: whoever reads the log could use it.
LONG_SEGMENT = re.compile(r"(?<=/)[^/\s?]{20,}")
# These loggers write the addresses of requests into their messages.
TELLS_ADDRESSES = ("django.request", "django.server", "django.security")

# django-structlog tells of each task once; these would say the same again.
CHATTY = ("celery.beat", "celery.worker.strategy", "celery.app.trace")


def configure_structlog(debug: bool) -> None:
    """Sends everything that structlog's loggers say through the standard library's handlers."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            *_facts(),
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def logging_config(debug: bool) -> dict[str, Any]:
    """The `dictConfig` of the product: everything from INFO up goes to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_last_steps(debug),
                ],
                "foreign_pre_chain": [
                    structlog.contextvars.merge_contextvars,
                    *_facts(),
                    structlog.stdlib.ExtraAdder(),
                    hide_keys,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"level": "INFO", "propagate": True, "handlers": []},
            "django.request": {"level": "ERROR"},  # the middleware tells of the rest
            **{name: {"level": "WARNING"} for name in CHATTY},
        },
    }


def path_without_keys(path: str) -> str:
    """`path` with every long segment hidden and no query, fit for a log."""
    return LONG_SEGMENT.sub("…", path.partition("?")[0])


def hide_keys(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """A structlog step: hides the keys in what Django says about an address."""
    if event.get("logger", "").startswith(TELLS_ADDRESSES) and isinstance(event.get("event"), str):
        event["event"] = LONG_SEGMENT.sub("…", event["event"])
    event.pop("request", None)
    return event


def _facts() -> list[Processor]:
    return [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _last_steps(debug: bool) -> list[Processor]:
    if debug:
        return [structlog.dev.ConsoleRenderer()]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]

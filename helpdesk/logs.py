"""Structured logs (first form)."""

from typing import Any


def configure_structlog(debug: bool) -> None:
    """Sets structlog up."""


def logging_config(debug: bool) -> dict[str, Any]:
    """The dictConfig of the product."""
    return {"version": 1, "disable_existing_loggers": False}

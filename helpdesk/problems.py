"""Refusals for programs: one JSON body for all of them, as RFC 9457 has it. English, for who writes the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse

API = "/api/"


def is_for_api(request: HttpRequest) -> bool:
    """Whether a program asks, which can do nothing with a page."""
    return request.path_info.startswith(API)


def problem(
    status: int,
    detail: str = "",
    *,
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """`{"type", "title", "status", "detail", "errors"}`; each of `errors` has a `field` and its own `detail`.

    No cache keeps it: what is refused now may be right a moment later.
    """
    title = HTTPStatus(status).phrase
    told: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    if detail or errors:
        told["detail"] = detail or " ".join(str(error["detail"]) for error in errors)
    if errors:
        told["errors"] = list(errors)
    response = JsonResponse(told, status=status, content_type="application/problem+json", headers=headers)
    response.headers["Cache-Control"] = "private, no-store"
    return response

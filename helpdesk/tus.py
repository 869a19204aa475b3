"""The words of tus 1.0.0, the protocol of uploads that go on after a lost connection (tus.io/protocols/resumable-upload).

Of its extensions creation, termination and expiration. Nothing here knows of files, people or the database.
"""

import base64
import binascii
import datetime as dt

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.http import http_date

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration"
PIECE_TYPE = "application/offset+octet-stream"
NUMBER_DIGITS = 18


def method_of(request: HttpRequest) -> str:
    """The method that is meant: a browser that knows no PATCH or DELETE posts and says so in a header.

    Other methods than POST can't be overridden, because nobody asks them for the form's token.
    """
    method = request.method or ""
    return request.headers.get("X-HTTP-Method-Override", method).upper() if method == "POST" else method


def number_in(request: HttpRequest, header: str) -> int | None:
    """The whole number in `header`, 0 or more; None when there is none, or it is not one."""
    text = request.headers.get(header, "")
    is_number = text.isascii() and text.isdecimal() and len(text) <= NUMBER_DIGITS
    return int(text) if is_number else None


def metadata_in(request: HttpRequest) -> dict[str, str]:
    """The pairs of `Upload-Metadata`; a value that is not base64 of UTF-8 is left out."""
    found = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _space, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, ValueError):
            continue
    return found


def speaks_it(request: HttpRequest) -> bool:
    """Whether the request is of our version. Without a word about it, it is of none."""
    return request.headers.get("Tus-Resumable") == VERSION


def refusal(
    status: int, detail: str, *, offset: int | None = None, retry_after: int | None = None
) -> JsonResponse:
    """An answer that says why not, in one sentence for the person: `{"detail": …}`."""
    response = JsonResponse({"detail": detail}, status=status)
    if offset is not None:
        response.headers["Upload-Offset"] = str(offset)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def marked(response: HttpResponseBase) -> HttpResponseBase:
    """The answer with what every answer of the protocol carries."""
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    if response.status_code == 412:
        response.headers["Tus-Version"] = VERSION
    return response


def expiry(moment: dt.datetime) -> str:
    """For `Upload-Expires`."""
    return http_date(moment.timestamp())

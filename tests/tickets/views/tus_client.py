"""Uploads piece by piece as the uploader's script does."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from typing import Any

from django.test import Client

TUS = {"tus-resumable": "1.0.0"}
PIECE = "application/offset+octet-stream"


def metadata(**pairs: str) -> str:
    """Pairs as `Upload-Metadata` carries them."""
    return ",".join(f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in pairs.items())


def begin(
    site: Client,
    size: int,
    *,
    name: str = "log.txt",
    draft: str | uuid.UUID = "",
    mark: str = "",
    headers: Mapping[str, str] = {},
) -> Any:
    """Asks for room for a file of `size` bytes."""
    said = metadata(filename=name, draft=str(draft or uuid.uuid4()), mark=mark)
    return site.post(
        "/uploads/", headers=TUS | {"upload-length": str(size), "upload-metadata": said, **headers}
    )


def send(site: Client, address: str, content: bytes, *, at: int = 0, headers: Mapping[str, str] = {}) -> Any:
    """Sends one piece."""
    said = TUS | {"upload-offset": str(at), **headers}
    # The test client drops the type of an empty body; browsers send it.
    return site.patch(address, content, headers=said, CONTENT_TYPE=PIECE)


def upload(site: Client, content: bytes, *, name: str = "log.txt", draft: str | uuid.UUID = "") -> Any:
    """Sends a whole file in one piece; the answer to it."""
    begun = begin(site, len(content), name=name, draft=draft)
    return send(site, begun["Location"], content) if begun.status_code == 201 else begun

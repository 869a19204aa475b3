"""Browsers and the object store, without us in between: addresses that we sign, for one thing and a few minutes.

Only where `STORAGE_URL` names a public address of an object store (S3 and its kin; Signature Version 4).
"""

import io
from functools import cache
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage

from helpdesk.store import new_key, told

SECONDS = 300  # a signed address lives no longer
UPLOAD_SECONDS = 3600  # a recording on a slow line takes its time


def presigned_get(key: str, fixed: dict[str, str]) -> str:
    """Where to read `key`, with the answer's headers in `fixed` (`Response…` of S3) as part of the signature."""
    asked = {"Bucket": _bucket(), "Key": key, **fixed}
    return str(_client().generate_presigned_url("get_object", Params=asked, ExpiresIn=SECONDS))


def presigned_put(key: str, *, size: int, media_type: str) -> dict[str, Any]:
    """How to write `size` bytes of `media_type` to `key`: `{method, url, headers}`. Another size or type is refused."""
    asked = {"Bucket": _bucket(), "Key": key, "ContentLength": size, "ContentType": media_type}
    url = _client().generate_presigned_url("put_object", Params=asked, ExpiresIn=UPLOAD_SECONDS)
    return {"method": "PUT", "url": url, "headers": {"Content-Type": media_type}}


def settle(key: str, *, tenant_id: int) -> File:
    """A copy of what a browser wrote to `key`, made inside the store, where nobody's address leads; `key` is left.

    Its `name` is the copy's key; it is read by ranges. Raises StoreAway, or FileNotFoundError when nothing was written.
    """
    copy = new_key(tenant_id)
    with told():
        _within().copy_object(Bucket=_bucket(), Key=copy, CopySource={"Bucket": _bucket(), "Key": key})
        size = int(_within().head_object(Bucket=_bucket(), Key=copy)["ContentLength"])
    content = File(io.BufferedReader(Ranged(copy, size), buffer_size=Ranged.BLOCK), name=copy)
    content.size = size
    return content


class Ranged(io.RawIOBase):
    """An object of the store as a file that is read by ranges, `BLOCK` bytes at a time. Raises StoreAway."""

    BLOCK = 1024 * 1024

    def __init__(self, key: str, size: int) -> None:
        super().__init__()
        self._key = key
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        end = min(self._at + len(buffer), self._size)
        if end <= self._at:
            return 0
        with told():
            asked = {"Bucket": _bucket(), "Key": self._key, "Range": f"bytes={self._at}-{end - 1}"}
            block = _within().get_object(**asked)["Body"].read()
        buffer[: len(block)] = block
        self._at += len(block)
        return len(block)


def _within() -> Any:
    """The store as we reach it ourselves."""
    return default_storage.connection.meta.client  # type: ignore[attr-defined]


def _bucket() -> str:
    return str(default_storage.bucket_name)  # type: ignore[attr-defined]


def _client() -> Any:
    return _client_at(settings.PUBLIC_STORE)


@cache
def _client_at(address: str) -> Any:
    import boto3  # only installed for an object store

    store: Any = default_storage
    return boto3.client(
        "s3",
        endpoint_url=address,
        aws_access_key_id=store.access_key,
        aws_secret_access_key=store.secret_key,
        region_name=store.region_name or "us-east-1",
        config=settings.STORAGES["default"]["OPTIONS"]["client_config"],
    )

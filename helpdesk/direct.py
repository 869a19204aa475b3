"""Browsers and the object store, without us in between: addresses that we sign, for one thing and a few minutes.

Only where `STORAGE_URL` names a public address of an object store (S3 and its kin; Signature Version 4).
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage

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


def _bucket() -> str:
    return str(default_storage.bucket_name)  # type: ignore[attr-defined]


@cache
def _client() -> Any:
    import boto3  # only installed for an object store

    store: Any = default_storage
    return boto3.client(
        "s3",
        endpoint_url=settings.PUBLIC_STORE,
        aws_access_key_id=store.access_key,
        aws_secret_access_key=store.secret_key,
        region_name=store.region_name or "us-east-1",
        config=settings.STORAGES["default"]["OPTIONS"]["client_config"],
    )

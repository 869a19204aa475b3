"""Addresses of the services beside us, as the environment gives them, in the words of what uses them."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def file_store(url: str) -> dict[str, Any]:
    """Django's storage entry for `file:///folder` or `s3://key:secret@host/bucket`."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": unquote(parts.path), "file_permissions_mode": 0o600},
        }
    if parts.scheme != "s3" or not parts.hostname:
        raise ImproperlyConfigured("STORAGE_URL must be file:///folder or s3://key:secret@host/bucket.")
    port = f":{parts.port}" if parts.port else ""
    secure = "http" if parse_qs(parts.query).get("tls") == ["0"] else "https"
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(parts.username or ""),
            "secret_key": unquote(parts.password or ""),
            "endpoint_url": f"{secure}://{parts.hostname}{port}",
            "bucket_name": parts.path.strip("/"),
            "default_acl": "private",
            "querystring_expire": 300,
            "file_overwrite": False,
            "max_memory_size": 256 * 1024,  # a larger piece is read by way of the disk
            "client_config": store_client(),
        },
    }


def store_client() -> Any:
    """How long an object store may take: a request that waits for it holds its person up, and the database."""
    from botocore.config import Config  # only installed for an object store

    return Config(
        connect_timeout=5,
        read_timeout=20,
        retries={"total_max_attempts": 2},
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",  # other makers' stores know no newer checksums
        response_checksum_validation="when_required",
    )


def public_store(url: str) -> str:
    """Where browsers reach the object store themselves (`s3://…?public=https://files.example.com`); empty: nowhere."""
    public = parse_qs(urlsplit(url).query).get("public", [""])[0].rstrip("/")
    if public and urlsplit(public).scheme not in {"http", "https"}:
        raise ImproperlyConfigured(
            "public in STORAGE_URL must be an address, such as https://files.example.com."
        )
    return public


def origins_of(url: str) -> list[str]:
    """The origin of an address, as a policy for pages names it; none for an empty address."""
    parts = urlsplit(url)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def scanner(url: str) -> tuple[str, int] | None:
    """Host and port of a clamd (`tcp://host:3310`), or its socket and 0 (`unix:///path`); None when there is none."""
    parts = urlsplit(url)
    if not url:
        return None
    if parts.scheme == "unix" and parts.path:
        return unquote(parts.path), 0
    if parts.scheme == "tcp" and parts.hostname:
        return parts.hostname, parts.port or 3310
    raise ImproperlyConfigured("CLAMD_URL must be tcp://host:port or unix:///path/of/socket.")

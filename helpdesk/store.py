"""The store of files: keys with nothing of a person in them, and one error for whatever went wrong with it."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage

log = structlog.get_logger(__name__)


class StoreAway(Exception):
    """The store is full or cannot be reached: nothing was kept, and the same may work in a minute."""


def new_key(tenant_id: int) -> str:
    """A place in the store that nothing has yet: the tenant in front, and nothing of any file's name."""
    return f"tenants/{tenant_id}/{uuid.uuid4().hex}"


def put(content: File, *, tenant_id: int) -> str:
    """Writes all of `content` from its start, in pieces; returns its key. Raises StoreAway, and leaves no half of it."""
    key = new_key(tenant_id)
    content.seek(0)
    try:
        with told():
            return default_storage.save(key, content)
    except StoreAway:
        with suppress(StoreAway), told():
            default_storage.delete(key)
        raise


def opened(key: str) -> File:
    """The content, to be closed by whoever asked for it. Raises as `read`."""
    with told():
        content = default_storage.open(key, "rb")
        content.seek(0)
        return content


def read(key: str) -> Iterator[bytes]:
    """The content in pieces. Raises StoreAway, or FileNotFoundError when there is no such key."""
    with told(), default_storage.open(key, "rb") as content:
        yield from content.chunks()


def remove(keys: Iterable[str]) -> None:
    """Deletes what is there of `keys`; what the store can't delete now is only told to the log."""
    for key in keys:
        try:
            with told():
                default_storage.delete(key)
        except StoreAway as away:
            log.warning("store.left_over", key=key, reason=str(away))


@contextmanager
def told() -> Iterator[None]:
    """Turns whatever the store raises into StoreAway; what is not there stays a FileNotFoundError."""
    try:
        yield
    except FileNotFoundError:
        raise
    except _errors() as error:
        if getattr(error, "response", {}).get("Error", {}).get("Code") in {"404", "NoSuchKey", "NotFound"}:
            raise FileNotFoundError(str(error)) from error
        raise StoreAway(str(error)) from error


@cache
def _errors() -> tuple[type[Exception], ...]:
    try:  # only installed for an object store
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        return (OSError,)
    return (OSError, Boto3Error, BotoCoreError, ClientError)

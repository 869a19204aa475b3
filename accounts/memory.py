"""What every request needs and few change, kept in the process until the database says that it changed.

Each change of a row of the setup (categories, senders, promises, …) renews the tenant's stamp, by a trigger and in the
same transaction. Whoever reads the stamp therefore sees the changes with it, or neither.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar
from uuid import UUID

from accounts.models import SetupStamp
from helpdesk.prepared import prepared
from helpdesk.tenancy import current_tenant_id

T = TypeVar("T")
KEPT = 5_000  # answers in one process, of all its tenants
_kept: dict[tuple[int, Callable[[], Any]], tuple[UUID, Any]] = {}
_read: ContextVar[dict[int, UUID | None] | None] = ContextVar("setup_stamps_read", default=None)


def remembered(load: Callable[[], T]) -> T:
    """What `load`, a function of a module, reads of the current tenant's setup; asked anew only after a change.

    One statement, for the stamp; inside `one_reading` one for all. All requests share the answer: nobody may change it.
    """
    stamp = _stamp()
    if stamp is None:  # a tenant whose setup never changed is one that is being made
        return load()
    key = current_tenant_id(), load
    found = _kept.get(key)
    if found is None or found[0] != stamp:
        if len(_kept) >= KEPT:
            _kept.clear()
        found = _kept[key] = stamp, load()
    return found[1]


@contextmanager
def one_reading() -> Iterator[None]:
    """Inside, the setup stays as it was when first asked for: only for work that changes none of it."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def note_stamp(stamp: UUID | None) -> None:
    """Takes the stamp that another statement of the request read on its way: inside `one_reading` nobody asks again."""
    read = _read.get()
    if read is not None:
        read.setdefault(current_tenant_id(), stamp)


def _stamp() -> UUID | None:
    tenant_id, read = current_tenant_id(), _read.get()
    if read is not None and tenant_id in read:
        return read[tenant_id]
    stamp = setup_stamps.first()
    note_stamp(stamp)
    return stamp


setup_stamps = prepared(lambda: SetupStamp.objects.values_list("stamp", flat=True))

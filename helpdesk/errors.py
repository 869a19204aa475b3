"""What a person may be told when something they asked for cannot be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class Refused(Exception):
    """A request that broke a rule its author can read and mend.

    `message` is a whole sentence for the person; a lazy translation stays lazy until it is shown.
    `field` names the input it belongs to, or is None when it belongs to the whole request.
    """

    def __init__(self, message: _StrOrPromise, field: str | None = None) -> None:
        super().__init__(message, field)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(Refused):
    """Refused because of who asks, not of what they typed."""


class Contradicted(Refused):
    """Refused because it does not go together with how things are now."""

"""Other people's text on its way into a database column, a header or a body."""

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

# Marks that turn the direction of what follows them (UAX #9): in a name or a subject they could make it read as
# something else, in a body only those that override or embed can.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OVERRIDING = re.compile("[\u202a-\u202e]")
_BREAKS = frozenset({"Cc", "Cs", "Zl", "Zp"})


def one_line(value: str) -> str:
    """`value` fit for a header: one line, no control characters, nothing that turns the direction of the rest."""
    signs = (" " if unicodedata.category(sign) in _BREAKS else sign for sign in _TURNING.sub("", value))
    return " ".join("".join(signs).split())


def many_lines(value: str) -> str:
    """`value` fit for a body: lines end in `\\n`, no other control character but the tab, no turned direction."""
    value = _OVERRIDING.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(sign for sign in value if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})


def storable(values: Mapping[str, Any]) -> dict[str, Any]:
    """A deep copy that PostgreSQL takes as JSON: texts without NUL and lone surrogates.

    Raise ValueError for what JSON cannot hold.
    """
    try:
        copy = json.loads(json.dumps(values, allow_nan=False), object_hook=_clean_keys)
    except TypeError as error:
        raise ValueError("The facts of a mail must be JSON.") from error
    return {key: _clean(value) for key, value in copy.items()}


def _clean_keys(values: dict[str, Any]) -> dict[str, Any]:
    return {_clean(key): _clean(value) for key, value in values.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "").encode(errors="replace").decode()
    return [_clean(item) for item in value] if isinstance(value, list) else value

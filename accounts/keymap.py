"""The desk's keys: which there are, and which a person has put in their place.

A control of a page carries its shipped key as `data-shortcut`; the key presses or focuses it. So an act is named by the
key it was shipped with, also for somebody who uses another.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Member
from helpdesk.errors import Refused

LONGEST = 3  # one key, or two with a blank between: "g q"


@dataclass(frozen=True)
class Key:
    """One act with the key it is shipped with; `is_fixed` ones can't be given another."""

    shipped: str
    label: str | Promise
    is_fixed: bool = False


@dataclass(frozen=True)
class Group:
    """Keys that belong together."""

    label: str | Promise
    keys: tuple[Key, ...]


KEYMAP = (
    Group(
        gettext_lazy("Move"),
        (
            Key("j", gettext_lazy("Next row")),
            Key("k", gettext_lazy("Previous row")),
            Key("o", gettext_lazy("Open the row")),
            Key("v", gettext_lazy("Preview the row")),
            Key("]", gettext_lazy("Next ticket")),
            Key("[", gettext_lazy("Previous ticket")),
            Key("u", gettext_lazy("Back to the list")),
            Key("l", gettext_lazy("Latest message")),
            Key("h", gettext_lazy("History of the ticket")),
            Key("g q", gettext_lazy("Go to all open tickets")),
            Key("g m", gettext_lazy("Go to my tickets")),
            Key("g s", gettext_lazy("Go to tickets due within the hour")),
            Key("g u", gettext_lazy("Go to unassigned tickets")),
            Key("g w", gettext_lazy("Go to tickets that wait for a reply")),
            Key("g d", gettext_lazy("Go to the dashboard")),
        ),
    ),
    Group(
        gettext_lazy("Act"),
        (
            Key("x", gettext_lazy("Choose the row")),
            Key("a", gettext_lazy("Assign to me")),
            Key("e", gettext_lazy("Solve")),
            Key("s", gettext_lazy("Status")),
            Key("p", gettext_lazy("Priority")),
            Key("t", gettext_lazy("Add a tag")),
            Key("f", gettext_lazy("Hand over to the next tier")),
            Key("z", gettext_lazy("Undo")),
            Key(".", gettext_lazy("Copy the number")),
        ),
    ),
    Group(
        gettext_lazy("Write"),
        (
            Key("r", gettext_lazy("Reply to the customer")),
            Key("n", gettext_lazy("Internal note")),
            Key("m", gettext_lazy("Use a macro")),
            Key("Ctrl Enter", gettext_lazy("Send"), is_fixed=True),
            Key("Ctrl Shift Enter", gettext_lazy("Send and solve"), is_fixed=True),
            Key("Ctrl B", pgettext_lazy("mark", "Bold"), is_fixed=True),
            Key("Ctrl I", pgettext_lazy("mark", "Italic"), is_fixed=True),
            Key("Esc", gettext_lazy("Leave the text, which is kept"), is_fixed=True),
        ),
    ),
    Group(
        gettext_lazy("Find"),
        (
            Key("/", gettext_lazy("Search tickets")),
            Key("Ctrl K", gettext_lazy("Every command, view and ticket"), is_fixed=True),
            Key("?", gettext_lazy("These keys")),
        ),
    ),
)


def changeable_keys() -> list[Key]:
    """The keys that a person may put another in the place of, in the order of the sheet."""
    return [key for group in KEYMAP for key in group.keys if not key.is_fixed]


def own_keys(member: Member) -> dict[str, str]:
    """What the person uses, by the shipped key; only what differs."""
    kept = member.desk_keys.get("keys", {})
    return {key.shipped: kept[key.shipped] for key in changeable_keys() if kept.get(key.shipped)}


def keys_are_on(member: Member) -> bool:
    """Whether single keys do anything for this person."""
    return not member.desk_keys.get("off")


def keys_of_page(member: Member) -> str:
    """What the desk's script reads: `off`, the own keys as JSON, or nothing for those that are shipped."""
    if not keys_are_on(member):
        return "off"
    own = own_keys(member)
    return json.dumps(own) if own else ""


def sheet_of(member: Member) -> list[dict[str, object]]:
    """The groups with the keys as this person uses them."""
    own = own_keys(member)
    return [
        {
            "label": group.label,
            "keys": [
                {"label": key.label, "parts": own.get(key.shipped, key.shipped).split(" ")}
                for key in group.keys
            ],
        }
        for group in KEYMAP
    ]


def check_keys(wanted: Mapping[str, str]) -> dict[str, str]:
    """`wanted` keys by the shipped ones, without those that are as shipped. Raises Refused, with the shipped key as field.

    A key is one visible character, or two with a blank between; no key may stand for two acts, or begin another.
    """
    own = {key.shipped: _key(wanted.get(key.shipped, ""), key.shipped) for key in changeable_keys()}
    for shipped, typed in own.items():
        others = [other for act, other in own.items() if act != shipped]
        if _collides(typed, others):
            raise Refused(_("“%(key)s” stands for something else already.") % {"key": typed}, shipped)
    return {shipped: typed for shipped, typed in own.items() if typed != shipped}


def _key(typed: str, shipped: str) -> str:
    key = " ".join(typed.replace("\0", "").split()).lower() or shipped
    parts = key.split(" ")
    if len(key) > LONGEST or any(len(part) != 1 or not part.isprintable() for part in parts):
        raise Refused(_("Enter one key like %(key)s, or two like g q.") % {"key": shipped}, shipped)
    return key


def _collides(key: str, others: Iterable[str]) -> bool:
    return any(other == key or other.startswith(f"{key} ") for other in others)

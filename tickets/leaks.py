"""Words of an internal note that stand in what is meant for the customer: pasted by mistake, mostly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from helpdesk.prepared import prepared
from tickets.joined import threads_with
from tickets.models import Message, Ticket
from tickets.sensitive import masked

LEAST = 40  # signs in a row; shorter ones are phrases that everybody writes
READ = 200  # notes, the newest
SHOWN = 80  # signs of what was found
_UNSEEN = str.maketrans("", "", "*_`>")  # marks of the desk, which are not there when a drawn note is copied


@dataclass(frozen=True)
class Leak:
    """`words` of the reply that stand in an internal note, and the ids of all such notes."""

    words: str
    notes: frozenset[int]


def leak_in(body: str, ticket: Ticket) -> Leak | None:
    """What of `body` stands in internal notes of the ticket and in nothing that its customer has read already.

    One statement, a second one when something is found; none for a short text.
    """
    pieces = _pieces(_flat(body))
    if not pieces:
        return None
    notes = {pk: _flat(text) for pk, text in _texts(ticket=ticket.pk, kind=Message.Kind.INTERNAL.value)}
    found = {pk: shared for pk, text in notes.items() if (shared := pieces & _pieces(text))}
    if not found:
        return None
    for _pk, text in _texts(ticket=ticket.pk, kind=Message.Kind.PUBLIC.value):
        read = _pieces(_flat(text))
        found = {pk: left for pk, shared in found.items() if (left := shared - read)}
    if not found:
        return None
    pk = max(found)
    return Leak(_stretch(notes[pk], found[pk]), frozenset(found))


def _flat(text: str) -> str:
    return " ".join(text.translate(_UNSEEN).split())


def _pieces(text: str) -> set[str]:
    """Every LEAST signs in a row."""
    return {text[start : start + LEAST] for start in range(len(text) - LEAST + 1)}


def _stretch(text: str, pieces: set[str]) -> str:
    """The first stretch of `text` that the pieces cover, in whole words, shortened, without what looks like a secret."""
    start = next(start for start in range(len(text)) if text[start : start + LEAST] in pieces)
    end = start + LEAST
    while end < len(text) and text[end + 1 - LEAST : end + 1] in pieces:
        end += 1
    start, end = text.rfind(" ", 0, start) + 1, text.find(" ", end) if " " in text[end:] else len(text)
    shown = masked(text[start:end]).strip(" .,;:")
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN].rstrip()}…"


@prepared
def _texts(ticket: Any, kind: Any) -> QuerySet[Message, Any]:
    said = Message.objects.filter(ticket__in=threads_with(ticket), kind=kind)
    return said.order_by("-id").values_list("pk", "body")[:READ]

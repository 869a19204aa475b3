"""What was said is made findable in the transaction that says it; a secret in it is not."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from helpdesk.search.analysis import stemmers_of, words_of
from helpdesk.search.sql import VECTOR_WORDS, vector
from helpdesk.tenancy import current_tenant_id
from tickets.models import Message, Ticket, TicketWords
from tickets.queries import ticket_messages
from tickets.sensitive import masked

_WORDS = vector("%(words)s::text[]", "%(stemmers)s::text[]")
_FIRST = vector("%s::text[]", "%s::text[]")
_ADD = {
    kind: f"""
        INSERT INTO tickets_ticketwords AS t (tenant_id, ticket_id, public, internal)
        VALUES (%(tenant)s, %(ticket)s, {_WORDS if kind == Message.Kind.PUBLIC else "''"},
                {_WORDS if kind == Message.Kind.INTERNAL else "''"})
        ON CONFLICT (tenant_id, ticket_id) DO UPDATE SET {kind.value} = t.{kind.value} || excluded.{kind.value}
        WHERE length(t.{kind.value}) < {VECTOR_WORDS}
    """
    for kind in Message.Kind
}
_REPLACE = f"""
    UPDATE tickets_ticketwords SET public = {_WORDS} WHERE tenant_id = %(tenant)s AND ticket_id = %(ticket)s
"""


def first_words(ticket: Ticket, message: Message) -> TicketWords:
    """The words of a new ticket's title, answers and first message, for the caller to store with them."""
    return TicketWords(ticket=ticket, public=_vector(ticket, [*_about(ticket), message.body]))


def all_words(ticket: Ticket, messages: Iterable[Message]) -> TicketWords:
    """The words of a ticket that comes with its whole conversation, for the caller to store with them."""
    said: dict[str, list[str]] = {kind: [] for kind in Message.Kind}
    for message in messages:
        said[message.kind].append(message.body)
    public = _vector(ticket, [*_about(ticket), *said[Message.Kind.PUBLIC]])
    return TicketWords(ticket=ticket, public=public, internal=_vector(ticket, said[Message.Kind.INTERNAL]))


def _vector(ticket: Ticket, texts: list[str]) -> RawSQL:
    words = _findable(texts)
    return RawSQL(_FIRST, [words, words, stemmers_of([ticket.locale])])  # noqa: S611  (the words are an argument)


def add_words(ticket: Ticket, message: Message) -> None:
    """Lets the ticket be found by what `message` says, a note by the desk only. One statement.

    A ticket that has VECTOR_WORDS already learns no more of that kind. The caller holds the ticket's lock.
    """
    _run(_ADD[Message.Kind(message.kind)], ticket, [message.body])


def renew_words(ticket: Ticket) -> None:
    """Reads the title and every public message anew, after one of them was changed. The caller holds the lock."""
    public = ticket_messages(ticket).filter(kind=Message.Kind.PUBLIC)
    _run(_REPLACE, ticket, [*_about(ticket), *public.values_list("body", flat=True)])


def write_words_anew(ticket: Ticket) -> None:
    """Reads everything of the ticket anew, after messages came to it or left it. The caller holds the lock."""
    words = all_words(ticket, ticket_messages(ticket))
    TicketWords.objects.filter(ticket=ticket).update(public=words.public, internal=words.internal)


def _about(ticket: Ticket) -> list[str]:
    """The title, and what was answered to the questions of the topic."""
    return [ticket.subject, *map(str, ticket.fields.values())]


def _findable(texts: Iterable[str]) -> list[str]:
    """The words of `texts` as agents see them: who may not read a card number may not try it out in the search either."""
    return words_of("\n".join(map(masked, texts)))


def _run(statement: str, ticket: Ticket, texts: list[str]) -> None:
    values: dict[str, Any] = {
        "tenant": current_tenant_id(),
        "ticket": ticket.pk,
        "words": _findable(texts),
        "stemmers": stemmers_of([ticket.locale]),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)

"""The answers of a ticket's form, as the desk keeps and needs them."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.search.analysis import fold
from tickets.actions.lock import lock_ticket
from tickets.actions.record import record_event
from tickets.models import CategoryPrompt, Ticket, TicketAnswer
from tickets.models.answer import FOUND_LENGTH
from tickets.models.event import Verb
from tickets.models.ticket import Channel
from tickets.queries import prompts_of_ticket

EVENT_LENGTH = 200


class Unanswered(Refused):
    """The ticket can't be solved before `prompts` are answered."""

    def __init__(self, prompts: list[CategoryPrompt]) -> None:
        labels = ", ".join(f"“{prompt.label}”" for prompt in prompts)
        super().__init__(
            _("Answer %(fields)s under Fields before you solve this ticket.") % {"fields": labels}, "answers"
        )
        self.prompts = prompts


@transaction.atomic
def change_answers(ticket: Ticket, *, answers: Mapping[str, str], actor: Member | None) -> Ticket:
    """Keeps `answers`, clean texts by short name, beside those there are; an empty one is taken out. Locks the ticket.

    One event tells what changed; nothing happens when nothing did. Raises Refused when the ticket is closed.
    """
    locked, now = lock_ticket(ticket)
    changes = {
        key: [locked.fields.get(key) or "", text]
        for key, text in answers.items()
        if (locked.fields.get(key) or "") != text
    }
    if not changes:
        return locked
    if locked.is_closed:
        raise Refused(_("This ticket is closed. Start a follow-up instead."))
    kept = {**locked.fields, **{key: text for key, (_before, text) in changes.items()}}
    locked.fields = {key: text for key, text in kept.items() if text != ""}
    locked.updated_at = now
    locked.save()
    TicketAnswer.objects.filter(ticket=locked, key__in=list(changes)).delete()
    TicketAnswer.objects.bulk_create(row for row in found_answers(locked) if row.key in changes)
    told = {key: [str(text)[:EVENT_LENGTH] for text in pair] for key, pair in changes.items()}
    record_event(locked, Verb.ANSWER_CHANGED, actor=actor, changes=told, channel=Channel.DESK, now=now)
    return locked


def found_answers(ticket: Ticket) -> list[TicketAnswer]:
    """The rows that the ticket is found by, for the caller to store; long texts have none."""
    return [
        TicketAnswer(ticket=ticket, key=key[:40], value=fold(str(text))[:FOUND_LENGTH])
        for key, text in ticket.fields.items()
        if 0 < len(str(text)) <= FOUND_LENGTH
    ]


def refuse_unanswered(ticket: Ticket) -> None:
    """Raises Unanswered when the desk would solve the ticket before what its category needs is answered."""
    missing = [
        prompt
        for prompt in prompts_of_ticket(ticket)
        if prompt.needed_to_solve and ticket.fields.get(prompt.key) in (None, "")
    ]
    if missing:
        raise Unanswered(missing)

"""The desk gives a ticket a title that says what it is about."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.typed_text import clean_line, clean_text
from tickets.actions.lock import lock_ticket
from tickets.actions.record import record_event
from tickets.actions.words import renew_words
from tickets.models import Ticket
from tickets.models.event import Verb
from tickets.models.ticket import Channel
from tickets.sensitive import masked


@transaction.atomic
def rename(ticket: Ticket, *, subject: str, actor: Member | None) -> Ticket:
    """Gives the ticket another title, for its customer too; mails that wait keep theirs. Locks it.

    Nothing happens when it is the title that the desk is shown already. Raises Refused (field "subject") for an empty
    one, Refused when the ticket is closed.
    """
    locked, now = lock_ticket(ticket)
    before, subject = locked.subject, clean_line(clean_text(subject))
    if subject in (before, masked(before)):
        return locked
    if not subject:
        raise Refused(_("Enter a title"), "subject")
    if locked.is_closed:
        raise Refused(_("The ticket is closed, which is final."))
    locked.subject, locked.updated_at = subject, now
    locked.save()
    record_event(
        locked,
        Verb.RENAMED,
        actor=actor,
        changes={"subject": [before, subject]},
        channel=Channel.DESK,
        now=now,
    )
    renew_words(locked)
    return locked

"""Somebody of the desk opens a ticket for a customer who called, or wrote elsewhere."""

import uuid

from django.utils.translation import gettext_lazy as _

from accounts.actions.people import find_or_add_guest
from accounts.models import Member
from helpdesk.errors import Refused
from tickets.actions.submit import submit_ticket
from tickets.models import Category, Message, Ticket
from tickets.models.ticket import Channel, Priority


def open_ticket_for(
    email: str,
    *,
    opened_by: Member,
    name: str,
    subject: str,
    body: str,
    category: Category | None,
    submission_key: uuid.UUID,
    locale: str,
    priority: int = Priority.NORMAL,
    channel: Channel = Channel.DESK,
    direction: str = "",
) -> Ticket:
    """A ticket of the member with this address, or of a new guest, with what they told as its first message.

    They are mailed that the desk opened it; what was typed stands in that mail only when the address is known to be
    theirs. `direction` counts for telephone calls. Idempotent by `submission_key`. Raises Refused (field "email") for
    somebody who is shut out, AlreadySent for a key that was used with other words.
    """
    requester = find_or_add_guest(email, name=name, locale=locale)
    if not requester.is_active:
        raise Refused(_("This person is shut out. Ask an admin first."), "email")
    return submit_ticket(
        requester=requester,
        is_proven=requester.email_proven_at is not None,
        subject=subject,
        body=body,
        category=category,
        submission_key=submission_key,
        priority=priority,
        channel=channel,
        locale=requester.locale or locale,
        opened_by=opened_by,
        direction=(direction or Message.Direction.INCOMING) if channel == Channel.PHONE else "",
    )

"""Tickets as people make them: through the same actions as the pages."""

import uuid
from typing import Any

from accounts.models import Member
from tests.factories.cast import House
from tickets.actions.reply import add_note, reply_as_customer, reply_to_customer
from tickets.actions.submit import submit_ticket
from tickets.models import Message, Participant, Ticket


def make_ticket(house: House, requester: Member, *, is_proven: bool = True, **wishes: Any) -> Ticket:
    """A ticket of `requester` in the house's first category, in the open scope."""
    return submit_ticket(
        requester=requester,
        is_proven=is_proven,
        **{
            "subject": "Refund for order 1182",
            "body": "The refund is still not here.",
            "category": house.category,
            "submission_key": uuid.uuid4(),
            **wishes,
        },
    )


def participant_of(ticket: Ticket, member: Member) -> Participant:
    """How `member` takes part in `ticket`."""
    return Participant.objects.select_related("ticket", "member").get(ticket=ticket, member=member)


def answer(ticket: Ticket, agent: Member, body: str = "It is on its way.", **wishes: Any) -> Message:
    """A public reply of the desk that has seen everything."""
    newest = Message.objects.filter(ticket=ticket).order_by("pk").values_list("pk", flat=True).last() or 0
    given = {"submission_key": uuid.uuid4(), "seen_message_id": newest, **wishes}
    return reply_to_customer(ticket, author=agent, body=body, **given)


def note(ticket: Ticket, agent: Member, body: str = "Checked with the bank.") -> Message:
    """An internal note."""
    return add_note(ticket, author=agent, body=body, submission_key=uuid.uuid4())


def write_back(ticket: Ticket, member: Member, body: str = "Still nothing.") -> Message:
    """What a participant adds."""
    return reply_as_customer(participant_of(ticket, member), body=body, submission_key=uuid.uuid4())

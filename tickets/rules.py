"""Who may do what to a ticket: pure predicates, read from the role, the teams and the participants."""

from accounts.models import Member
from accounts.rules import Role, may_use_desk
from tickets.models import Category, Ticket
from tickets.models.ticket import Status


def sees_all_tickets(member: Member) -> bool:
    """Whether no team limits what the member sees in the desk."""
    return member.role == Role.ADMIN


def may_work_on_tickets(member: Member) -> bool:
    """Whether the member may reply, note, assign and change status on the tickets they see in the desk."""
    return may_use_desk(member)


def may_be_assigned(member: Member, ticket: Ticket, *, is_in_team: bool) -> bool:
    """Whether `ticket` may be given to `member`: staff who would see it."""
    return may_use_desk(member) and (is_in_team or sees_all_tickets(member))


def may_choose_category(category: Category, *, is_signed_in: bool) -> bool:
    """Whether a person may submit under `category`."""
    return category.is_active and (is_signed_in or not category.account_required)


def may_reply_as_customer(ticket: Ticket) -> bool:
    """Whether a participant may still add to the ticket; a closed one takes a follow-up instead."""
    return ticket.status != Status.CLOSED


def may_mark_solved(ticket: Ticket) -> bool:
    """Whether a participant may say that it is solved."""
    return ticket.status not in {Status.SOLVED, Status.CLOSED}


def may_reopen(ticket: Ticket) -> bool:
    """Whether a participant may open it again: solved, and not closed yet."""
    return ticket.status == Status.SOLVED

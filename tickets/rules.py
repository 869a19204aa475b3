"""Who may do what to a ticket: pure predicates, read from the role, the teams and the participants."""

import datetime as dt
from collections.abc import Collection

from accounts.models import Member
from accounts.rules import Role, may_use_desk
from tickets.models import Category, Macro, Message, Participant, Rating, SavedView, Ticket
from tickets.models.ticket import OPEN_STATUSES, Status

RATING_TIME = dt.timedelta(days=30)  # after solving, in which it can be rated
RATING_CHANGE_TIME = dt.timedelta(days=7)  # in which a rating can be changed
EASE_TIME = dt.timedelta(days=7)  # after sending, in which it can be said how easy that was
EDIT_TIME = dt.timedelta(minutes=5)  # in which a customer may change what they just wrote


def sees_all_tickets(member: Member) -> bool:
    """Whether no team limits what the member sees in the desk."""
    return member.role == Role.ADMIN


def may_work_on_tickets(member: Member) -> bool:
    """Whether the member may reply, note, assign and change status on the tickets they see in the desk."""
    return may_use_desk(member)


def may_be_assigned(member: Member, ticket: Ticket, *, is_in_team: bool) -> bool:
    """Whether `ticket` may be given to `member`: staff who would see it."""
    return may_use_desk(member) and (is_in_team or sees_all_tickets(member))


def may_share_views(member: Member) -> bool:
    """Whether the member may keep lists for the teams they see, and change those of these teams."""
    return member.role in {Role.LEAD, Role.ADMIN}


def may_change_view(member: Member, view: SavedView) -> bool:
    """Whether the member, who sees the saved view, may rename, move and remove it."""
    return view.owner_id == member.pk or (view.team_id is not None and may_share_views(member))


def may_see_figures(member: Member) -> bool:
    """Whether the member sees how the desk does: a lead the figures of own teams, an admin all."""
    return may_use_desk(member) and member.role in {Role.LEAD, Role.ADMIN}


def may_block_domains(member: Member) -> bool:
    """Whether the member may let everybody at a domain land in spam, and let senders in again."""
    return may_use_desk(member) and member.role in {Role.LEAD, Role.ADMIN}


def may_set_promises(member: Member) -> bool:
    """Whether the member may change calendars and promises, and let changes reach open tickets."""
    return may_use_desk(member) and member.role == Role.ADMIN


def may_route_requests(member: Member) -> bool:
    """Whether the member may change which team gets which requests."""
    return may_use_desk(member) and member.role == Role.ADMIN


def may_be_joined(ticket: Ticket) -> bool:
    """Whether another ticket may be joined into this one: somebody works on it."""
    return ticket.status in OPEN_STATUSES and not ticket.is_spam and not ticket.merged_into_id


def may_be_handed_over(ticket: Ticket) -> bool:
    """Whether the ticket may go to another tier: somebody works on it."""
    return ticket.status in OPEN_STATUSES and not ticket.is_spam and not ticket.merged_into_id


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


def may_rate(ticket: Ticket, rating: Rating | None, *, now: dt.datetime) -> bool:
    """Whether a participant may say what they thought of the help: once it is solved, and change it for some days."""
    if ticket.is_spam or ticket.solved_at is None or ticket.status not in {Status.SOLVED, Status.CLOSED}:
        return False
    if rating and rating.rated_at:
        return now - rating.rated_at <= RATING_CHANGE_TIME
    return now - ticket.solved_at <= RATING_TIME


def may_tell_ease(ticket: Ticket, *, now: dt.datetime) -> bool:
    """Whether its requester may still say how easy it was to send, or say it otherwise."""
    return not ticket.is_spam and now - ticket.created_at <= EASE_TIME


def may_judge(message: Message, ticket: Ticket) -> bool:
    """Whether a participant may say if this message helped: a person of the desk wrote it to them."""
    is_reply = message.side == Message.Side.DESK and message.kind == Message.Kind.PUBLIC
    return is_reply and message.author_id is not None and ticket.status != Status.CLOSED


def may_edit_message(message: Message, ticket: Ticket, member: Member, *, now: dt.datetime) -> bool:
    """Whether `member` may still change what they wrote: in the portal, at most EDIT_TIME ago, not once it is closed."""
    is_own = message.author_id == member.pk and message.side == Message.Side.CUSTOMER
    return is_own and ticket.status != Status.CLOSED and now - message.created_at <= EDIT_TIME


def may_add_participants(participant: Participant, ticket: Ticket) -> bool:
    """Whether this participant may let others in: who asked, once their own address is proven."""
    is_requester = participant.role == Participant.Role.REQUESTER
    return is_requester and participant.proven_at is not None and ticket.status != Status.CLOSED


def may_remove_participant(participant: Participant, other: Participant) -> bool:
    """Whether this participant may end the part of `other`: the requester everybody else's, anybody their own."""
    if other.role == Participant.Role.REQUESTER:
        return False
    return participant.role == Participant.Role.REQUESTER or participant.pk == other.pk


def may_keep_macro(macro: Macro, member: Member, *, team_ids: Collection[int]) -> bool:
    """Whether the member may write and change it: everybody their own, a lead those of own teams, an admin the rest."""
    if not may_use_desk(member):
        return False
    if macro.scope == Macro.Scope.PERSONAL:
        return macro.owner_id == member.pk
    if member.role == Role.ADMIN:
        return True
    return member.role == Role.LEAD and macro.scope == Macro.Scope.TEAM and macro.team_id in team_ids


def macro_scopes(member: Member) -> tuple[Macro.Scope, ...]:
    """Whom the member may write macros for."""
    scopes = Macro.Scope
    if member.role == Role.ADMIN:
        return (scopes.PERSONAL, scopes.TEAM, scopes.ALL)
    return (scopes.PERSONAL, scopes.TEAM) if member.role == Role.LEAD else (scopes.PERSONAL,)

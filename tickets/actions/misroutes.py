"""Requests that went to the wrong place: kept while a person has them moved away, so that they can be counted."""

from accounts.models import Member, Team
from tickets.models import Category, Misroute, Ticket


def note_move(ticket: Ticket, *, to_category: Category | None, to_team: Team, actor: Member | None) -> None:
    """Keeps that a person moves the ticket away from the category or team it was sent to, or brings it back there.

    To be called before the move, under the ticket's lock. A ticket that was sent without a category has no wrong place,
    and what no person moved was nobody's verdict.
    """
    before = Misroute.objects.filter(ticket=ticket).first()
    sent_to = (before.category_id, before.team_id) if before else (ticket.category_id, ticket.team_id)
    if before and sent_to == (to_category and to_category.pk, to_team.pk):
        before.delete()
    elif before:
        before.to_category, before.to_team = to_category, to_team
        before.save(update_fields=["to_category", "to_team"])
    elif actor and ticket.category_id:
        Misroute.objects.create(
            ticket=ticket,
            category_id=ticket.category_id,
            team_id=ticket.team_id,
            to_category=to_category,
            to_team=to_team,
            sent_at=ticket.created_at,
        )

"""Keeping a list of the queue under a name, for oneself or for a team."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Team
from helpdesk.errors import Refused
from tickets.models import SavedView

MOST = 30  # of one person or team: all of them stand beside every page of the desk


def save_view(member: Member, *, name: str, query: str, team: Team | None = None) -> SavedView:
    """Keeps the list that `query` asks for, as `Asked.query` writes it, behind the others of the person or the team.

    Raises Refused when there is one of that name already, or when there are MOST.
    """
    owner = None if team else member
    others = SavedView.objects.filter(owner=owner, team=team)
    if others.count() >= MOST:
        raise Refused(
            _("There are %(count)d saved views here already. Remove one first.") % {"count": MOST}, "name"
        )
    last = others.order_by("-position").values_list("position", flat=True).first()
    view = SavedView(name=name, owner=owner, team=team, query=query, position=0 if last is None else last + 1)
    _store(view)
    return view


def rename_view(view: SavedView, *, name: str) -> None:
    """Gives it another name. Raises Refused when there is one of that name already."""
    view.name = name
    _store(view)


def move_view(view: SavedView, *, by: int) -> None:
    """Moves it so many places down (up when negative) among those of its person or team, no further than the end."""
    siblings = list(
        siblings_of(view).select_for_update(of=("self",)).order_by("position", "id")
    )  # two moves at once keep all places different
    before = siblings.index(view)
    siblings.insert(min(max(before + by, 0), len(siblings) - 1), siblings.pop(before))
    for position, sibling in enumerate(siblings):
        sibling.position = position
    SavedView.objects.bulk_update(siblings, ["position"])


def remove_view(view: SavedView) -> None:
    """Forgets the name; no ticket changes."""
    view.delete()


def siblings_of(view: SavedView) -> QuerySet[SavedView]:
    """All of the same person or team, itself among them."""
    return SavedView.objects.filter(owner=view.owner_id, team=view.team_id)


def _store(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise Refused(_("There is already a saved view with this name."), "name") from error

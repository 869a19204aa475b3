"""Keeping a list of the queue under a name, for oneself or for a team."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions.audit import Change, record_change
from accounts.models import AuditEntry, Member, Team
from helpdesk.errors import Refused
from tickets.models import SavedView

MOST = 30  # of one person or team: all of them stand beside every page of the desk


@transaction.atomic
def save_view(member: Member, *, name: str, query: str, team: Team | None = None) -> SavedView:
    """Keeps the list that `query` asks for, as `Asked.query` writes it, behind the others of the person or the team.

    One of a team's stands in the log of the setup. Raises Refused when there is one of that name already, or when there
    are MOST.
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
    _log(view, AuditEntry.Act.ADDED, member)
    return view


@transaction.atomic
def rename_view(view: SavedView, *, name: str, actor: Member) -> None:
    """Gives it another name. Raises Refused when there is one of that name already."""
    before, view.name = view.name, name
    _store(view)
    if before != name:
        _log(view, AuditEntry.Act.CHANGED, actor, (gettext("Name"), before, name))


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


@transaction.atomic
def remove_view(view: SavedView, *, actor: Member) -> None:
    """Forgets the name; no ticket changes."""
    _log(view, AuditEntry.Act.DELETED, actor)
    view.delete()


def siblings_of(view: SavedView) -> QuerySet[SavedView]:
    """All of the same person or team, itself among them."""
    return SavedView.objects.filter(owner=view.owner_id, team=view.team_id)


def _log(view: SavedView, act: AuditEntry.Act, actor: Member, *changes: Change) -> None:
    """What a person keeps for themselves is nobody's setup."""
    if view.team_id:
        record_change(view, act, actor=actor, changes=changes)


def _store(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise Refused(_("There is already a saved view with this name."), "name") from error

"""The audit log of the setup is written here."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from accounts.models import AuditEntry, Member, Team

TEXT_LENGTH = 200

# What changed in words: label, before, after. A secret has neither before nor after.
Change = tuple[str, str | None, str | None]


def record_change(
    thing: Model, act: AuditEntry.Act, *, actor: Member | None, changes: Iterable[Change] = ()
) -> AuditEntry:
    """Appends that `actor` did this to a thing of the setup, in the caller's transaction.

    For what a form of the desk's admin saves nothing has to be called: `DeskModelAdmin` does. Everything that changes the
    setup by another way (a button, an action that touches many things) calls this itself.
    """
    return AuditEntry.objects.create(
        act=act,
        kind=thing._meta.label_lower,
        object_id=str(thing.pk or ""),
        name=(str(thing) or str(thing._meta.verbose_name))[:TEXT_LENGTH],
        changes=[[label, _cut(before), _cut(after)] for label, before, after in changes],
        team_id=team_id_of(thing),
        actor=actor,
    )


def team_id_of(thing: Any) -> int | None:
    """Whose thing it is, when it belongs to one team."""
    if isinstance(thing, Team):
        return thing.pk
    team_id = getattr(thing, "team_id", None)
    return team_id if isinstance(team_id, int) else None


def _cut(text: str | None) -> str | None:
    if text is None or len(text) <= TEXT_LENGTH:
        return text
    return f"{text[: TEXT_LENGTH - 1]}…"

"""The worker's part: what happened in tickets goes into the figures, once, whoever counts and whenever it is stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.addresses import current_tenant
from helpdesk.tenancy import current_tenant_id
from tickets.models import DailyFigure, FiguresDue, FiguresState, Measured, Ticket
from tickets.summaries.count_words import count_words
from tickets.summaries.cuts import Key, counted
from tickets.summaries.lives import measured_in

COMPARED = ("day", "measure", "bin", "seconds", "team", "category", "tier", "language")


def count_figures(*, limit: int) -> int:
    """Counts `limit` tickets of the current tenant in which something happened, or that were there before; how many.

    In the caller's transaction: killed in the middle, nothing was counted. Passes when another worker counts here.
    Counting a ticket again changes nothing.
    """
    state = _locked_state()
    if state is None:
        return 0
    due = dict(FiguresDue.objects.order_by("id").values_list("id", "ticket_id")[:limit])
    older = _older_tickets(state, limit - len(due))
    tickets = {*due.values(), *older}
    if tickets:
        count_tickets(tickets, ZoneInfo(state.zone))
        count_words(tickets, ZoneInfo(state.zone))
    FiguresDue.objects.filter(pk__in=due).delete()
    return len(due) + len(older)


def count_tickets(ticket_ids: Collection[int], zone: ZoneInfo) -> None:
    """Replaces what was measured in these tickets and changes the days by the difference. Needs the state's lock."""
    before: dict[int, list[Measured]] = {}
    for row in Measured.objects.filter(ticket__in=ticket_ids):
        before.setdefault(row.ticket_id, []).append(row)
    after = measured_in(ticket_ids, zone)
    changed = [one for one in ticket_ids if _facts(before.get(one, [])) != _facts(after.get(one, []))]
    gone = [row for one in changed for row in before.get(one, [])]
    new = [row for one in changed for row in after.get(one, [])]
    Measured.objects.filter(pk__in=[row.pk for row in gone]).delete()
    Measured.objects.bulk_create(new)
    difference = counted(gone, sign=-1)
    difference.update(counted(new))
    _add(difference)


def _locked_state() -> FiguresState | None:
    """How far counting has come, locked; None while another worker has it. In another zone all days begin anew."""
    zone = current_tenant().timezone
    FiguresState.objects.bulk_create([FiguresState(zone=zone)], ignore_conflicts=True)
    state = FiguresState.objects.select_for_update(skip_locked=True).first()
    if state and state.zone != zone:
        state.zone, state.walked_to, state.is_walked = zone, 0, False
        state.save()
    return state


def _older_tickets(state: FiguresState, limit: int) -> list[int]:
    """The next tickets of the walk through all there were, in order."""
    if state.is_walked or limit <= 0:
        return []
    ahead = Ticket.objects.filter(pk__gt=state.walked_to).order_by("pk")
    found = list(ahead.values_list("pk", flat=True)[:limit])
    state.walked_to = found[-1] if found else state.walked_to
    state.is_walked = len(found) < limit
    state.save()
    return found


def _facts(rows: Iterable[Measured]) -> list[tuple[object, ...]]:
    return sorted(tuple(getattr(row, name) or 0 for name in COMPARED) for row in rows)


def _add(difference: Counter[Key]) -> None:
    """Adds to the rows of each day, and removes those that count nothing any more."""
    rows = [(key, n) for key, n in difference.items() if n]
    if not rows:
        return
    types = ("smallint", "smallint", "date", "smallint", "bigint", "bigint", "smallint", "varchar")
    places = ", ".join(f"%s::{kind}[]" for kind in (*types, "integer"))
    table = DailyFigure._meta.db_table
    by_column = [list(column) for column in zip(*(key for key, _n in rows), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS f (tenant_id, {', '.join(Key._fields)}, n)"
            f" SELECT %s, * FROM unnest({places})"
            " ON CONFLICT (tenant_id, cut, measure, day, bin, team, category, tier, language)"
            " DO UPDATE SET n = f.n + excluded.n RETURNING id, n",
            [current_tenant_id(), *by_column, [n for _key, n in rows]],
        )
        empty = [row_id for row_id, n in cursor.fetchall() if n == 0]
    DailyFigure.objects.filter(pk__in=empty).delete()

"""The promises of two tickets that become one: of each kind the earlier counts.

A promise that gives way is set aside without a segment: its own story goes on as if nothing had happened, in case the
tickets are taken apart again.
"""

import datetime as dt
from typing import Any

from tickets.models import Clock, ClockSegment, Ticket
from tickets.models.sla import ClockKind
from tickets.sla.clocks import LIVE, call_for_attention, go_on_with

FIELDS = ("due_at", "next_step_at", "met_at", "breached_at")


def join_clocks(source: Ticket, target: Ticket) -> dict[str, Any]:
    """Moves to `target` what was promised earlier in `source`, and sets aside what gives way; returns what undoing needs.

    The caller holds both locks and stores the tickets.
    """
    before: dict[str, Any] = {"aside": {}, "moved": []}
    # Of each kind the one that counts, or else the newest: one that came along from a third ticket may be older than the
    # one that gave way to it.
    there = {clock.kind: clock for clock in sorted(_clocks(target), key=lambda clock: clock.state in LIVE)}
    for clock in [clock for clock in _clocks(source) if clock.state in LIVE]:
        kind = _kind_there(clock, there)
        rival = there.get(kind)
        rival = rival if rival and rival.state in LIVE else None
        if clock.kind == ClockKind.TIER or not _is_earlier(
            clock, rival
        ):  # a tier has its time in its own ticket
            _set_aside(clock, before)
            continue
        if rival:
            _set_aside(rival, before)
        newest = ClockSegment.objects.filter(clock=clock).order_by("-id").values_list("id", flat=True)[0]
        before["moved"].append(
            {"clock": clock.pk, "kind": clock.kind, "segment": newest, "rival": rival and rival.pk}
        )
        Clock.objects.filter(pk=clock.pk).update(ticket=target, kind=kind)
    call_for_attention(target, _clocks(target))
    return before


def has_later_promise(before: dict[str, Any], later: dict[str, Any]) -> bool:
    """Whether a promise that came along with one ticket gave way to one that came with another later; `before` and `later`
    are what `join_clocks` returned of them.
    """
    return not {moved["clock"] for moved in before["moved"]}.isdisjoint(
        moved["rival"] for moved in later["moved"]
    )


def give_back_clocks(source: Ticket, target: Ticket, before: dict[str, Any], *, now: dt.datetime) -> None:
    """Undoes `join_clocks`: what happened meanwhile to a promise that came along happened to the one it stood for.

    The promise itself goes on where it belongs. The caller holds both locks and stores the tickets.
    """
    for moved in before["moved"]:
        clock = Clock.objects.select_for_update().get(pk=moved["clock"])
        Clock.objects.filter(pk=clock.pk).update(ticket=source, kind=moved["kind"])
        since = list(ClockSegment.objects.filter(clock=clock, pk__gt=moved["segment"]).order_by("pk"))
        if moved["rival"]:
            _bring_back(moved["rival"], before["aside"].pop(str(moved["rival"])))
            go_on_with(Clock.objects.get(pk=moved["rival"]), since)
        if since:
            clock.refresh_from_db()
            go_on_with(
                clock,
                [
                    ClockSegment(
                        state=Clock.State.RUNNING, reason=ClockSegment.Reason.DESK_TURN, started_at=now
                    )
                ],
            )
    for clock_id, kept in before["aside"].items():
        _bring_back(int(clock_id), kept)
    call_for_attention(source, _clocks(source))
    call_for_attention(target, _clocks(target))


def _clocks(ticket: Ticket) -> list[Clock]:
    return list(Clock.objects.select_for_update().filter(ticket=ticket).order_by("pk"))


def _kind_there(clock: Clock, there: dict[str, Clock]) -> str:
    """What the promise is in the other ticket: an answer is the next one where somebody was answered already."""
    if clock.kind == ClockKind.RESOLUTION:
        return clock.kind
    first = there.get(ClockKind.FIRST_RESPONSE)
    return ClockKind.FIRST_RESPONSE if first is None or first.state in LIVE else ClockKind.NEXT_RESPONSE


def _is_earlier(clock: Clock, rival: Clock | None) -> bool:
    if clock.state != Clock.State.RUNNING or clock.due_at is None:
        return False
    return rival is None or rival.due_at is None or clock.due_at < rival.due_at


def _set_aside(clock: Clock, before: dict[str, Any]) -> None:
    moments = {name: getattr(clock, name) for name in FIELDS}
    kept = {name: moment and moment.isoformat() for name, moment in moments.items()}
    before["aside"][str(clock.pk)] = kept | {"state": clock.state}
    Clock.objects.filter(pk=clock.pk).update(state=Clock.State.CANCELLED, next_step_at=None)


def _bring_back(clock_id: int, kept: dict[str, Any]) -> None:
    moments = {name: kept[name] and dt.datetime.fromisoformat(kept[name]) for name in FIELDS}
    Clock.objects.filter(pk=clock_id).update(state=kept["state"], **moments)

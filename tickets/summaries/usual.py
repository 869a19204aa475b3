"""How soon requests about a category were usually answered of late: what people are told beside the promise."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from zoneinfo import ZoneInfo

from tickets.models import Category, FiguresState, UsualAnswer
from tickets.models.figures import Measure
from tickets.summaries.bins import percentile
from tickets.summaries.read import Wanted, totals

DAYS = 30
ENOUGH = 20  # answered requests; below nothing is said
STEPS = ((3300, 300), (math.inf, 3600))  # up to this long → rounded up to


def keep_usual_answers(*, now: dt.datetime) -> bool:
    """Writes anew what the current tenant's people are told, once a day of its zone; whether it did.

    Only what changed is written, since every process forgets its setup then. Passes while another worker counts.
    """
    state = FiguresState.objects.select_for_update(skip_locked=True).filter(is_walked=True).first()
    today = now.astimezone(ZoneInfo(state.zone)).date() if state else None
    if state is None or today is None or state.usual_on == today:
        return False
    found = _usual(today)
    before = {row.category_id: row for row in UsualAnswer.objects.all()}
    UsualAnswer.objects.filter(pk__in=[row.pk for key, row in before.items() if key not in found]).delete()
    for category, usual in found.items():
        row = before.get(category) or UsualAnswer(category_id=category)
        if (row.seconds, row.solving_seconds) != usual:
            row.seconds, row.solving_seconds = usual
            row.save()
    state.usual_on = today
    state.save(update_fields=["usual_on"])
    return True


def rounded_up(seconds: float) -> int:
    """The length as people are told it, in steps of five minutes or of an hour: more exact would promise too much."""
    step = next(step for below, step in STEPS if seconds <= below)
    return max(math.ceil(seconds / step), 1) * step


def _usual(today: dt.date) -> dict[int | None, tuple[int, int | None]]:
    """By category, and of all (None), of the whole days before today, the seconds to the first reply and to the solving."""
    wanted = Wanted(today - dt.timedelta(days=DAYS), today - dt.timedelta(days=1))
    measures = (Measure.ANSWERED, Measure.RESOLVED)
    counts: dict[int | None, dict[int, Counter[int]]] = {}
    for category, measure, number, total in totals(wanted, "category", "measure", "bin", measures=measures):
        for key in (category, None):
            counts.setdefault(key, {one: Counter() for one in measures})[measure][number] += total
    asked = [category for category in counts if category]
    known = {None, *Category.objects.filter(pk__in=asked).values_list("pk", flat=True)}
    found = {
        category: [_median(bins[measure]) for measure in measures]
        for category, bins in counts.items()
        if category in known
    }
    return {
        category: (answer, solving) for category, (answer, solving) in found.items() if answer is not None
    }


def _median(bins: Counter[int]) -> int | None:
    """Rounded as it is told; None with too few."""
    seconds = percentile(bins, 50) if bins.total() >= ENOUGH else None
    return None if seconds is None else rounded_up(seconds)

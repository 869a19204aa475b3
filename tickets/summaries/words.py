"""How figures are said: lengths, shares and changes, in the reader's language, with what stands behind them."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.sla.clocks import told_length
from tickets.summaries.metrics import Kind, Metric, Value
from tickets.summaries.report import Told

NOTHING = "–"
HOUR = 3600
SHORTEST = 60  # seconds; what is shorter is told as this


def told_value(metric: Metric, value: float | None) -> str:
    """A figure as people say it: `2 h 15 min`, `94 %`, `312`; a dash for none."""
    if value is None:
        return NOTHING
    if metric.kind == Kind.TIME:
        return told_time(value)
    if metric.kind == Kind.SHARE:
        return told_share(value)
    return told_whole(round(value))


def told_time(seconds: float) -> str:
    """A length as exact as it is known: minutes, from one hour on five of them, from ten hours on hours."""
    step = 60 if seconds < HOUR else 300 if seconds < 10 * HOUR else HOUR
    return told_length(max(round(seconds / step) * step, SHORTEST))


def told_share(share: float) -> str:
    """A share in percent; with one decimal below ten."""
    percent = share * 100
    decimals = 1 if 0 < percent < 10 else 0
    return _("%(percent)s %%") % {"percent": number_format(percent, decimals, use_l10n=True)}


def told_n(metric: Metric, n: int) -> str:
    """How much stands behind a figure."""
    if metric.key == "rated":
        return ngettext("%(n)s rating", "%(n)s ratings", n) % {"n": told_whole(n)}
    if metric.key == "helpful":
        return ngettext("%(n)s reply", "%(n)s replies", n) % {"n": told_whole(n)}
    if metric.key == "reopened":
        return ngettext("%(n)s solving", "%(n)s solvings", n) % {"n": told_whole(n)}
    if metric.key.startswith("kept"):
        return ngettext("%(n)s promise", "%(n)s promises", n) % {"n": told_whole(n)}
    return ngettext("%(n)s ticket", "%(n)s tickets", n) % {"n": told_whole(n)}


def told_ninety(value: Value) -> str:
    """The 90th percentile, for a length only."""
    if value.ninety is None:
        return ""
    return _("9 of 10 within %(length)s") % {"length": told_time(value.ninety)}


def told_change(told: Told) -> tuple[str, bool | None]:
    """The change since the period before in words with its arrow, and whether it is better (None: neither)."""
    if not told.is_comparable or told.now.value is None or told.before.value is None:
        return (_("Too few to compare") if told.now.n or told.before.n else "", None)
    is_share = told.metric.kind == Kind.SHARE
    now, before = (_as_told(told.metric, value) for value in (told.now.value, told.before.value))
    if not before and not is_share:
        return _("Too few to compare"), None
    amount = round((now - before) * 100, 1) if is_share else round((now - before) / before * 100)
    if not amount:
        return _("As before"), None
    shown = {"amount": number_format(abs(amount), 1 if is_share else 0, use_l10n=True)}
    return _sentence(told.metric.kind, is_more=amount > 0) % shown, _is_better(told.metric, amount > 0)


def _as_told(metric: Metric, value: float) -> float:
    return max(value, SHORTEST) if metric.kind == Kind.TIME else value


def _sentence(kind: Kind, *, is_more: bool) -> str:
    if kind == Kind.SHARE:
        return _("▲ %(amount)s points more") if is_more else _("▼ %(amount)s points less")
    if kind == Kind.TIME:
        return _("▲ %(amount)s %% longer") if is_more else _("▼ %(amount)s %% shorter")
    return _("▲ %(amount)s %% more") if is_more else _("▼ %(amount)s %% fewer")


def _is_better(metric: Metric, is_more: bool) -> bool | None:
    return (metric.better == "more") == is_more if metric.better else None


def told_whole(n: int) -> str:
    """A count, its thousands grouped."""
    return number_format(n, use_l10n=True, force_grouping=True)

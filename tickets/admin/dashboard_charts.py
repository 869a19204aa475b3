"""The charts of the dashboard."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tickets.admin.charts import Chart
from tickets.summaries.report import Report, Span


def charts_of(report: Report, team_names: Mapping[int, str]) -> list[Chart]:
    """What is drawn; a chart without any number is left out."""
    charts = [_flow(report), _hours(report), _backlog(report), _teams(report, team_names)]
    return [chart for chart in charts if chart.most]


def _flow(report: Report) -> Chart:
    created = sum(span.created for span in report.spans)
    solved = sum(span.solved for span in report.spans)
    return Chart(
        "flow",
        _("New and solved"),
        _("Came in: %(created)d. Solved: %(solved)d.") % {"created": created, "solved": solved},
        _("Days"),
        [_("New"), _("Solved")],
        [(_told(span), (span.created, span.solved)) for span in report.spans],
        [date_format(span.first, "j M") for span in report.spans],
    )


def _hours(report: Report) -> Chart:
    busiest = max(report.hours, key=lambda row: row[1])
    return Chart(
        "hours",
        _("By hour of the day"),
        _("Most requests come in from %(hour)s on.") % {"hour": f"{busiest[0]:02d}:00"},
        _("Hour"),
        [_("New"), _("Solved")],
        [(f"{hour:02d}:00", (created, solved)) for hour, created, solved in report.hours],
    )


def _backlog(report: Report) -> Chart:
    labels = [
        _("Up to 1 day"),
        _("1 to 3 days"),
        _("3 to 7 days"),
        _("7 to 30 days"),
        _("Longer than 30 days"),
    ]
    return Chart(
        "backlog",
        _("Open tickets by age"),
        _("Open: %(open)d. Longer than 30 days: %(old)d.")
        % {"open": report.open_now, "old": report.backlog[-1]},
        _("Age"),
        [_("Open tickets")],
        [(label, (n,)) for label, n in zip(labels, report.backlog, strict=True)],
        ["≤ 1", "1–3", "3–7", "7–30", "> 30"],
    )


def _teams(report: Report, names: Mapping[int, str]) -> Chart:
    late = sum(team.late for team in report.teams)
    return Chart(
        "teams",
        _("Promised replies by team"),
        _("Promised replies that came late or not at all: %(late)d.") % {"late": late},
        _("Team"),
        [_("In time"), _("Late")],
        [(names.get(team.team, NAMELESS), (team.in_time, team.late)) for team in report.teams],
    )


def _told(span: Span) -> str:
    first = date_format(span.first, "DATE_FORMAT")
    if span.first == span.last:
        return first
    return _("%(first)s to %(last)s") % {"first": first, "last": date_format(span.last, "DATE_FORMAT")}


NAMELESS = "–"

"""What the dashboard shows as a table for another program."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed

from tickets.admin.dashboard_asked import FiguresForm, allowed, today
from tickets.admin.filters import topic_names
from tickets.summaries.metrics import Value
from tickets.summaries.report import AGES, Report, report_of

HEAD = ("part", "name", "figure", "value", "ninety_percent_within", "n", "value_before", "n_before")
FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
)  # what spreadsheets begin to reckon at
Row = tuple[object, ...]


def figures_csv(request: HttpRequest) -> HttpResponse:
    """UTF-8 with a mark that spreadsheets know it by: times in seconds, shares from 0 to 1, days as ISO 8601.

    The columns and the words in the first and third are the same in every language. An address that asks wrongly is
    answered with 400, a line for each field.
    """
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    member, teams = allowed(request)
    form = FiguresForm(request.GET, member=member, teams=teams)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text(), content_type="text/plain; charset=utf-8")
    report = report_of(form.wanted, today=today())
    names = {team.pk: team.name for team in teams}
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    days = f"{form.wanted.first.isoformat()}_{form.wanted.last.isoformat()}"
    answer["Content-Disposition"] = f'attachment; filename="figures_{days}.csv"'
    writer = csv.writer(answer)
    writer.writerow(HEAD)
    writer.writerows([cell(value) for value in row] for row in rows_of(report, names))
    return answer


def cell(value: object) -> object:
    """The value as a spreadsheet may read it: a text that begins like a formula gets an apostrophe in front."""
    if isinstance(value, str) and value.lstrip().startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def rows_of(report: Report, team_names: dict[int, str]) -> Iterator[Row]:
    """Every number of the page, a row each."""
    for told in report.metrics:
        yield "all", "", told.metric.key, *_cells(told.now), _rounded(told.before.value), told.before.n
    for span in report.spans:
        days = span.first.isoformat()
        yield from (("day", days, "created", span.created), ("day", days, "solved", span.solved))
    for hour, created, solved in report.hours:
        yield from (("hour", hour, "created", created), ("hour", hour, "solved", solved))
    for border, n in zip([*AGES, None], report.backlog, strict=True):
        yield "open_days", f"under {border}" if border else f"{AGES[-1]} and more", "open", n
    for team in report.teams:
        name = team_names.get(team.team, team.team)
        yield from (("team", name, "in_time", team.in_time), ("team", name, "late", team.late))
    names = topic_names()
    for topic in report.topics:
        name = names.get(topic.category, topic.category or "")
        yield "category", name, "created", topic.created, None, topic.created, topic.before, topic.before
        yield "category", name, "answered", *_cells(topic.answered)
        yield "category", name, "reopened", *_cells(topic.reopened)
        yield "category", name, "sent_on", *_cells(topic.sent_on)
    for risen in report.words:
        yield "word", risen.word, "created", risen.now, None, risen.now, risen.before, risen.before


def _cells(value: Value) -> tuple[object, ...]:
    return _rounded(value.value), _rounded(value.ninety), value.n


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4) if value < 1 else round(value)

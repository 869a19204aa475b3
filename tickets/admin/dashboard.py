"""The dashboard: how the desk does, from the figures that the worker keeps, each number with the tickets behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.addresses import current_tenant
from accounts.sites import desk
from tickets.admin.charts import Chart
from tickets.admin.dashboard_asked import FiguresForm, allowed, today, told_days
from tickets.admin.dashboard_charts import charts_of
from tickets.admin.dashboard_mail import mail_form
from tickets.admin.figures_filter import figures_value
from tickets.admin.filters import topic_names
from tickets.models.figures import Measure
from tickets.summaries.metrics import Kind, Value
from tickets.summaries.read import Wanted, freshness
from tickets.summaries.report import Told, Topic, report_of
from tickets.summaries.trends import Risen
from tickets.summaries.words import (
    NOTHING,
    told_change,
    told_n,
    told_ninety,
    told_share,
    told_time,
    told_value,
    told_whole,
)

TEMPLATE = "admin/tickets/dashboard.html"


def dashboard(request: HttpRequest) -> HttpResponse:
    """The page for leads, of their own teams, and for admins. What an address asks wrongly is told, with 422."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    member, teams = allowed(request)
    form = FiguresForm(request.GET, member=member, teams=teams)
    is_wrong = not form.is_valid()
    report = report_of(form.wanted, today=today())
    names = topic_names()
    shown: Sequence[Chart] = charts_of(report, {team.pk: team.name for team in teams})
    context = {
        **desk.each_context(request),
        "title": _("Dashboard"),
        "form": form,
        "days": told_days(report.wanted),
        "zone": current_tenant().timezone,
        "freshness": freshness(),
        "tiles": [_tile(told, form) for told in report.metrics],
        "open_now": {"n": told_whole(report.open_now), "url": _queue_url(form)},
        "is_empty": report.is_empty,
        "has_no_team": not teams,
        "charts": shown,
        "topics": [_topic_row(topic, names, form) for topic in report.topics],
        "words": [_word_row(risen, report.words_of, form) for risen in report.words],
        "words_days": told_days(report.words_of),
        "mail_form": mail_form(member),
        "csv_url": reverse("admin:dashboard_csv") + f"?{form.query()}",
    }
    return TemplateResponse(request, TEMPLATE, context, status=422 if is_wrong else 200)


def _tile(told: Told, form: FiguresForm) -> dict[str, Any]:
    metric, now = told.metric, told.now
    change, is_better = told_change(told)
    return {
        "key": metric.key,
        "label": metric.label,
        "meaning": metric.meaning,
        "value": told_value(metric, now.value),
        "ninety": told_ninety(now),
        "change": change,
        "is_better": is_better,
        "is_count": metric.kind == Kind.COUNT,
        "n": told_n(metric, now.n),
        "url": _tickets_url(told, form) if now.n else "",
    }


def _tickets_url(told: Told, form: FiguresForm) -> str:
    """The queue with exactly the tickets behind the figure; what was moved away need not be there to be seen."""
    if told.metric.measure == Measure.SENT:
        return f"{reverse('admin:tickets_routingline_misrouted')}?{form.query()}"
    measure = told.metric.among or told.metric.measure
    return _queue_url(form, figures=figures_value(measure, form.wanted.first, form.wanted.last))


def _queue_url(form: FiguresForm, **more: str) -> str:
    pairs = form.queue_pairs() | more
    return reverse("admin:tickets_ticket_changelist") + (f"?{urlencode(pairs)}" if pairs else "")


def _topic_row(topic: Topic, names: Mapping[int, str], form: FiguresForm) -> dict[str, Any]:
    known = topic.category in names
    return {
        "name": names.get(topic.category) or _("No topic offered now"),
        "url": f"?{form.query(category=str(topic.category))}" if known else "",
        "created": topic.created,
        "change": _difference(topic.created - topic.before),
        "answered": _if_enough(topic.answered, told_time),
        "reopened": _if_enough(topic.reopened, told_share),
        "sent_on": _if_enough(topic.sent_on, told_share),
    }


def _word_row(risen: Risen, days: Wanted, form: FiguresForm) -> dict[str, Any]:
    """A word, which leads to the tickets that hold it; they may say it later, too."""
    figures = figures_value(Measure.CREATED, days.first, days.last)
    return {
        "word": risen.word,
        "language": risen.language,
        "url": _queue_url(form, figures=figures, q=risen.word),
        "now": told_whole(risen.now),
        "before": told_whole(risen.before),
        "change": _difference(risen.now - risen.before),
    }


def _difference(difference: int) -> str:
    if not difference:
        return _("As before")
    return f"▲ {difference}" if difference > 0 else f"▼ {-difference}"


def _if_enough(value: Value, tell: Any) -> str:
    """A figure with enough behind it; with less it would say nothing."""
    if value.value is None:
        return NOTHING
    return str(tell(value.value)) if value.is_enough else _("Too few")

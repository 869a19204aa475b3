"""The demo shows what the dashboard can tell: ratings, and a word that rises, in both of its tenants."""

import datetime as dt

import pytest

from accounts.addresses import forget_tenants
from helpdesk.tenancy import tenant_scope
from tickets.demo.build import build_tenant
from tickets.demo.content import SLUGS, read_content
from tickets.summaries.count import count_figures
from tickets.summaries.read import Wanted
from tickets.summaries.report import Report, report_of

NOW = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)
MONTH = Wanted(NOW.date() - dt.timedelta(days=29), NOW.date())


def built(slug: str, tickets: int) -> Report:
    """The report of the demo's tenant, built anew and counted."""
    tenant = build_tenant(read_content(slug), now=NOW, tickets=tickets)
    assert tenant
    forget_tenants()
    with tenant_scope(tenant.pk):
        while count_figures(limit=500):
            pass
        return report_of(MONTH, today=NOW.date())


@pytest.mark.django_db
def test_the_dashboard_of_both_tenants_shows_ratings_and_a_word_that_rose() -> None:
    reports = {slug: built(slug, 100) for slug in SLUGS}

    rated = {
        slug: next(told for told in report.metrics if told.metric.key == "rated")
        for slug, report in reports.items()
    }
    assert [one.now.is_enough and 0.6 < (one.now.value or 0) < 1 for one in rated.values()] == [True, True]
    assert "freezes" in {risen.word for risen in reports["acme"].words}
    assert "يتجمد" in {risen.word for risen in reports["globex"].words}

"""What the worker does for the help center: open the scope, load, call."""

import datetime as dt

from celery import shared_task
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from accounts.models import Tenant
from helpcenter.actions.publishing import publish_when_due
from helpcenter.models import Deflection, IncidentFollower, SearchMiss, UnsavedText
from helpdesk.tenancy import tenant_scope

AT_ONCE = 100
MISSES_KEPT = dt.timedelta(days=90)  # without being asked again
UNSAVED_KEPT = dt.timedelta(days=90)
FOLLOWERS_KEPT = dt.timedelta(days=30)  # after the end of what they followed, or without a confirmation
SOLVED_KEPT = dt.timedelta(days=400)


@shared_task(name="helpcenter.publish_due")
def publish_due() -> int:
    """Publishes every text whose time has come, over all tenants; returns how many. Safe to run twice at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, translation_id FROM door.articles_due(%s)", [AT_ONCE])
        due = cursor.fetchall()
    published = 0
    for tenant_id, translation_id in due:
        with tenant_scope(tenant_id):
            published += publish_when_due(translation_id, now=timezone.now())
    return published


@shared_task(name="helpcenter.forget")
def forget() -> int:
    """Removes what the lists of editors do not need any more, in every tenant; returns how many rows."""
    removed, now = 0, timezone.now()
    for tenant_id in Tenant.objects.exclude(slug=Tenant.PLATFORM).values_list("pk", flat=True):
        with tenant_scope(tenant_id):
            removed += SearchMiss.objects.filter(last_at__lt=now - MISSES_KEPT).delete()[0]
            removed += UnsavedText.objects.filter(updated_at__lt=now - UNSAVED_KEPT).delete()[0]
            removed += _forget_followers(now - FOLLOWERS_KEPT)
            removed += Deflection.objects.filter(created_at__lt=now - SOLVED_KEPT).delete()[0]
    return removed


def _forget_followers(before: dt.datetime) -> int:
    over = Q(incident__ended_at__lt=before)
    never_confirmed = Q(confirmed_at=None, created_at__lt=before)
    return IncidentFollower.objects.filter(over | never_confirmed).delete()[0]

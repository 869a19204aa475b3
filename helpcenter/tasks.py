"""What the worker does for the help center: open the scope, load, call."""

from celery import shared_task
from django.db import connection
from django.utils import timezone

from helpcenter.actions.publishing import publish_when_due
from helpdesk.tenancy import tenant_scope

AT_ONCE = 100


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

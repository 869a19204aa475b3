"""What the worker does for tickets: open the scope, load, call."""

import datetime as dt
from itertools import groupby

import structlog
from celery import shared_task
from django.db import Error, connection
from django.utils import timezone

from accounts.models import Tenant
from accounts.queries import asks_for_ratings
from helpdesk.outbox.nudge import nudge
from helpdesk.tenancy import tenant_scope
from tickets.actions.bulk import RUN, carry_on, forget_runs
from tickets.actions.desk_drafts import FORGOTTEN_AFTER
from tickets.actions.draft import drop_draft
from tickets.actions.figures_mail import send_figures
from tickets.actions.files import TREAT, drop_file
from tickets.actions.give import GIVE, GIVEN_AT_ONCE, give_out
from tickets.actions.hold import LEAVE, let_leave
from tickets.actions.rate import ask_for_ratings
from tickets.actions.remind import remind_customers
from tickets.actions.settle import settle_tickets
from tickets.actions.sweep import sweep
from tickets.actions.treat import treat_file
from tickets.actions.uploads import forget_uploads
from tickets.models import Attachment, DeskDraft, RequestDraft
from tickets.summaries.count import count_figures
from tickets.summaries.usual import keep_usual_answers

BATCH = 1000
TREATED_AT_ONCE = 20
SWEPT_AT_ONCE = 100  # clocks in one transaction: what a sweep that is killed begins anew
RUNS_AT_ONCE = 10
COUNTED_AT_ONCE = 500  # tickets in one transaction: what a count that is killed begins anew
COUNT_BATCHES = 100
DRAFT_LIFETIME = dt.timedelta(days=7)
log = structlog.get_logger(__name__)


@shared_task(name="tickets.sweep_clocks")
def sweep_clocks() -> int:
    """Takes every step that fell due in a promise's time, over all tenants, in batches; returns in how many clocks.

    Safe to run twice at once. A tenant in which it breaks keeps no other: it is tried again with the next run.
    """
    swept = 0
    while due := _due_clocks():
        found = 0
        for tenant_id, pairs in groupby(due, key=lambda pair: pair[0]):
            clock_ids = [clock_id for _tenant, clock_id in pairs]
            for start in range(0, len(clock_ids), SWEPT_AT_ONCE):
                found += _sweep(tenant_id, clock_ids[start : start + SWEPT_AT_ONCE])
        swept += found
        if found == 0:  # another sweep holds them
            break
    return swept


def _sweep(tenant_id: int, clock_ids: list[int]) -> int:
    try:
        with tenant_scope(tenant_id):
            return sweep(clock_ids)
    except Error:
        raise
    except Exception:
        log.exception("clocks.not_swept", tenant_id=tenant_id)
        return 0


@shared_task(name=GIVE)
def give_out_tickets() -> int:
    """Gives tickets that wait for somebody to people who are free, in every tenant that has some; returns how many.

    Safe to run twice at once. A tenant in which it breaks keeps no other: it is tried again with the next run.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id FROM door.tenants_with_tickets_to_give()")
        tenant_ids = [tenant_id for (tenant_id,) in cursor.fetchall()]
    return sum(map(_give_out, tenant_ids))


def _give_out(tenant_id: int) -> int:
    given, is_done = 0, False
    try:
        while not is_done:
            with tenant_scope(tenant_id):
                count = give_out()
            given, is_done = given + count, count < GIVEN_AT_ONCE
    except Error:
        raise
    except Exception:
        log.exception("tickets.not_given", tenant_id=tenant_id)
    return given


@shared_task(name=LEAVE)
def send_held_replies() -> int:
    """Sends every reply that was held back long enough, over all tenants; returns how many. Safe to run twice at once.

    One that breaks keeps no other: it is tried again with the next run.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, draft_id FROM door.replies_to_leave(%s)", [BATCH])
        due = list(cursor.fetchall())
    return sum(_leave(tenant_id, draft_id) for tenant_id, draft_id in due)


def _leave(tenant_id: int, draft_id: int) -> bool:
    try:
        with tenant_scope(tenant_id):
            return let_leave(draft_id)
    except Error:
        raise
    except Exception:
        log.exception("replies.not_sent", tenant_id=tenant_id, draft_id=draft_id)
        return False


@shared_task(name="tickets.count_figures")
def count_all_figures() -> int:
    """Brings the figures of every tenant up to what happened, in batches; returns how many tickets were counted.

    Safe to run twice at once. Each tenant gets so many batches a run that none keeps the others waiting for long.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id FROM door.figures_to_count()")
        due = [tenant_id for (tenant_id,) in cursor.fetchall()]
    return sum(_count_figures(tenant_id) for tenant_id in due)


def _count_figures(tenant_id: int) -> int:
    counted = 0
    try:
        for _batch in range(COUNT_BATCHES):
            with tenant_scope(tenant_id):
                found = count_figures(limit=COUNTED_AT_ONCE)
            counted += found
            if found < COUNTED_AT_ONCE:
                break
    except Error:
        raise
    except Exception:
        log.exception("figures.not_counted", tenant_id=tenant_id)
    return counted


@shared_task(name="tickets.tell_figures")
def tell_figures() -> int:
    """Writes once a day what people are told of usual answers, and mails the figures of a day or week that is over to
    who asked for them, in every tenant; returns to how many.

    Safe to run twice at once. A tenant in which it breaks keeps no other: it is tried again with the next run.
    """
    tenants = Tenant.objects.exclude(slug=Tenant.PLATFORM).values_list("pk", flat=True)
    return sum(_tell_figures(tenant_id) for tenant_id in tenants)


def _tell_figures(tenant_id: int) -> int:
    try:
        with tenant_scope(tenant_id):
            keep_usual_answers(now=timezone.now())
            return send_figures(now=timezone.now())
    except Error:
        raise
    except Exception:
        log.exception("figures.not_told", tenant_id=tenant_id)
        return 0


@shared_task(name="tickets.clear_drafts")
def clear_drafts() -> int:
    """Removes requests in writing past their time, files of forms that were never sent, uploads that ended, and what
    is left of acts on many tickets.

    Returns how many there were of all four.
    """
    removed = 0
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with tenant_scope(tenant_id):
            removed += _clear_drafts(now=timezone.now())
    return removed


def _clear_drafts(*, now: dt.datetime) -> int:
    drafts = list(RequestDraft.objects.filter(expires_at__lt=now).select_related("member")[:BATCH])
    for draft in drafts:
        drop_draft(draft)
    DeskDraft.objects.filter(leaves_at=None, saved_at__lt=now - FORGOTTEN_AFTER).delete()
    limit = now - DRAFT_LIFETIME
    files = list(Attachment.objects.filter(message=None, created_at__lt=limit)[:BATCH])
    for file in files:
        drop_file(file)
    runs = forget_runs(now=now, limit=BATCH)
    return len(drafts) + len(files) + forget_uploads(now=now, limit=BATCH) + runs


@shared_task(name=TREAT)
def treat_files() -> int:
    """Looks at every file that waits for it, over all tenants; returns how many. Safe to run twice at once."""
    treated = 0
    while due := _untreated_files():
        found = sum(treat_file(file_id, tenant_id=tenant_id) for tenant_id, file_id in due)
        treated += found
        if found == 0:  # another worker has them
            break
    return treated


@shared_task(name=RUN)
def run_bulk() -> int:
    """Gives every act on many tickets that waits, over all tenants, one turn, and asks for another while more is left.

    Returns how many had theirs. Safe to run twice at once.
    """
    due = _due_runs()
    left = [carry_on(run_id, tenant_id=tenant_id) for tenant_id, run_id in due]
    if any(left):
        nudge(RUN)
    return len(due)


@shared_task(name="tickets.settle")
def settle() -> int:
    """Reminds, solves, closes and asks for ratings, in every tenant, as its settings say; returns how many tickets moved."""
    moved = 0
    for tenant_id in Tenant.objects.exclude(slug=Tenant.PLATFORM).values_list("pk", flat=True):
        with tenant_scope(tenant_id):
            moved += settle_tickets(now=timezone.now(), limit=BATCH)
            remind_customers(now=timezone.now(), limit=BATCH)
            if asks_for_ratings():
                ask_for_ratings(now=timezone.now(), limit=BATCH)
    return moved


def _untreated_files() -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, file_id FROM door.files_to_treat(%s, %s)", [TREATED_AT_ONCE, timezone.now()]
        )
        return list(cursor.fetchall())


def _due_runs() -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, run_id FROM door.bulk_due(%s)", [RUNS_AT_ONCE])
        return list(cursor.fetchall())


def _due_clocks() -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, clock_id FROM door.due_clocks(%s) ORDER BY 1, 2", [BATCH])
        return list(cursor.fetchall())

"""Acting on many tickets: asked for once, done ticket by ticket in short transactions, taken up again after a crash.

A run and its items are written in the request. Then whoever holds its lease, the request itself or the worker, does a
few tickets in each transaction; the outcome of a ticket is stored with the act, so nothing is done twice.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.outbox.nudge import nudge
from helpdesk.tenancy import tenant_scope
from tickets.actions.bulk_acts import UNDOABLE, deed_of, newest_event
from tickets.models import BulkItem, BulkRun, Ticket
from tickets.queries import tickets_visible_to
from tickets.rules import may_work_on_tickets

BATCH = 5  # tickets in one transaction: a colleague's single act waits for no more than these
TURN = 200  # tickets before somebody else's run has its turn
MOST = 10_000  # tickets in one run
TRIES = 3
LEASE = dt.timedelta(seconds=60)
UNDO_TIME = dt.timedelta(days=1)
KEPT = dt.timedelta(days=30)
RUN = "tickets.run_bulk"  # the task that does what waits
Act, Outcome = BulkRun.Act, BulkItem.Outcome
log = structlog.get_logger(__name__)


def begin_run(
    actor: Member,
    *,
    act: str,
    wishes: Mapping[str, Any],
    tickets: QuerySet[Ticket],
    key: uuid.UUID,
    query: str = "",
) -> BulkRun:
    """Stores a run over `tickets` as they are now, leased to the caller, who calls `carry_on` or `hand_over`.

    Idempotent by `key`. `tickets` starts from what the actor may see. Raises Refused without a ticket, and with more
    than MOST of them.
    """
    ids = list(tickets.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if not ids:
        raise Refused(_("Choose at least one ticket."))
    if len(ids) > MOST:
        raise Refused(_("These are more than 10,000 tickets. Add a filter to narrow the list."))
    run = BulkRun(key=key, actor=actor, act=act, wishes=dict(wishes), query=query[:500], locale=_language())
    return _store(run, ids)


def begin_undo(run: BulkRun, *, key: uuid.UUID) -> BulkRun:
    """Stores the run that puts back what `run` changed, leased as by `begin_run`; the same one when asked again.

    Raises Refused for an act that cannot be undone, one that is still under way, and after UNDO_TIME.
    """
    if not may_undo(run):
        raise Refused(_("This can no longer be undone."))
    ids = list(run.items.filter(outcome=Outcome.DONE).values_list("ticket_id", flat=True))
    undo = BulkRun(key=key, actor=run.actor, act=Act.UNDO, undoes=run, query=run.query, locale=_language())
    return _store(undo, ids)


def may_undo(run: BulkRun) -> bool:
    """Whether an undo may be asked for: of what can be put back, once it is done, for a day."""
    return run.act in UNDOABLE and run.is_finished and run.done > 0 and run.ended_ago <= UNDO_TIME


def hand_over(run: BulkRun) -> None:
    """Leaves the run to the worker, who hears of it after the commit."""
    BulkRun.objects.filter(pk=run.pk, finished_at=None).update(leased_until=None)
    transaction.on_commit(partial(nudge, RUN))


def carry_on(run_id: int, *, tenant_id: int, lease: dt.datetime | None = None, limit: int = TURN) -> bool:
    """Does up to `limit` tickets of the run that wait; whether something is left for another turn.

    Takes the run unless the caller holds its `lease`. Outside of any transaction: each BATCH is one. Safe to run twice
    at once, and after a crash at any point.
    """
    if lease is None:
        with tenant_scope(tenant_id):
            lease = _take(run_id)
    for _turn in range(0, limit, BATCH):
        if lease is None:
            return False
        try:
            with tenant_scope(tenant_id):
                lease = _do_batch(run_id, lease)
        except OperationalError as error:
            # A deadlock, or a database that restarts: the lease ends, and it goes on.
            log.warning("bulk.interrupted", run=run_id, reason=str(error))
            return True
    with tenant_scope(tenant_id):
        BulkRun.objects.filter(pk=run_id, leased_until=lease).update(leased_until=timezone.now())
    return lease is not None


def forget_runs(*, now: dt.datetime, limit: int) -> int:
    """Deletes what is older than KEPT, `limit` runs at most; returns how many rows went."""
    old = BulkRun.objects.filter(created_at__lt=now - KEPT)
    return BulkRun.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit])).delete()[0]


def _store(run: BulkRun, ids: Iterable[int]) -> BulkRun:
    before = BulkRun.objects.filter(Q(key=run.key) | Q(undoes=run.undoes, undoes__isnull=False)).first()
    if before:
        return before
    run.leased_until = run.created_at + LEASE
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:  # the same form, sent at once
        return BulkRun.objects.get(Q(key=run.key) | Q(undoes=run.undoes, undoes__isnull=False))
    items = [BulkItem(run=run, ticket_id=ticket_id) for ticket_id in ids]
    BulkItem.objects.bulk_create(items, batch_size=1000)
    run.total = len(items)
    run.save(update_fields=["total"])
    return run


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _take(run_id: int) -> dt.datetime | None:
    """A fresh lease on the run, or None when it is done or somebody else's. The try is counted before it is made."""
    now = timezone.now()
    free = BulkRun.objects.filter(
        Q(leased_until=None) | Q(leased_until__lte=now), pk=run_id, finished_at=None
    )
    lease = now + LEASE
    return lease if free.update(leased_until=lease, attempts=F("attempts") + 1) else None


def _do_batch(run_id: int, lease: dt.datetime) -> dt.datetime | None:
    """The next tickets of the run, and the lease to go on with; None when it is done, or was lost to somebody else."""
    locked = BulkRun.objects.select_for_update(no_key=True, of=("self",)).select_related("actor", "undoes")
    run = locked.filter(pk=run_id, leased_until=lease, finished_at=None).first()
    if run is None:
        return None
    items = list(run.items.filter(outcome=Outcome.WAITING).order_by(_order(run))[: _size(run)])
    with override(run.locale):
        for item in items:
            _do(run, item)
    BulkItem.objects.bulk_update(items, ["outcome", "reason", "before", "mark"])
    now = timezone.now()
    run.done += sum(item.outcome == Outcome.DONE for item in items)
    run.skipped += sum(item.outcome == Outcome.SKIPPED for item in items)
    is_over = not run.items.filter(outcome=Outcome.WAITING).exists()
    run.finished_at, run.leased_until = (now, None) if is_over else (None, now + LEASE)
    run.attempts = 0
    run.save(update_fields=["done", "skipped", "finished_at", "leased_until", "attempts"])
    return run.leased_until


def _order(run: BulkRun) -> str:
    """In the order of ids, as every run takes them: two runs never wait for each other.

    What was joined last is taken out first: its promises stand for those of the one before.
    """
    return "-ticket_id" if run.undoes and deed_of(run).is_paired else "ticket_id"


def _size(run: BulkRun) -> int:
    return 1 if run.attempts > TRIES or deed_of(run).is_paired else BATCH


def _do(run: BulkRun, item: BulkItem) -> None:
    """Does the act on one ticket, and writes into `item` what came of it."""
    if run.attempts > TRIES:  # each try so far took its worker with it
        item.outcome, item.reason = Outcome.SKIPPED, _("This ticket could not be changed. Try it by itself.")
        return
    try:
        with transaction.atomic():
            deed = deed_of(run)
            ticket = deed.lock(Ticket(pk=item.ticket_id), run)
            _refuse_unseen(run.actor, ticket)
            event = newest_event(ticket)
            item.before = deed.before(ticket)
            deed.act(ticket, run, item)
            item.mark = newest_event(ticket)
            if item.mark == event:
                raise _SoAlready
    except _SoAlready:
        item.outcome, item.mark = Outcome.SKIPPED, None
    except Refused as refusal:
        item.outcome, item.reason, item.mark = Outcome.SKIPPED, str(refusal)[:300], None
    else:
        item.outcome = Outcome.DONE


class _SoAlready(Exception):
    """There is nothing to change."""


def _refuse_unseen(actor: Member, ticket: Ticket) -> None:
    """Rights are asked for each ticket, at the moment of the act."""
    if not may_work_on_tickets(actor) or not tickets_visible_to(actor).filter(pk=ticket.pk).exists():
        raise Refused(_("You may not change this ticket any more."))

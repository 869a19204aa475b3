"""Sends what is due: one short scope to take a row, the mail server outside any transaction, one to write the end."""

import datetime as dt
import random
import time
from typing import Any

import structlog
from django.db import Error
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from helpdesk.outbox.caps import may_mail
from helpdesk.outbox.claim import Claim, begin_try, claim_rows, drain_slot, give_back, settle
from helpdesk.outbox.message import message_of
from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.pause import Pause
from helpdesk.outbox.render import render
from helpdesk.outbox.server import Answer, MailServer, Outcome, ServerAway, mail_can_leave
from helpdesk.tenancy import tenant_scope

BATCH = 20  # mails over one connection
DRAIN_SECONDS = 20  # after which another task goes on, so that the worker's other work gets its turn
TRIES_WITHOUT_ANSWER = 5  # of a row that breaks its templates, or its worker
BACK_OFF_SECONDS = (10, 60, 300, 900, 1800, 3600)
LAST_TRY = 124  # with this back-off about five days, as RFC 5321 4.5.4.1 advises
HELD = gettext_noop("This address has had as many automatic mails as it may get for now.")
BROKEN = gettext_noop("Stopped several times in the middle of sending.")

server_away = Pause(first_seconds=1, longest_seconds=30)
log = structlog.get_logger(__name__)


def drain_outbox() -> bool:
    """Send what is due for up to DRAIN_SECONDS; True when there was more.

    Any number of processes may do so at once, and any of them may die at any point: a row is then sent after its lease
    has ended, under the same Message-ID. Nothing happens without a mail server, or while it is away.
    """
    if not mail_can_leave() or server_away.is_on:
        return False
    ends_at = time.monotonic() + DRAIN_SECONDS
    with drain_slot() as is_free:
        while is_free and (claims := claim_rows(BATCH)):
            if not _send_batch(claims):
                return False
            if time.monotonic() > ends_at:
                return True
    return False


def _send_batch(claims: list[Claim]) -> bool:
    """Send each claimed row; what was not tried is given back. False when the mail server is away."""
    left = list(claims)
    with MailServer() as server:
        try:
            while left:
                server.connect()
                server_away.end()
                if _send_one(left.pop(0), server):  # slow: the others need not wait behind it
                    break
        except ServerAway as away:
            server_away.begin()
            log.warning("outbox.server_away", reason=str(away))
            give_back(left, answer=str(away))
            return False
    give_back(left)
    return True


def _send_one(claimed: Claim, server: MailServer) -> bool:
    """Try one row and write down how it ended; True when the mail server was slow over it."""
    with tenant_scope(claimed.tenant_id):
        begun = begin_try(claimed)
        if begun is None:
            return False
        row, claim = begun
        stop = _reason_to_stop(row)
    if stop:
        settle(claim, **stop)
        return False
    try:
        content = message_of(row, render(row))
        answer = server.send(sender=row.sender_address, recipient=row.to_address, content=content)
    except Error:
        raise
    except Exception as error:  # whatever is wrong with this row must not keep the others
        log.exception("outbox.row_broken", tenant_id=row.tenant_id, row_id=row.pk, topic=row.topic)
        settle(claim, **_after_fault(row, f"{type(error).__name__}: {error}"))
        return False
    settle(claim, **_after_answer(row, answer))
    log.info(
        "outbox.tried", tenant_id=row.tenant_id, row_id=row.pk, topic=row.topic, outcome=answer.outcome.value
    )
    return answer.was_slow


def _reason_to_stop(row: OutboxRow) -> dict[str, Any] | None:
    """What is written instead of a try; else the row is let through, once, and counts for its address."""
    if row.faults > TRIES_WITHOUT_ANSWER:
        return {"state": OutboxRow.State.FAILED, "answer": row.answer or BROKEN}
    if row.allowed_at is None:
        if row.is_automatic and not may_mail(row):
            return {"state": OutboxRow.State.HELD, "answer": HELD, "attempts": row.attempts - 1, "faults": 0}
        OutboxRow.objects.filter(pk=row.pk).update(allowed_at=Now())
    return None


def _after_answer(row: OutboxRow, answer: Answer) -> dict[str, Any]:
    changes: dict[str, Any] = {"answer": answer.words, "faults": 0}
    if answer.outcome is Outcome.SENT:
        return changes | {"state": OutboxRow.State.SENT, "sent_at": Now(), "secrets": {}}
    if answer.outcome is Outcome.NEVER or row.attempts >= LAST_TRY:
        return changes | {"state": OutboxRow.State.FAILED}
    return changes | {"not_before": Now() + back_off(row.attempts)}


def _after_fault(row: OutboxRow, words: str) -> dict[str, Any]:
    if row.faults >= TRIES_WITHOUT_ANSWER:
        return {"answer": words, "state": OutboxRow.State.FAILED}
    return {"answer": words, "not_before": Now() + back_off(row.attempts)}


def back_off(attempts: int) -> dt.timedelta:
    """How long after the try number `attempts` the next comes: longer and longer, spread by a fifth."""
    seconds = BACK_OFF_SECONDS[min(attempts, len(BACK_OFF_SECONDS)) - 1]
    return dt.timedelta(seconds=seconds * random.uniform(0.8, 1.2))

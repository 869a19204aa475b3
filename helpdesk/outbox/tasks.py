"""What the worker does for the outbox."""

from celery import shared_task

from helpdesk.outbox.deliver import drain_outbox
from helpdesk.outbox.forget import forget_old_mail
from helpdesk.outbox.nudge import TASK, nudge


@shared_task(name=TASK)
def drain() -> None:
    """Sends what is due, and asks for another turn while there is more. Safe to run twice at once."""
    if drain_outbox():
        nudge()


@shared_task(name="outbox.forget")
def forget() -> None:
    """Empties and deletes what need not be kept any longer."""
    forget_old_mail()

"""What stops a request when Send is pressed; whatever it is, everything that was typed is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from helpdesk.mail_address import mailbox_of
from tickets.views.guest_session import guests_here
from tickets.views.limits import (
    SUBMISSIONS,
    UNPROVEN_OF_MAILBOX,
    UNPROVEN_OF_NETWORK,
    UNPROVEN_OF_TENANT,
    spend_each,
)

# Sent faster than a person can, or with the box filled that people don't see: Send is asked for once more.
TRAP_SECONDS = 2
TRAP_FROM = 3  # requests of one address in an hour; a few fast ones harm nobody
stamp = TimestampSigner(salt="tickets.request")


@dataclass(frozen=True)
class Wait:
    """Why a request was not sent now, with the status of the answer; `seconds` until it can be."""

    text: str
    status: int = 422
    seconds: int | None = None


def reason_to_wait(request: HttpRequest, answers: Mapping[str, str]) -> Wait | None:
    """Why this request cannot be sent now; None when it can, and then it is counted."""
    if _looks_automatic(request, answers):
        return Wait(_("We couldn't tell whether a person sent this. Press “Send request” again."))
    if SUBMISSIONS.spend(request):
        return None
    text = _("You've sent many requests in an hour. Add to an open one, or try again at %(time)s.")
    ends_at = time_format(timezone.localtime(SUBMISSIONS.ends_at()), "H:i")
    return Wait(text % {"time": ends_at}, status=429, seconds=SUBMISSIONS.seconds_left())


def needs_code(request: HttpRequest, email: str) -> bool:
    """Whether a visitor's request waits for a code mailed to `email`; counts it.

    So it is when one network, one mailbox or all visitors of the tenant together send many, unless this browser showed
    before that mail to the address arrives here.
    """
    counted = {
        UNPROVEN_OF_NETWORK: "",
        UNPROVEN_OF_MAILBOX: mailbox_of(email),
        UNPROVEN_OF_TENANT: "everybody",
    }
    if spend_each(request, counted):
        return False
    return (
        not guests_here(request).filter(member__email=email, member__email_proven_at__isnull=False).exists()
    )


def new_stamp() -> str:
    """The mark of a form that is opened now."""
    return stamp.sign("request")


def is_stamped(mark: str) -> bool:
    """Whether the mark is one of ours, of whatever age."""
    try:
        stamp.unsign(mark)
    except BadSignature:
        return False
    return True


def _looks_automatic(request: HttpRequest, answers: Mapping[str, str]) -> bool:
    """The traps of the form; the mark on the summary shows a second press, which a person is believed."""
    if is_stamped(request.POST.get("again", "")):
        return False
    if answers.get("website"):
        return True
    if SUBMISSIONS.spent(request) < TRAP_FROM * settings.RATE_LIMIT_SCALE:
        return False
    try:
        stamp.unsign(answers.get("started", ""), max_age=TRAP_SECONDS)
    except BadSignature:  # older than that, as it should be; or forged, which is as good as too fast
        return not is_stamped(answers.get("started", ""))
    return True

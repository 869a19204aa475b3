"""The mail server of the installation (RFC 5321), as a client that tells at which step a try ended."""

import re
import smtplib
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from types import TracebackType

from django.conf import settings

TRY_SECONDS = 45  # for one mail, less than the lease
_LINE_WITH_DOT = re.compile(rb"^\.", re.MULTILINE)
# The server refuses us, not the recipient (RFC 4954, RFC 3207): that is for the operator to mend, and the mail waits.
_REFUSES_US = frozenset({503, 530, 534, 535, 538})


class Outcome(Enum):
    """How a try ended, as far as the row is concerned."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True)
class Answer:
    """The outcome and the server's own words, fit to be shown. `was_slow`: the server did not answer in time."""

    outcome: Outcome
    words: str
    was_slow: bool = False


class ServerAway(Exception):
    """No mail can leave now: the server cannot be reached, or does not let us in."""


def mail_can_leave() -> bool:
    """Whether a mail server is set; without one mail waits in the outbox."""
    return bool(settings.EMAIL_URL)


class MailServer:
    """One connection, opened when it is needed, used for many mails, opened anew after it broke."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None
        self._step = ""

    def __enter__(self) -> "MailServer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close(politely=error is None)

    def connect(self) -> None:
        """Makes sure of a connection; raises ServerAway."""
        if self._smtp is None:
            try:
                self._smtp = _connect()
            except (OSError, smtplib.SMTPException) as error:
                raise ServerAway(_words(error)) from error

    def send(self, *, sender: str, recipient: str, content: bytes) -> Answer:
        """Hands one mail over, `content` with CRLF line ends. Raises nothing that a server or a network can cause."""
        assert self._smtp is not None
        ends_at = time.monotonic() + TRY_SECONDS
        try:
            return self._talk(self._smtp, ends_at, sender, recipient, content)
        except (OSError, smtplib.SMTPException) as error:
            self._close(politely=False)
            was_slow = isinstance(error, TimeoutError) or "timed out" in str(error)
            return Answer(Outcome.LATER, f"{self._step} {_words(error)}", was_slow)

    def _talk(
        self, smtp: smtplib.SMTP, ends_at: float, sender: str, recipient: str, content: bytes
    ) -> Answer:
        size = [f"size={len(content)}"] if smtp.has_extn("size") else []
        self._next_step("The connection ended before the mail was sent.", smtp, ends_at)
        code, words = smtp.mail(sender, size)
        if code == 250:
            self._next_step(self._step, smtp, ends_at)
            code, words = smtp.rcpt(recipient)
        if code in (250, 251):
            self._next_step(self._step, smtp, ends_at)
            code, words = smtp.docmd("DATA")
            if code == 354:
                return self._send_content(smtp, ends_at, content)
        return self._judge(code, words)

    def _send_content(self, smtp: smtplib.SMTP, ends_at: float, content: bytes) -> Answer:
        self._next_step("The connection ended while the mail was sent.", smtp, ends_at)
        smtp.send(_LINE_WITH_DOT.sub(b"..", content) + b".\r\n")
        self._next_step(
            "The connection ended after the whole mail was sent, before the server confirmed it: it may have arrived,"
            " and is sent again under the same Message-ID.",
            smtp,
            ends_at,
        )
        code, words = smtp.getreply()
        if 200 <= code < 300:
            return Answer(Outcome.SENT, _shown(code, words))
        return self._judge(code, words)

    def _next_step(self, step: str, smtp: smtplib.SMTP, ends_at: float) -> None:
        """What to say if the connection ends now; the rest of the time is all the server gets."""
        self._step = step
        assert smtp.sock is not None
        smtp.sock.settimeout(max(0.1, min(settings.EMAIL_TIMEOUT, ends_at - time.monotonic())))

    def _judge(self, code: int, words: bytes) -> Answer:
        assert self._smtp is not None
        if code == 421:
            self._close(politely=False)
        elif code == -1:  # smtplib: the answer was no SMTP
            raise smtplib.SMTPServerDisconnected("The answer was no SMTP.")
        else:
            self._reset(self._smtp)
        is_final = 500 <= code < 600 and code not in _REFUSES_US
        return Answer(Outcome.NEVER if is_final else Outcome.LATER, _shown(code, words))

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._close(politely=False)

    def _close(self, *, politely: bool) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        if politely:
            with suppress(OSError, smtplib.SMTPException):  # it may have hung up first
                smtp.quit()
        smtp.close()


def _connect() -> smtplib.SMTP:
    place, seconds = (settings.EMAIL_HOST, settings.EMAIL_PORT, settings.BASE_DOMAIN), settings.EMAIL_TIMEOUT
    smtp: smtplib.SMTP
    if settings.EMAIL_USE_SSL:
        smtp = smtplib.SMTP_SSL(*place, timeout=seconds, context=ssl.create_default_context())
    else:
        smtp = smtplib.SMTP(*place, timeout=seconds)
    try:
        smtp.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            smtp.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except (OSError, smtplib.SMTPException):
        smtp.close()
        raise
    return smtp


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _shown(error.smtp_code, error.smtp_error)
    if isinstance(error, socket.gaierror):
        return f"The name of the mail server is not known ({error.strerror})."
    return str(error) or type(error).__name__


def _shown(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {text}"[:500].replace("\0", "")

"""A rendered row as an RFC 5322 message with its thread headers (RFC 3834 for mail that a machine wrote)."""

from email.charset import QP, Charset
from email.utils import format_datetime

from django.core.mail import EmailMultiAlternatives

from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.render import Rendered
from helpdesk.store import read

_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP  # seven bits and short lines pass every mail server


def message_of(row: OutboxRow, rendered: Rendered) -> bytes:
    """The message with CRLF line ends. The same row gives the same Message-ID and date at every try.

    Raise ValueError when a header would hold a line break, and what the store raises for a file that cannot be read.
    """
    message = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        from_email=_mailbox(row.sender_name, row.sender_address),
        to=[_mailbox(row.to_name, row.to_address)],
        reply_to=[row.reply_to] if row.reply_to else [],
        headers=_headers(row, rendered),
    )
    message.encoding = _UTF8
    message.attach_alternative(rendered.html, "text/html")
    for file in row.files:
        message.attach(file["name"], b"".join(read(file["key"])), file["media_type"])
    return message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own class takes it


def _headers(row: OutboxRow, rendered: Rendered) -> dict[str, str]:
    headers = {
        "Message-ID": row.message_id,
        "Date": format_datetime(row.created_at),
        "Content-Language": rendered.locale,
    }
    if row.in_reply_to:
        headers["In-Reply-To"] = row.in_reply_to
    if row.references:
        headers["References"] = " ".join(row.references)
    if row.is_automatic:
        headers |= {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    return headers


def _mailbox(name: str, address: str) -> str:
    if not name:
        return address
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address}>'

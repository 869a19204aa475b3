"""The folder of the mail catcher: one file a mail, written by the catcher, read by its pages."""

import os
import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

ENVELOPE = "X-Caught-For"
NAME = re.compile(r"\d{20}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Attachment:
    """A file in a mail."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True)
class CaughtMail:
    """A mail as its reader sees it; `recipients` are those of the envelope."""

    name: str
    recipients: tuple[str, ...]
    sender: str
    subject: str
    date: str
    caught_at: datetime
    headers: dict[str, str]
    text: str
    html: str
    attachments: tuple[Attachment, ...]


def keep(folder: Path, recipients: list[str], content: bytes) -> str:
    """Writes a mail as one new file, on disk and whole before this returns, and returns its name."""
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    part = folder / f"{name}.part"
    with open(part, "xb") as file:
        file.write("".join(f"{ENVELOPE}: {recipient}\r\n" for recipient in recipients).encode())
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(folder / f"{name}.eml")
    return name


def caught_mails(folder: Path, *, limit: int | None = None) -> list[CaughtMail]:
    """The mails in `folder`, newest first."""
    names = sorted((path.stem for path in folder.glob("*.eml")), reverse=True)
    return [_read(folder, name) for name in names[:limit]]


def caught_mail(folder: Path, name: str) -> CaughtMail | None:
    """One mail by its name, or None."""
    known = NAME.fullmatch(name) and (folder / f"{name}.eml").is_file()
    return _read(folder, name) if known else None


@lru_cache(maxsize=2000)
def _read(folder: Path, name: str) -> CaughtMail:
    message = message_from_bytes((folder / f"{name}.eml").read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    recipients = tuple(str(value) for value in message.get_all(ENVELOPE, []))
    caught_at = datetime.fromtimestamp(int(name[:20]) / 1e9, UTC)
    return CaughtMail(
        name=name,
        recipients=recipients,
        sender=str(message.get("From", "")),
        subject=str(message.get("Subject", "")).strip(),  # a long one is folded right after its name
        date=_date_of(message) or caught_at.isoformat(timespec="seconds"),
        caught_at=caught_at,
        headers={key: str(value).strip() for key, value in reversed(message.items()) if key != ENVELOPE},
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(_attachment(part) for part in message.iter_attachments()),
    )


def _date_of(message: EmailMessage) -> str:
    date = getattr(message.get("Date"), "datetime", None)
    return date.isoformat() if date else ""


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if isinstance(part, EmailMessage) else ""


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        part.get_filename() or "", part.get_content_type(), content if isinstance(content, bytes) else b""
    )

"""Where the collections are, and what a person would paste of a mail."""

from __future__ import annotations

import email.header
import email.policy
import html
import os
import re
from dataclasses import dataclass
from email.message import Message
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from PIL import Image, UnidentifiedImageError

from helpdesk.typed_text import clean_line, clean_text
from tickets.models import Message as TicketMessage
from tickets.models import Ticket

MAILS = ("mail-zammad", "mail-discourse", "mail-otobo", "mail-chatwoot")
TITLE_LIMIT = Ticket._meta.get_field("subject").max_length or 0
BODY_LIMIT = TicketMessage.BODY_LIMIT


def corpus(*path: str) -> Path:
    """A part of the collections; the test is skipped on a machine that has none."""
    folder = os.environ.get("CORPORA_DIR")
    if not folder:
        pytest.skip("CORPORA_DIR is not set")
    return Path(folder, *path)


@dataclass
class Pasted:
    """What somebody takes over from a mail into the form."""

    name: str
    subject: str
    body: str
    files: list[tuple[str, bytes]]

    @property
    def is_too_long(self) -> bool:
        """Whether the form refuses the text as it stands."""
        return len(clean_text(self.body)) > BODY_LIMIT

    def shortened(self) -> Pasted:
        """The text up to the limit, and the whole of it as a file."""
        cut = clean_text(clean_text(self.body)[:BODY_LIMIT]).rstrip()
        whole = ("whole.txt", clean_text(self.body).encode("utf-8", "replace"))
        return Pasted(self.name, self.subject, cut, [whole, *self.files][: settings.FILES_PER_MESSAGE])


def seen_in(content: bytes) -> bytes | tuple[str, tuple[int, int], bytes]:
    """What people see of a file: a picture's pixels, because its metadata does not stay; else every byte."""
    try:
        with Image.open(BytesIO(content)) as picture:
            return picture.mode, picture.size, picture.tobytes()
    except (UnidentifiedImageError, OSError, SyntaxError):
        return content


def mails() -> list[Path]:
    """The mails of the four help desks' own tests."""
    return [path for name in MAILS for path in sorted(corpus(name, "mails").rglob("*")) if path.is_file()]


def pasted(path: Path) -> Pasted:
    """Subject, text and files of a mail."""
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32)
    texts: dict[str, Any] = {}
    files: list[Any] = []
    for part in mail.walk():
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes) or not content:
            continue
        kind = part.get_content_type()
        if kind in {"text/plain", "text/html"} and kind not in texts and not part.get_filename():
            texts[kind] = decoded(part, content)
        else:
            files.append((part.get_filename() or f"part-{len(files)}.bin", content))
    body = texts.get("text/plain", "")
    if not clean_text(body):
        body = text_of_markup(texts.get("text/html", ""))
    subject = clean_line(subject_of(mail))[:TITLE_LIMIT].strip()
    return Pasted(
        name=f"{path.parent.parent.name}/{path.name}",
        subject=clean_line(subject) or "(no title)",
        body=body if clean_text(body) else "(no text)",
        files=files[: settings.FILES_PER_MESSAGE],
    )


def decoded(part: Message, content: bytes) -> str:
    """The text in the charset that the part names, as far as that is one."""
    try:
        return content.decode(str(part.get_content_charset() or "utf-8"), "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def subject_of(mail: Message) -> str:
    """The decoded title; words in an unknown charset as they stand."""
    raw = mail["Subject"]
    if raw is None:
        return ""
    try:
        pieces = email.header.decode_header(raw)
        return "".join(
            piece if isinstance(piece, str) else piece.decode(charset or "utf-8", "replace")
            for piece, charset in pieces
        )
    except (LookupError, ValueError):
        return str(raw)


def text_of_markup(markup: str) -> str:
    """What a reader of a page would copy from it, roughly."""
    markup = re.sub(r"(?is)<(script|style|head)\b.*?</\1\s*>", "", markup)
    markup = re.sub(r"(?i)<(br|/p|/div|/tr|/li|/h\d)\b[^>]*>", "\n", markup)
    return html.unescape(re.sub(r"(?s)<[^>]*>", "", markup))

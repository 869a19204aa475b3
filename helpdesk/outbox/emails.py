"""The one way by which mail leaves the product: written here with what it speaks of, sent after the commit."""

import datetime as dt
import re
import secrets as randomness
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from helpdesk.inserts import stored
from helpdesk.mail_address import ADDRESS_LIMIT, dns_form, mailbox_of, message_id_domain
from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.nudge import nudge
from helpdesk.outbox.text import one_line, storable
from helpdesk.outbox.topics import kind_of
from helpdesk.tenancy import current_tenant_id

_NO_ADDRESS = "This is no address that mail could go to."
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")


def write_email(
    *,
    topic: str,
    to: str,
    to_name: str,
    locale: str,
    timezone: str,
    context: Mapping[str, Any],
    secrets: Mapping[str, Any] | None = None,
    sender_name: str,
    sender_address: str,
    reply_to: str = "",
    message_id: str = "",
    in_reply_to: str = "",
    references: Sequence[str] = (),
    automatic: bool = True,
    proven: bool = False,
    not_before: dt.datetime | None = None,
    subject_of: str = "",
    files: Sequence[Mapping[str, str]] = (),
) -> OutboxRow:
    """One mail to `to` of the current tenant, for the caller to store in this transaction; it leaves after the commit.

    `context` and `secrets` (links and codes, forgotten once sent) are JSON; moments are ISO 8601 strings under keys
    that end in `_at`, shown in `timezone` and `locale`. Without `message_id` one is made up, the same at every try.
    `automatic` says that a machine wrote it: no machine should answer, and the recipient's caps hold. `proven` says
    that the address is known to be the person's; to another not even `to_name` is mailed. `subject_of` names what it
    is about, such as "ticket:42": mail to one address about one ticket keeps its order.
    `files` are contents of the store that go with it, each `{"key", "name", "media_type"}`.
    Raise ValueError for what must never reach a header (a break or control character, a bad address or id), for
    values that are no JSON and for an unknown topic, NoTenant outside a scope.
    """
    current_tenant_id()
    kind_of(topic)
    row = OutboxRow(
        topic=topic,
        locale=locale,
        timezone=timezone,
        context=storable(context),
        secrets=storable(secrets or {}),
        about=subject_of,
        files=[dict(file) for file in files],
        is_automatic=automatic,
        is_proven=proven,
        **_mailboxes(to, to_name if proven else "", sender_name, sender_address, reply_to),
        **_thread(message_id or _new_id(sender_address), in_reply_to, references),
        **({"not_before": not_before} if not_before else {}),
    )
    transaction.on_commit(nudge, robust=True)
    return row


enqueue_email = stored(write_email)  # one mail, stored at once


def _mailboxes(to: str, to_name: str, sender_name: str, sender_address: str, reply_to: str) -> dict[str, Any]:
    return {
        "to_address": _address(to),
        "mailbox": mailbox_of(_address(to)),
        "to_name": _name(to_name, 120),
        "sender_name": _name(sender_name, 80),
        "sender_address": _address(sender_address),
        "reply_to": _address(reply_to) if reply_to else "",
    }


def _thread(message_id: str, in_reply_to: str, references: Sequence[str]) -> dict[str, Any]:
    return {
        "message_id": _id(message_id),
        "in_reply_to": _id(in_reply_to) if in_reply_to else "",
        "references": [_id(reference) for reference in references],
    }


def _address(value: str) -> str:
    """Lower case, the domain as DNS knows it (RFC 5891) where it has such a form."""
    address = value.lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValueError(_NO_ADDRESS) from error
    if one_line(address) != address:
        raise ValueError(_NO_ADDRESS)
    with suppress(UnicodeError):  # a label too long for DNS: its tries will fail, and say so at the row
        address = dns_form(address)
    if len(address) > ADDRESS_LIMIT:
        raise ValueError(_NO_ADDRESS)
    return address


def _name(value: str, length: int) -> str:
    return one_line(value)[:length].strip()


def _id(value: str) -> str:
    message_id = value if value.startswith("<") else f"<{value}>"
    if not _MESSAGE_ID.fullmatch(message_id) or len(message_id) > 200:
        raise ValueError("A Message-ID looks like <random@example.com>.")
    return message_id


def _new_id(sender_address: str) -> str:
    return f"<{randomness.token_hex(16)}@{message_id_domain(sender_address)}>"

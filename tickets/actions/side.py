"""The desk asks somebody outside about a ticket, by mail, apart from the talk with its customer."""

import uuid
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.typed_text import clean_line, clean_text
from tickets.actions.lock import lock_ticket
from tickets.actions.record import record_event
from tickets.joined import files_of_threads, takes_part
from tickets.models import Attachment, SideConversation, SideFile, SideMessage, Ticket
from tickets.models.event import Verb
from tickets.models.ticket import Channel
from tickets.notify import announce_to_expert

MAIL_LIMIT = 20 * 1024 * 1024  # bytes of files; most mail servers take no more


@transaction.atomic
def ask_expert(
    ticket: Ticket,
    *,
    author: Member,
    email: str,
    name: str,
    subject: str,
    body: str,
    file_ids: Collection[int],
    submission_key: uuid.UUID,
) -> SideMessage:
    """Begins a conversation with the expert at `email` and mails it, with the chosen files of the ticket.

    Nobody else learns of it. Locks the ticket; idempotent by `submission_key`. Raises Refused for somebody who takes part
    in the ticket (field "email"), an empty subject or body, and files that are not the ticket's, not ready or too large.
    """
    locked, _now = lock_ticket(ticket)
    if before := _sent_before(submission_key):
        return before
    if takes_part(email, locked):
        raise Refused(_("This person takes part in the ticket. Write to them there."), "email")
    subject = clean_line(clean_text(subject))
    if not subject:
        raise Refused(_("Enter a subject"), "subject")
    conversation = SideConversation.objects.create(
        ticket=locked, subject=subject, email=email.lower(), name=name
    )
    return _send(conversation, author, body, file_ids, submission_key)


@transaction.atomic
def write_to_expert(
    conversation: SideConversation,
    *,
    author: Member,
    body: str,
    file_ids: Collection[int],
    submission_key: uuid.UUID,
) -> SideMessage:
    """Mails the expert of an earlier conversation once more; as `ask_expert`."""
    locked, _now = lock_ticket(conversation.ticket)
    if before := _sent_before(submission_key):
        return before
    conversation.ticket = locked
    return _send(conversation, author, body, file_ids, submission_key)


@transaction.atomic
def keep_answer(
    conversation: SideConversation, *, actor: Member, body: str, submission_key: uuid.UUID
) -> SideMessage:
    """Keeps what the expert said elsewhere, as by telephone; nothing is mailed. Idempotent by `submission_key`."""
    locked, now = lock_ticket(conversation.ticket)
    if before := _sent_before(submission_key):
        return before
    body = clean_text(body)
    if not body:
        raise Refused(_("Write what they answered."), "body")
    message = SideMessage.objects.create(
        conversation=conversation, body=body, submission_key=submission_key, created_at=now
    )
    _record(Verb.EXPERT_ANSWERED, locked, conversation, actor, message)
    return message


def _sent_before(submission_key: uuid.UUID) -> SideMessage | None:
    return SideMessage.objects.filter(submission_key=submission_key).first()


def _send(
    conversation: SideConversation, author: Member, body: str, file_ids: Collection[int], key: uuid.UUID
) -> SideMessage:
    body = clean_text(body)
    if not body:
        raise Refused(_("Write what you want to know."), "body")
    files = _chosen(conversation.ticket, file_ids)
    message = SideMessage.objects.create(
        conversation=conversation, author=author, body=body, submission_key=key
    )
    SideFile.objects.bulk_create([SideFile(message=message, attachment=file) for file in files])
    _record(Verb.ASKED_EXPERT, conversation.ticket, conversation, author, message)
    announce_to_expert(conversation, message, files)
    return message


def _record(
    verb: Verb, ticket: Ticket, conversation: SideConversation, actor: Member, message: SideMessage
) -> None:
    record_event(
        ticket,
        verb,
        actor=actor,
        changes={"expert": [None, conversation.email]},
        is_public=False,
        channel=Channel.DESK,
        now=message.created_at,
    )


def _chosen(ticket: Ticket, file_ids: Collection[int]) -> list[Attachment]:
    files = list(files_of_threads(ticket).filter(pk__in=file_ids, state=Attachment.State.READY))
    if len(files) != len(set(file_ids)):
        raise Refused(_("One of the files can't be sent any more. Choose again."), "files")
    if sum(file.size for file in files) > MAIL_LIMIT:
        raise Refused(_("These files are too large for one email. Choose fewer."), "files")
    return files

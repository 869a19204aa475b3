"""What a request in writing reads at each of its steps, prepared: drafts, and what waits in them."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import Member
from helpdesk.prepared import prepared
from tickets.models import Attachment, RequestDraft, Ticket, Upload


def draft_of_key(key: uuid.UUID) -> RequestDraft | None:
    """The draft under this key, whosever it is."""
    return _any_draft.first(key=key)


def members_draft(key: uuid.UUID, member: Member) -> RequestDraft | None:
    """The member's own draft under this key, while it lasts."""
    return _members_draft.first(key=key, member=member.pk, now=timezone.now())


def guests_draft(key: uuid.UUID) -> RequestDraft | None:
    """The draft that somebody began without an account; that this browser did, the caller knows."""
    return _guests_draft.first(key=key, now=timezone.now())


def locked_members_draft(key: uuid.UUID, member: Member) -> RequestDraft | None:
    """As `members_draft`, with its category, locked until the transaction ends."""
    return _locked_members_draft.first(key=key, member=member.pk, now=timezone.now())


def locked_guests_draft(key: uuid.UUID) -> RequestDraft | None:
    """As `guests_draft`, with its category, locked until the transaction ends."""
    return _locked_guests_draft.first(key=key, now=timezone.now())


def files_waiting(draft_key: uuid.UUID, member: Member | None) -> list[Attachment]:
    """As `queries.waiting_files`."""
    if member is None:
        return _guests_files(key=draft_key)
    return _members_files(key=draft_key, member=member.pk)


def locked_files(draft_key: uuid.UUID) -> list[Attachment]:
    """Everybody's files that wait under this key, locked until the transaction ends."""
    return _locked_files(key=draft_key)


def names_of_stopped(draft_key: uuid.UUID, member: Member | None) -> list[str]:
    """The names of `queries.stopped_uploads`."""
    if member is None:
        return _guests_stopped(key=draft_key)
    return _members_stopped(key=draft_key, member=member.pk)


def ticket_sent_with(submission_key: uuid.UUID) -> Ticket | None:
    """What came of the form with this key; None while it was not sent."""
    return _sent_with.first(key=submission_key)


@prepared
def _any_draft(key: Any) -> QuerySet[RequestDraft]:
    return RequestDraft.objects.filter(key=key)


@prepared
def _members_draft(key: Any, member: Any, now: Any) -> QuerySet[RequestDraft]:
    return RequestDraft.objects.filter(key=key, member=member, expires_at__gt=now)


@prepared
def _guests_draft(key: Any, now: Any) -> QuerySet[RequestDraft]:
    return RequestDraft.objects.filter(key=key, member=None, expires_at__gt=now)


@prepared
def _locked_members_draft(key: Any, member: Any, now: Any) -> QuerySet[RequestDraft]:
    return _locked(RequestDraft.objects.filter(key=key, member=member, expires_at__gt=now))


@prepared
def _locked_guests_draft(key: Any, now: Any) -> QuerySet[RequestDraft]:
    return _locked(RequestDraft.objects.filter(key=key, member=None, expires_at__gt=now))


def _locked(drafts: QuerySet[RequestDraft]) -> QuerySet[RequestDraft]:
    return drafts.select_related("category__team").select_for_update(of=("self",))


@prepared
def _members_files(key: Any, member: Any) -> QuerySet[Attachment]:
    return Attachment.objects.filter(draft_key=key, message=None, uploaded_by=member).order_by("id")


@prepared
def _guests_files(key: Any) -> QuerySet[Attachment]:
    return Attachment.objects.filter(draft_key=key, message=None, uploaded_by=None).order_by("id")


@prepared
def _locked_files(key: Any) -> QuerySet[Attachment]:
    return Attachment.objects.select_for_update().filter(draft_key=key, message=None).order_by("id")


@prepared
def _members_stopped(key: Any, member: Any) -> QuerySet[Upload, str]:
    return _stopped().filter(draft_key=key, uploaded_by=member).order_by("id").values_list("name", flat=True)


@prepared
def _guests_stopped(key: Any) -> QuerySet[Upload, str]:
    return _stopped().filter(draft_key=key, uploaded_by=None).order_by("id").values_list("name", flat=True)


def _stopped() -> QuerySet[Upload]:
    return Upload.objects.filter(state=Upload.State.ARRIVING, direct_key="", offset__lt=F("size"))


@prepared
def _sent_with(key: Any) -> QuerySet[Ticket]:
    return Ticket.objects.select_related("team", "sender").filter(submission_key=key)

"""A request that is being written: kept at every press and pause, brought back, sent once or forgotten."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import Member
from helpdesk.inserts import insert_unless_there
from tickets.actions.files import drop_file
from tickets.form_reads import draft_of_key
from tickets.models import Attachment, Category, RequestDraft, Upload
from tickets.models.draft import GUEST_LIFETIME, MEMBER_LIFETIME
from tickets.queries import waiting_files


@dataclass(frozen=True)
class Typed:
    """What one tab holds: the words in its boxes, and the revision of the draft that it began with (0: none)."""

    answers: Mapping[str, str]
    seen: int = 0


def merge(draft: RequestDraft | None, typed: Typed) -> tuple[dict[str, str], dict[str, str]]:
    """The answers after `typed` is added to `draft`, and the earlier text of each box that had to give way.

    A tab that has seen the latest revision is right in everything. An older one wins where it says something, and
    what it left empty does not empty what another tab wrote.
    """
    answers = dict(typed.answers)
    if draft is None or typed.seen >= draft.revision:
        return answers, {}
    before = draft.answers
    replaced = {
        name: text
        for name, text in before.items()
        if text and answers.get(name) and answers[name].split() != text.split()
    }
    return {**answers, **{name: text for name, text in before.items() if not answers.get(name)}}, replaced


def begin_draft(
    key: uuid.UUID,
    member: Member | None,
    category: Category | None,
    answers: Mapping[str, str],
    *,
    ready: Mapping[str, Any] | None = None,
    continues: uuid.UUID | None = None,
) -> RequestDraft | None:
    """Stores a new draft. None when the key is taken by other words or another person: then begin one under a new key.

    The same words under the same key, as a double click brings them, give the draft there is. One statement, or two.
    """
    now = timezone.now()
    draft = RequestDraft(
        key=key,
        member=member,
        category=category,
        answers=dict(answers),
        ready=ready,
        continues=continues,
        created_at=now,
        updated_at=now,
        expires_at=now + _lifetime(member),
    )
    if insert_unless_there(draft):
        return draft
    stored = draft_of_key(key)
    if stored is None:
        raise RequestDraft.DoesNotExist
    is_same = stored.member_id == draft.member_id and stored.answers == draft.answers
    return stored if is_same else None


def change_draft(
    draft: RequestDraft,
    answers: Mapping[str, str],
    *,
    category: Category | None,
    replaced: Mapping[str, str],
    ready: Mapping[str, Any] | None = None,
) -> None:
    """Stores the answers in a draft that the caller has locked; `ready` is what would be sent, once it is checked.

    Nothing is written when nothing changed, but that a draft on its last hour lives on.
    """
    now = timezone.now()
    is_changed = draft.answers != dict(answers) or draft.category_id != (category and category.pk)
    is_old = draft.expires_at - now < _lifetime(draft) / 2
    if not (is_changed or is_old or draft.replaced != dict(replaced) or draft.ready != ready):
        return
    draft.revision += is_changed
    draft.answers, draft.category, draft.ready = dict(answers), category, ready
    draft.replaced = dict(replaced)
    draft.updated_at, draft.expires_at = now, now + _lifetime(draft)
    draft.save()


def take_over(draft: RequestDraft, member: Member) -> None:
    """Gives what somebody began as a guest, with its files, to the member they turned out to be."""
    draft.member = member
    draft.expires_at = timezone.now() + MEMBER_LIFETIME
    draft.save(update_fields=["member", "expires_at"])
    Attachment.objects.filter(draft_key=draft.key, message=None, uploaded_by=None).update(uploaded_by=member)
    Upload.objects.filter(draft_key=draft.key, uploaded_by=None).update(uploaded_by=member)
    if draft.continues:
        files = Attachment.objects.filter(draft_key=draft.continues, message=None, uploaded_by=member)
        files.update(draft_key=draft.key)
        RequestDraft.objects.filter(key=draft.continues, member=member).delete()


def drop_draft(draft: RequestDraft) -> None:
    """Forgets the draft and the files that waited in it."""
    for file in waiting_files(draft.key, draft.member):
        drop_file(file)
    draft.delete()


def drop_twins(key: uuid.UUID, member: Member | None) -> None:
    """Of files that came again with another press, as a double click sends them, keeps those of one.

    A press that brings the same file twice means it: what came together has one `created_at`.
    """
    presses: dict[tuple[str, str], dict[dt.datetime, list[Attachment]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for file in waiting_files(key, member):
        presses[file.name, file.sha256][file.created_at].append(file)
    for by_press in presses.values():
        kept = max(by_press.values(), key=len)
        for files in by_press.values():
            for file in files if files is not kept else ():
                drop_file(file)


def _lifetime(of: RequestDraft | Member | None) -> dt.timedelta:
    is_members = of.member_id is not None if isinstance(of, RequestDraft) else of is not None
    return MEMBER_LIFETIME if is_members else GUEST_LIFETIME

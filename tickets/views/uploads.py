"""Files that are chosen in a form: kept before anything else is looked at, listed, removed, never lost by an error."""

import uuid
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.forms import Form
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.rules import may_use_desk
from helpdesk.errors import Refused
from helpdesk.files import Inspected, clean_name
from tickets.actions.files import NotKept, drop_chosen_file, drop_file, keep_file
from tickets.actions.uploads import drop_stopped, drop_upload
from tickets.form_reads import files_waiting
from tickets.models import Attachment, Upload
from tickets.queries import stopped_uploads, waiting_files
from tickets.views.limits import UPLOADS

DRAFTS_REMEMBERED = 20
SESSION_KEY = "drafts"
STOPPED = "upload:"  # begins the value of a button that removes a stopped upload; a number removes a file


class Fate(Enum):
    """Why `tickets.middleware`, which counted a file, did not store it."""

    TOO_MANY = auto()
    STORE_AWAY = auto()
    UNFIT = auto()


EarlyFile = tuple[str, Inspected] | Fate


@dataclass(frozen=True)
class Draft:
    """A form that is being filled in: its key and who fills it in (None: a guest)."""

    key: uuid.UUID
    member: Member | None
    is_new: bool = False  # nothing waits under its key yet

    @classmethod
    def of(cls, request: HttpRequest) -> "Draft":
        """The draft whose key was posted; a new one when there is none, or no such key can be."""
        try:
            return cls(uuid.UUID(request.POST.get("key", "")), member_of(request))
        except ValueError:
            return cls(uuid.uuid4(), member_of(request), is_new=True)

    def renewed(self) -> "Draft":
        """A draft of the same person under a new key."""
        return Draft(uuid.uuid4(), self.member, is_new=True)

    def rows(self) -> list[dict[str, Any]]:
        """The waiting files and the uploads that stopped, as `partials/file_list.html` shows them. Two statements."""
        if self.is_new:
            return []
        rows = []
        for file in files_waiting(self.key, self.member):
            row = file_row(file)
            rows.append(
                row | {"state": row["state"] or "ready", "remove_name": "remove", "remove_value": file.pk}
            )
        return [*rows, *map(_stopped_row, stopped_uploads(self.key, self.member))]


def member_of(request: HttpRequest) -> Member | None:
    """Who is signed in, if anybody."""
    return request.user if isinstance(request.user, Member) else None


def keep_uploads(request: HttpRequest, draft: Draft) -> list[str]:
    """Keeps every file of the request under the draft; returns why some were refused, a sentence each."""
    refused: list[str] = []
    at = timezone.now()
    for upload in request.FILES.getlist("files"):
        try:
            stored = stored_before(request, upload, draft.member)
            kept = keep_file(upload, draft_key=draft.key, uploaded_by=draft.member, at=at, stored=stored)
        except Refused as refusal:
            refused.append(str(refusal))
        else:
            drop_stopped(draft.key, draft.member, name=kept.name, size=upload.size or 0)
            remember_form(request, draft.key)
    return list(dict.fromkeys(refused))


def stored_before(request: HttpRequest, upload: File, member: Member | None) -> tuple[str, Inspected] | None:
    """What `tickets.middleware` stored of it, None where it did not; one that it did not see is counted here.

    Raises Refused beyond the limit, NotKept when the store was away: nobody waits for it twice.
    """
    early: dict[File, EarlyFile] = getattr(request, "early_files", {})
    fate = early.pop(upload, None)
    if fate is Fate.TOO_MANY or (fate is None and not may_upload(request, member)):
        raise Refused(
            _("“%(name)s” wasn't kept: too many files in an hour.") % {"name": upload.name}, "files"
        )
    if fate is Fate.STORE_AWAY:
        raise NotKept(clean_name(upload.name or ""))
    return None if isinstance(fate, Fate) else fate


def may_upload(request: HttpRequest, member: Member | None) -> bool:
    """Counts one more file of this network address; whether it was within the limit. The desk has none."""
    return may_use_desk(member) or UPLOADS.spend(request)


def remove_upload(request: HttpRequest, draft: Draft) -> None:
    """Removes the waiting file or stopped upload that the pressed button names; somebody else's, or none, is passed over."""
    chosen = request.POST.get("remove", "")
    drop_chosen_file(draft.key, draft.member, chosen)
    for upload in stopped_uploads(draft.key, draft.member) if chosen.startswith(STOPPED) else ():
        if chosen == f"{STOPPED}{upload.key}":
            drop_upload(upload)


def drop_leftovers(request: HttpRequest, draft: Draft) -> None:
    """After sending: removes what a second press at the same moment stored once more."""
    if request.FILES:
        for file in waiting_files(draft.key, draft.member):
            drop_file(file)  # nobody else can send this draft: it was sent just now


def tell_refusals(form: Form, refusals: list[str]) -> None:
    """Puts the refusals of files beside the box they were chosen in."""
    for refusal in refusals:
        form.add_error("files", refusal)


def is_own_draft(request: HttpRequest, file: Attachment) -> bool:
    """Whether this browser's person put the waiting file there."""
    return is_own_form(request, file.draft_key, file.uploaded_by_id)


def is_own_form(request: HttpRequest, draft_key: uuid.UUID, uploaded_by_id: int | None) -> bool:
    """Whether this browser's person put into the form with this key what `uploaded_by_id` (None: a guest) put there."""
    if uploaded_by_id is not None:
        return uploaded_by_id == request.user.pk
    return str(draft_key) in request.session.get(SESSION_KEY, ())


def remember_form(request: HttpRequest, draft_key: uuid.UUID) -> None:
    """Lets the browser's session know that files wait under this key: a guest has nothing else to show."""
    known = request.session.get(SESSION_KEY, [])
    if str(draft_key) not in known:
        request.session[SESSION_KEY] = [*known, str(draft_key)][-DRAFTS_REMEMBERED:]


def file_row(file: Attachment) -> dict[str, Any]:
    """A file as `partials/file_list.html` shows it; one that is not ready has a name and no link."""
    states = {Attachment.State.CHECKING: "checking", Attachment.State.QUARANTINED: "failed"}
    is_ready = file.state == Attachment.State.READY
    return {
        "name": file.name,
        "size": file.size,
        "type": file.media_type,
        "state": states.get(Attachment.State(file.state), ""),
        "error": held_back(file),
        "url": reverse("attachment", args=[file.pk, file.name]) if is_ready else "",
        "thumbnail": reverse("thumbnail", args=[file.pk]) if is_ready and file.thumbnail else "",
    }


def _stopped_row(upload: Upload) -> dict[str, Any]:
    """An upload of a page that was left: the same file, chosen again, goes on from there."""
    return {
        "name": upload.name,
        "size": upload.size,
        "state": "stopped",
        "percent": 100 * upload.offset // upload.size,
        "resume": address_of(upload),
        "bytes": upload.size,
        "mark": upload.mark,
        "remove_name": "remove",
        "remove_value": f"{STOPPED}{upload.key}",
    }


def address_of(upload: Upload) -> str:
    """Where the upload goes on."""
    return reverse("upload", args=[upload.key])


def held_back(file: Attachment) -> str:
    """Why nobody gets the file; empty when anybody may."""
    if file.state != Attachment.State.QUARANTINED:
        return ""
    if not file.verdict:
        return _("Held back: it may be harmful.")
    return _("Held back: our scanner found “%(verdict)s” in it.") % {"verdict": file.verdict}


def limits_text() -> str:
    """What may be attached, told before anything is chosen."""
    return _("Up to %(count)d files, %(size)s each. Screenshots and recordings help most.") % {
        "count": settings.FILES_PER_MESSAGE,
        "size": filesizeformat(settings.FILE_SIZE_LIMIT),
    }

"""Files chosen while an agent writes: kept before anything else is looked at, never lost by an error."""

from __future__ import annotations

import uuid
from typing import Any

from django.forms import Form
from django.http import HttpRequest

from accounts.models import Member
from helpdesk.errors import Refused
from tickets.actions.files import drop_chosen_file, keep_file
from tickets.admin.timeline import file_row
from tickets.queries import waiting_files


def keep_uploads(request: HttpRequest, draft_key: uuid.UUID, member: Member) -> list[str]:
    """Keeps every file of the request under the form's key; returns why some were refused, a sentence each."""
    refused = []
    for upload in request.FILES.getlist("files"):
        try:
            keep_file(upload, draft_key=draft_key, uploaded_by=member)
        except Refused as refusal:
            refused.append(str(refusal))
    return list(dict.fromkeys(refused))


def remove_upload(request: HttpRequest, draft_key: uuid.UUID, member: Member) -> bool:
    """Whether the button pressed removes a waiting file; if so, it is gone."""
    chosen = request.POST.get("remove", "")
    if not chosen:
        return False
    drop_chosen_file(draft_key, member, chosen)
    return True


def draft_rows(draft_key: uuid.UUID, member: Member) -> list[dict[str, Any]]:
    """The waiting files, as `partials/file_list.html` shows them."""
    return [
        file_row(file) | {"state": "ready", "remove_name": "remove", "remove_value": file.pk}
        for file in waiting_files(draft_key, member)
    ]


def tell_refusals(form: Form, refusals: list[str]) -> None:
    """Puts the refusals of files beside the box they were chosen in."""
    for refusal in refusals:
        form.add_error("files", refusal)

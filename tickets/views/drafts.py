"""Which requests in writing a browser may open, and what was typed into them."""

import uuid
from collections.abc import Iterable

from django.http import HttpRequest

from tickets.actions.draft import take_over
from tickets.form_reads import guests_draft, locked_guests_draft, locked_members_draft, members_draft
from tickets.models import Category, RequestDraft
from tickets.queries import open_drafts
from tickets.views.uploads import SESSION_KEY, member_of


def draft_to_write(request: HttpRequest, key: uuid.UUID) -> RequestDraft | None:
    """The person's draft under this key, locked until the request ends; None when there is none of theirs."""
    member, draft = member_of(request), None
    if member:
        draft = locked_members_draft(key, member)
    if draft is None and str(key) in _keys(request):
        draft = locked_guests_draft(key)
    return _owned(request, draft)


def draft_to_read(request: HttpRequest, key: str) -> RequestDraft | None:
    """The person's draft under the key that an address names; None when there is none of theirs."""
    try:
        wanted = uuid.UUID(key)
    except ValueError:
        return None
    member, draft = member_of(request), None
    if member:
        draft = members_draft(wanted, member)
    if draft is None and str(wanted) in _keys(request):
        draft = guests_draft(wanted)
    return _owned(request, draft)


def unfinished_draft(
    request: HttpRequest, category: Category | None, *, follows: str = ""
) -> RequestDraft | None:
    """The latest request of this person on this topic that was never sent; a follow-up of a ticket is another one."""
    if not (request.user.is_authenticated or _keys(request)):
        return None
    drafts = open_drafts(member_of(request), _keys(request)).filter(category=category).order_by("-updated_at")
    found = next((draft for draft in drafts[:5] if draft.answers.get("follows", "") == follows), None)
    return _owned(request, found)


def typed_answers(request: HttpRequest, names: Iterable[str]) -> dict[str, str]:
    """What stands in the posted boxes with these names, as typed; only NUL, which nothing can keep, is dropped."""
    posted = {name: request.POST[name] for name in names if name in request.POST}
    return {name: text.replace("\0", "").encode("utf-8", "replace").decode() for name, text in posted.items()}


def _keys(request: HttpRequest) -> list[str]:
    keys: list[str] = request.session.get(SESSION_KEY, [])
    return keys


def _owned(request: HttpRequest, draft: RequestDraft | None) -> RequestDraft | None:
    """Whoever signs in goes on with what they began as a guest."""
    member = member_of(request)
    if draft and member and draft.member_id is None:
        take_over(draft, member)
    return draft

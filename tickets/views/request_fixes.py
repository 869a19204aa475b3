"""What the buttons beside a notice do to a request in writing. Their values: a verb, a colon, and what it is about."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from django.core.files.base import ContentFile, File
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.mail_address import likely_meant
from tickets.actions.files import keep_file
from tickets.prompts import PREFIX
from tickets.sensitive import Kind, Span, find_sensitive, mask
from tickets.views.drafts import typed_answers
from tickets.views.uploads import Draft, stored_before

KEPT = "kept"  # the answer that remembers which notices the writer has settled
SETTLED = frozenset({*Kind, "email", "duplicate", "topic"})
TEXT_AS_FILE = "file:body"
BEGINNING = 1_000  # characters of a long text that stay in the message


def texts_of(answers: Mapping[str, Any]) -> dict[str, str]:
    """The answers in people's own words: title, description, and what the category asks."""
    return {
        name: text
        for name, text in answers.items()
        if isinstance(text, str) and (name in {"subject", "body"} or name.startswith(PREFIX))
    }


def kept_by(answers: Mapping[str, str]) -> frozenset[str]:
    """Which notices the writer has settled."""
    return SETTLED.intersection(answers.get(KEPT, "").split())


def fixed(answers: Mapping[str, Any], fix: str) -> dict[str, Any]:
    """`answers` after the press of a button; an unknown one changes nothing. `file:` and `topic:` are done elsewhere."""
    verb, _colon, what = fix.partition(":")
    if verb == "hide" and what in set(Kind):
        return {**answers, **{name: _hidden(text, Kind(what)) for name, text in texts_of(answers).items()}}
    if verb == "keep" and what in SETTLED:
        return {**answers, KEPT: " ".join(sorted(kept_by(answers) | {what}))}
    if fix == "use:email":
        email = str(answers.get("email", "")).strip()
        return {**answers, "email": likely_meant(email) or email}
    return dict(answers)


def fixed_ready(ready: Mapping[str, Any], fix: str) -> dict[str, Any]:
    """The same for what is checked and would be sent."""
    done = fixed({**ready, **{f"{PREFIX}{key}": text for key, text in ready["fields"].items()}}, fix)
    fields = {key: done[f"{PREFIX}{key}"] for key in ready["fields"]}
    return {name: done[name] for name in ready} | {"fields": fields}


def text_to_attach(request: HttpRequest) -> File | None:
    """The description as a file, when the pressed button asks for that; the same one each time a request is asked."""
    if request.POST.get("fix") != TEXT_AS_FILE:
        return None
    if not hasattr(request, "text_to_attach"):
        body = typed_answers(request, ["body"]).get("body", "")
        request.text_to_attach = ContentFile(body.encode(), name="text.txt")  # type: ignore[attr-defined]
    return cast(File, request.text_to_attach)  # type: ignore[attr-defined]


def with_text_as_file(
    request: HttpRequest, file: File, draft: Draft, answers: Mapping[str, str]
) -> dict[str, str]:
    """Attaches the description, which is `file`; its beginning stays, and says so.

    Raises Refused as `keep_file` does, and beyond the limit of the network address.
    """
    body = answers.get("body", "")
    file.name = name = f"text-{timezone.localtime():%Y-%m-%d-%H%M}.txt"
    stored = stored_before(request, file, draft.member)
    if stored:
        stored = (stored[0], replace(stored[1], name=name))
    keep_file(file, draft_key=draft.key, uploaded_by=draft.member, stored=stored)
    beginning = body[:BEGINNING].rstrip()
    note = _("The whole text is attached: %(name)s") % {"name": name}
    return {**answers, "body": f"{beginning} […]\n\n{note}"}


def _hidden(text: str, kind: Kind) -> str:
    spans: list[Span] = [span for span in find_sensitive(text) if span.kind == kind]
    return mask(text, spans)

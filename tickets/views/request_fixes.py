"""What the buttons beside a notice do to a request in writing. Their values: a verb, a colon, and what it is about."""

from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.mail_address import likely_meant
from tickets.actions.files import keep_file
from tickets.prompts import PREFIX
from tickets.sensitive import Kind, Span, find_sensitive, mask
from tickets.views.uploads import Draft

KEPT = "kept"  # the answer that remembers which notices the writer has settled
SETTLED = frozenset({*Kind, "email", "duplicate", "topic"})
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


def with_text_as_file(draft: Draft, answers: Mapping[str, str]) -> dict[str, str]:
    """Attaches the description as a text file; its beginning stays, and says so. Raises Refused as `keep_file` does."""
    body = answers.get("body", "")
    name = f"text-{timezone.localtime():%Y-%m-%d-%H%M}.txt"
    keep_file(ContentFile(body.encode(), name=name), draft_key=draft.key, uploaded_by=draft.member)
    beginning = body[:BEGINNING].rstrip()
    note = _("The whole text is attached: %(name)s") % {"name": name}
    return {**answers, "body": f"{beginning} […]\n\n{note}"}


def _hidden(text: str, kind: Kind) -> str:
    spans: list[Span] = [span for span in find_sensitive(text) if span.kind == kind]
    return mask(text, spans)

"""A row as people read it: subject, text and HTML from the topic's templates, in the recipient's language and zone."""

import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.translation.trans_real import get_supported_language_variant

from helpdesk.outbox.facts import shown_facts
from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.text import one_line

HTML_LIMIT = 30_000  # bytes; mail programs cut long mails, and the button would be lost
BODY_LIMITS = (20_000, 10_000, 5_000, 2_000)  # characters of the body in the HTML part; the text part has all
_PLACE = "\0"  # can stand in no text by itself
_GAP = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Rendered:
    """One mail in one language (a language code of the settings)."""

    locale: str
    subject: str
    text: str
    html: str


def render(row: OutboxRow) -> Rendered:
    """The three parts of the mail. Raises whatever a broken template or context causes."""
    locale = offered_language(row.locale)
    with translation.override(locale), timezone.override(_zone(row.timezone)):
        values = shown_facts(row)
        return Rendered(
            locale=locale,
            subject=one_line(_plain(f"email/{row.topic}.subject.txt", values)),
            text=_text(f"email/{row.topic}.txt", values),
            html=_html(f"email/{row.topic}.html", values),
        )


def offered_language(locale: str) -> str:
    """The language of the interface that comes next to `locale`."""
    try:
        return get_supported_language_variant(locale)
    except LookupError:
        return settings.LANGUAGE_CODE


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


def _plain(name: str, values: Mapping[str, Any]) -> str:
    return _fill(name, Context(values, autoescape=False))


def _text(name: str, values: Mapping[str, Any]) -> str:
    """The text part; empty blocks of the template leave no gaps, and the body keeps every blank line of its own."""
    text = _plain(name, {**values, "body": _PLACE if values.get("body") else ""})
    return _GAP.sub("\n\n", text).strip().replace(_PLACE, str(values.get("body", ""))) + "\n"


def _html(name: str, values: Mapping[str, Any]) -> str:
    """The HTML part; a long body is cut until the whole is short enough, and `body_is_cut` says so."""
    html = _fill(name, Context(values)).strip()
    body = values.get("body") or ""
    for limit in BODY_LIMITS:
        if len(html.encode()) <= HTML_LIMIT:
            break
        if len(body) > limit:
            html = _fill(name, Context({**values, "body": body[:limit], "body_is_cut": True})).strip()
    return html


def _fill(name: str, context: Context) -> str:
    return get_template(name).template.render(context)  # type: ignore[attr-defined]

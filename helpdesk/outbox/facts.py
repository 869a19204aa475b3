"""What a mail's templates show, made from the stored context in the reader's language and zone."""

import datetime as dt
import math
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language, get_language_bidi, ngettext
from django.utils.translation import gettext as _

from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.moments import day_in_words, moment_in_words
from helpdesk.outbox.text import many_lines, one_line
from helpdesk.outbox.topics import Kind, kind_of

LONG_TEXTS = frozenset({"body", "first_answer"})


def shown_facts(row: OutboxRow) -> dict[str, Any]:
    """The variables of the templates: context and secrets, moments as words, people's text made harmless.

    Beside them `locale`, `dir`, `zone`, `written_at`, and for tickets `facts`, a list of (label, value).
    """
    stored = {"tenant_name": row.sender_name} | row.context | row.secrets
    values = {key: _shown(key, value) for key, value in stored.items()}
    values |= {
        "locale": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "zone": timezone.get_current_timezone_name(),
        "written_at": moment_in_words(row.created_at),
    }
    if kind_of(row.topic) is Kind.TICKET:
        values["facts"] = _ticket_facts(values)
    return values


def _shown(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_shown(key, item) for item in value]
    if isinstance(value, dict):
        return {name: _shown(name, item) for name, item in value.items()}
    if not isinstance(value, str):
        return value
    if key.endswith("_at") and value:
        return moment_in_words(_moment(value))
    if key.endswith("_by") and value:
        return day_in_words(_moment(value))
    return many_lines(value) if key in LONG_TEXTS else one_line(value)


def _moment(value: str) -> dt.datetime:
    """An ISO 8601 moment; one without a zone, or a bare day, is meant in the reader's zone."""
    moment = dt.datetime.fromisoformat(value)
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _ticket_facts(values: dict[str, Any]) -> list[tuple[str, str]]:
    found = [(_("Number"), values.get("number", ""))]
    promises = (
        (_("First reply"), "first_response_due_at", "first_response_hours"),
        (_("Goal to solve"), "resolution_due_at", "resolution_hours"),
    )
    for label, due, hours in promises:
        if values.get(due):
            found.append((label, _promise(values[due], values.get(hours))))
    return found


def _promise(moment: str, hours: float | None) -> str:
    if not hours:
        return _("by %(moment)s") % {"moment": moment}
    text = ngettext(
        "by %(moment)s (%(hours)s desk hour)", "by %(moment)s (%(hours)s desk hours)", math.ceil(hours)
    )
    number = number_format(int(hours) if hours == int(hours) else hours)
    return text % {"moment": moment, "hours": number}

"""A row of the queue, drawn in Python: a page has fifty, and as tags they cost a third of it."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpdesk.drawing import drawn
from helpdesk.templatetags.parts import icon

if TYPE_CHECKING:
    from tickets.admin.faces import ClockFace
    from tickets.admin.queue import Moment, Row

register = template.Library()
NOTHING = SafeString("")
CLOCK_ICONS = {"late": "alert", "soon": "clock", "running": "clock", "paused": "pause", "met": "check"}
LEVEL_ICONS = {"urgent": "alert", "high": "flag"}
ROW = """<tr class="queue-row{is_late}" data-ticket="{id}">
<td class="queue-check"><input type="checkbox" name="ticket" value="{id}" form="bulk" aria-label="{choose}"></td>
<td class="queue-clock" data-label="{due}">{clock}</td>
<td class="queue-number" data-label="{number_word}"><bdi>{number}</bdi>{eyes}</td>
<td class="queue-subject cell-title" data-label="{title}"><span class="queue-subject-line">{subject}{last}</span></td>
<td class="queue-from" data-label="{from_word}"><bdi>{requester}</bdi></td>
{standing}
<td class="queue-updated" data-label="{updated_word}"><time datetime="{iso}" title="{told}">{age}</time></td>
</tr>
"""
STANDING = """<td class="queue-status" data-label="{}"><span class="status status-{}">{}</span></td>
<td class="queue-priority" data-label="{}"><span class="priority priority-{}">{}{}</span></td>
<td class="queue-tier" data-label="{}">{}</td>
<td class="queue-owner" data-label="{}">{}</td>"""


@register.simple_tag
def queue_row(row: Row, previewed: str = "") -> SafeString:
    """Draw one row of the table; `previewed` is the number of the ticket whose last message is open under its row."""
    words = _words(get_language())
    return drawn(
        ROW,
        **words,
        is_late=" is-late" if row.face.state == "late" else "",
        id=row.id,
        choose=row.choose,
        clock=_clock(row.face, row.due),
        number=row.number,
        eyes=_eyes(row.eyes) if row.eyes else NOTHING,
        subject=drawn('<a class="row-link" href="{}" dir="auto">{}</a>', row.url, row.subject),
        last=_last(row, is_open=row.number == previewed) if row.last else NOTHING,
        requester=row.requester,
        standing=_standing(
            (row.status, row.status_label),
            (row.level, row.priority_label),
            row.tier,
            row.owner,
            get_language(),
        ),
        iso=row.updated.iso,
        told=row.updated.told,
        age=row.age,
    )


@cache
def _words(language: str | None) -> dict[str, SafeString]:
    """The names of the columns in the language, which is the active one: on a small screen each cell tells its own."""
    words = {
        "due": _("Due"),
        "number_word": _("Number"),
        "title": _("Title"),
        "from_word": _("From"),
        "updated_word": _("Updated"),
    }
    return {name: drawn("{}", word) for name, word in words.items()}


def _clock(face: ClockFace, due: Moment | None) -> SafeString:
    ticking = drawn(' data-due="{}"', due.iso) if face.is_ticking and due else NOTHING
    title = described = NOTHING
    if face.name:
        title = drawn(' title="{}: {}"', face.name, due.told if due else face.words)
        more = due.told if due else face.words if face.shortened else ""
        described = drawn(
            '<span class="visually-hidden">, {}{}</span>', face.name, f", {more}" if more else ""
        )
    return drawn(
        '<span class="clock clock-{}"{}{}>{}<span class="clock-words">{}</span>{}</span>',
        *(
            face.state,
            ticking,
            title,
            icon(CLOCK_ICONS[face.state]) if face.state in CLOCK_ICONS else NOTHING,
        ),
        *(face.brief, described),
    )


def _eyes(told: str) -> SafeString:
    return drawn('<span class="queue-eyes">{}<bdi>{}</bdi></span>', icon("eye"), told)


def _last(row: Row, *, is_open: bool) -> SafeString:
    note = by = NOTHING
    if row.is_last_internal:
        note = drawn('{}<span class="visually-hidden">{}</span> ', icon("lock"), _("Internal note:"))
    if row.last_by:
        by = drawn("<bdi>{}</bdi>: ", row.last_by)
    return drawn(
        '<a class="queue-last" href="{}" data-preview="{}" aria-expanded="{}" dir="auto">{}{}{}</a>',
        *(row.preview_url, row.fragment_url, "true" if is_open else "false", note, by, row.last),
    )


@lru_cache(maxsize=2_000)
def _standing(
    status: tuple[str, str], priority: tuple[str, str], tier: str, owner: str, language: str | None
) -> SafeString:
    """The four cells between requester and age, in the language, which is the active one: many rows share theirs."""
    level, label = priority
    face = icon(LEVEL_ICONS[level]) if level in LEVEL_ICONS else NOTHING
    nobody = drawn('<span class="muted">{}</span>', _("Nobody"))
    return drawn(
        STANDING,
        *(_("Status"), *status),
        *(_("Priority"), level, face, label),
        *(_("Tier"), tier),
        *(_("Assignee"), drawn("<bdi>{}</bdi>", owner) if owner else nobody),
    )

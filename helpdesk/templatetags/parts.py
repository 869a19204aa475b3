"""The words of our templates: icons, times, form controls and people's text, each made one way only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, Media, RadioSelect
from django.template.context import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import avoid_wrapping, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import get_language, ngettext_lazy, pgettext
from django.utils.translation import gettext as _

from helpdesk.drawing import drawn, drawn_each
from helpdesk.marks import has_marks, marked_up
from helpdesk.typed_text import without_overrides

if TYPE_CHECKING:
    from django.http import HttpRequest

register = template.Library()

THEMES = ("light", "dark")
SAME_SHAPE = {"back": "arrow"}  # drawn by one symbol, mirrored by the style sheet
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'“”‘’«»]+", re.IGNORECASE)
_BARE_WIDGETS = (CheckboxInput, CheckboxSelectMultiple, RadioSelect)


@register.simple_tag
@cache  # a page draws some thirty of a few, and looking up the sprite's address is most of the work
def icon(name: str) -> SafeString:
    """Draw one symbol of the sprite, hidden from screen readers: the words stand beside it."""
    return drawn(
        '<svg class="icon icon-{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        name,
        static("img/icons.svg"),
        SAME_SHAPE.get(name, name),
    )


@register.simple_tag
def file_limits() -> dict[str, int]:
    """How many files one message may carry (`count`), and how large each may be (`bytes`) that a script uploads."""
    limit = settings.LARGE_FILE_SIZE_LIMIT if settings.PUBLIC_STORE else settings.FILE_SIZE_LIMIT
    return {"count": settings.FILES_PER_MESSAGE, "bytes": limit}


@register.simple_tag
def when(moment: datetime | None, show: str = "both") -> SafeString | str:
    """Tell an aware moment in the reader's zone and language, as a `<time>`.

    `show` is `both` (the date and time, then how far off), `absolute`, `relative` (the exact time in its title),
    `date`, or `text`: the exact time without a tag, for mails and titles. No moment gives an empty text.
    """
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    if show == "date":
        day = date_format(local, _day_format(is_this_year=local.year == timezone.localtime().year))
        return drawn('<time datetime="{}">{}</time>', local.date().isoformat(), day)
    exact = _absolute(local)
    if show == "text":
        return exact
    if show == "absolute":
        return drawn('<time datetime="{}">{}</time>', local.isoformat(), exact)
    if show == "relative":
        return drawn('<time datetime="{}" title="{}">{}</time>', local.isoformat(), exact, _relative(moment))
    return drawn(
        '<time datetime="{}">{} <span class="relative">({})</span></time>',
        *(local.isoformat(), exact, _relative(moment)),
    )


def _absolute(local: datetime) -> str:
    minute = local.replace(second=0, microsecond=0, tzinfo=None)
    return _told_minute(minute, get_language() or "", is_this_year=local.year == timezone.localtime().year)


@lru_cache(maxsize=5_000)
def _told_minute(minute: datetime, language: str, *, is_this_year: bool) -> str:
    """A minute by the clock of the reader, in the language that is active: a list tells fifty of them."""
    day = _day_format(is_this_year=is_this_year)
    return pgettext("a day and a clock time", "%(day)s, %(time)s") % {
        "day": date_format(minute, day),
        "time": date_format(minute, "H:i"),
    }


def _day_format(*, is_this_year: bool) -> str:
    if is_this_year:
        return pgettext("Django date format without a year", "D j M")
    return pgettext("Django date format with a year", "D j M Y")


# Django's own words for these miss the dual of some languages after a preposition.
DURATIONS: dict[str, Any] = {
    "year": ngettext_lazy("%(num)d year", "%(num)d years", "num"),
    "month": ngettext_lazy("%(num)d month", "%(num)d months", "num"),
    "week": ngettext_lazy("%(num)d week", "%(num)d weeks", "num"),
    "day": ngettext_lazy("%(num)d day", "%(num)d days", "num"),
    "hour": ngettext_lazy("%(num)d hour", "%(num)d hours", "num"),
    "minute": ngettext_lazy("%(num)d minute", "%(num)d minutes", "num"),
}


def duration(length: timedelta) -> str:
    """A length of time in its largest unit, as people say it (`6 hours`), from one minute on."""
    now = timezone.now()
    return timesince(now - max(length, timedelta(minutes=1)), now, depth=1, time_strings=DURATIONS)


@register.filter
def desk_time(seconds: int) -> str:
    """A length of business time in minutes or hours: days would be read as those of the wall."""
    unit, length = ("minute", 60) if seconds < 3600 else ("hour", 3600)
    return str(DURATIONS[unit] % {"num": round(seconds / length)})


def _relative(moment: datetime) -> str:
    now = timezone.now()
    if abs((moment - now).total_seconds()) < 60:
        return _("just now") if moment <= now else _("in a moment")
    seconds = int(abs((moment - now).total_seconds()))
    if seconds < SHORTEST_MONTH:
        unit = next(unit for unit in UNITS if seconds >= UNITS[unit])
        return _told_units(unit, seconds // UNITS[unit], get_language() or "", is_ahead=moment > now)
    if moment > now:
        return _("in %(duration)s") % {"duration": timeuntil(moment, now, depth=1, time_strings=DURATIONS)}
    return _("%(duration)s ago") % {"duration": timesince(moment, now, depth=1, time_strings=DURATIONS)}


UNITS = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60}
SHORTEST_MONTH = (
    28 * 86_400
)  # up to there Django's `timesince`, which costs a list most of its rows, divides too


@lru_cache(maxsize=5_000)
def _told_units(unit: str, number: int, language: str, *, is_ahead: bool) -> str:
    """So many units from now or ago, in the language that is active."""
    told = {"duration": avoid_wrapping(DURATIONS[unit] % {"num": number})}
    return _("in %(duration)s") % told if is_ahead else _("%(duration)s ago") % told


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and the last word of a name, for an avatar; `?` for no name."""
    words = [word for word in re.split(r"[\s._@+-]+", name or "") if word]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper() or "?"


@register.filter
def tint(name: str) -> int:
    """A number from 0 to 4 that stays the same for a name: the colour of its avatar."""
    return crc32((name or "").encode()) % 5


STATUS_ICONS = {
    "solved": "check",
    "closed": "lock",
    "waiting_for_you": "reply",
    "pending": "pause",
    "on_hold": "pause",
    "in_progress": "clock",
    "open": "clock",
}


@register.simple_tag
def status_face(status: str, label: str, meaning: str = "") -> SafeString:
    """A status as every list and page shows it; its meaning, if given, is read by hovering."""
    return _status_face(status, str(label), str(meaning))


@lru_cache(maxsize=1_000)  # a list has one in each row, of a handful
def _status_face(status: str, label: str, meaning: str) -> SafeString:
    title = drawn(' title="{}"', meaning) if meaning else ""
    face = icon(STATUS_ICONS.get(status, "mail"))
    return drawn('<span class="status status-{}"{}>{}{}</span>', status, title, face, label)


@register.simple_tag
def avatar(name: str, *, small: bool = False) -> SafeString:
    """The round with somebody's initials; their name stands beside it."""
    size = " avatar-small" if small else ""
    return drawn(
        '<span class="avatar avatar-{}{}" aria-hidden="true">{}</span>', tint(name), size, initials(name)
    )


@register.simple_tag
def paragraphs(text: str | None) -> SafeString:
    """Show what a person typed: escaped, each paragraph with its own direction, web addresses as plain links."""
    blocks = [
        block
        for block in re.split(r"\n\s*\n", without_overrides(text or "").replace("\r\n", "\n").strip("\n"))
        if block
    ]
    return drawn_each('<p dir="auto">{}</p>', ((_lines(block),) for block in blocks), between="\n")


@register.simple_tag
def marked(text: str | None) -> SafeString:
    """Show what the desk wrote: as `paragraphs`, with its marks (see `helpdesk.marks`)."""
    shown = without_overrides(text or "").replace("\r\n", "\n").strip("\n")
    return marked_up(shown, _lines) if has_marks(shown) else paragraphs(shown)


@register.simple_tag
def said(item: Mapping[str, Any], name: str = "body") -> SafeString:
    """Show the text of a message as its writer meant it: marks are the desk's (`is_marked`), customers' words stay plain."""
    return (marked if item.get("is_marked") else paragraphs)(item[name])


def _lines(block: str) -> SafeString:
    """Escaped text with links; unlike Django's `urlize` it never loses a character."""
    pieces, end = [], 0
    for found in _WEB_ADDRESS.finditer(block):
        url = _without_closing_signs(found[0])
        pieces += [
            escape(block[end : found.start()]),
            drawn('<a href="{0}" rel="nofollow">{0}</a>', url),
        ]
        end = found.start() + len(url)
    pieces.append(escape(block[end:]))
    return mark_safe("".join(pieces).replace("\n", "<br>"))  # noqa: S308


def _without_closing_signs(url: str) -> str:
    """The address without the signs that end the sentence or the bracket around it."""
    unopened = {sign: url.count(sign) - url.count(opening) for sign, opening in (")(", "][", "}{")}
    while url and (url[-1] in ".,:;!?*" or unopened.get(url[-1], 0) > 0):
        if url[-1] in unopened:
            unopened[url[-1]] -= 1
        url = url[:-1]
    return url


@register.simple_tag
def control(field: BoundField, **attrs: Any) -> SafeString:
    """Render the widget of `field` with the class, description and state our style sheet and readers expect.

    The server decides about errors, so neither `required` nor `maxlength` reaches the browser; the length becomes
    `data-counter`, which the counter below the box reads.
    """
    widget = field.field.widget
    attrs = {key.replace("_", "-"): value for key, value in attrs.items()}
    if not isinstance(widget, _BARE_WIDGETS):
        classes = ("input", widget.attrs.get("class", ""), attrs.get("class", ""))
        attrs["class"] = " ".join(part for part in classes if part)
    length = widget.attrs.get("maxlength")
    if length:
        attrs |= {"maxlength": False, "data-counter": str(length)}
    field.form.use_required_attribute = False
    return field.as_widget(attrs=attrs)


@register.filter
def widget_kind(field: BoundField) -> str:
    """`checkbox`, `choices`, `split`, `file` or `box`: which of our five field shapes a form field takes."""
    widget = field.field.widget
    widget = getattr(widget, "widget", widget)  # the admin wraps a select in its related-object widget
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "checkbox"
    if getattr(widget, "input_type", "") == "file":
        return "file"
    return "split" if hasattr(widget, "widgets") else "box"


@register.simple_tag
def error_links(*forms: Any) -> list[tuple[str, str]]:
    """Every error of the bound forms as (id of the control to jump to, message), in the order of the page."""
    return [pair for form in _flat(forms) for pair in _errors_of(form)]


def _flat(forms: Any) -> list[BaseForm]:
    """Forms, lists of forms, formsets and the admin's covers of those, in one list; what is no form is left out."""
    found: list[BaseForm] = []
    for item in (getattr(form, "formset", form) for form in forms):
        if isinstance(item, BaseForm):
            found.append(item)
        elif item and not isinstance(item, str):
            found.extend(_flat(item))
    return found


def _errors_of(form: BaseForm) -> list[tuple[str, str]]:
    if not form.errors:
        return []
    pairs = [("", str(error)) for error in form.non_field_errors()]
    for field in form:
        pairs.extend((_first_control(field), str(error)) for error in field.errors)
    return pairs


def _first_control(field: BoundField) -> str:
    """The id that focus goes to: of a group of choices or a split field, its first control."""
    return f"{field.auto_id}_0" if field.use_fieldset and field.auto_id else field.id_for_label


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """`light` or `dark` when the person chose one (or the page forces one), else empty: follow the system."""
    chosen = context.get("page_theme")
    request: HttpRequest | None = context.get("request")
    if chosen is None and request is not None:
        chosen = request.COOKIES.get("theme")
    return chosen if chosen in THEMES else ""


@register.simple_tag(takes_context=True)
def here(context: Context, url: str) -> SafeString | str:
    """` aria-current="page"` when `url` is the address of this page, else nothing."""
    request: HttpRequest | None = context.get("request")
    return mark_safe(' aria-current="page"') if request is not None and request.path == url else ""


@register.simple_tag(takes_context=True)
def menu_place(context: Context, language: str) -> str:
    """The address of this page when the site's menu leads to it, else empty; `language` is that of the help center."""
    request: HttpRequest | None = context.get("request")
    return request.path if request is not None and request.path in _menu(get_urlconf(), language) else ""


@lru_cache(maxsize=100)
def _menu(urlconf: str | None, language: str) -> frozenset[str]:
    found = set()
    for name, args in (("home", [language]), ("contact", []), ("tickets", [])):
        with suppress(NoReverseMatch):
            found.add(reverse(name, urlconf, args))
    return frozenset(found)


@register.filter
def without_stock(media: Media) -> SafeString:
    """The tags of `media` but those of the stock admin's scripts and sheets, which our templates and desk.js replace."""
    tags = [*media.render_js(), *media.render_css()]
    return mark_safe("\n".join(tag for tag in tags if "/admin/" not in tag))  # noqa: S308


@register.simple_tag
def labelled_cells(cells: list[SafeString], headers: list[dict[str, Any]]) -> SafeString:
    """The cells of one admin change list row, each with its column's name for the card layout of small screens."""
    visible = [cell for cell in cells if "<td" in cell or "<th" in cell]
    return drawn_each(
        "{}",
        ((_labelled(cell, str(head["text"])),) for cell, head in zip(visible, headers, strict=False)),
    )


def _labelled(cell: str, name: str) -> SafeString:
    if "<input" in name:
        return mark_safe(cell)  # noqa: S308
    attribute = drawn(' data-label="{}"', name[:1].upper() + name[1:])
    return mark_safe(re.sub(r"<t[dh]", lambda tag: tag.group() + attribute, str(cell), count=1))  # noqa: S308

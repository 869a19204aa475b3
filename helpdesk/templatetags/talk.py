"""A line of a conversation, drawn in Python: a page has a few dozen, and as tags they cost a third of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.drawing import drawn, drawn_each
from helpdesk.templatetags.parts import avatar, icon, paragraphs, said, when

register = template.Library()
NOTHING = SafeString("")
FILES, LINKS = "partials/file_list.html", "partials/link_list.html"
MESSAGE = """<article class="message{look}" id="m-{id}" aria-labelledby="m-{id}-by">
  {face}
  <div class="message-bubble">
    <header class="message-head">
      <h3 id="m-{id}-by"><bdi>{author}</bdi>{team}</h3>
      {note}<span class="muted">{told}</span>
      {edit}{acts}
    </header>
    <div class="message-body">{body}</div>
    {further}{helpful}
  </div>
</article>"""
HELPFUL = """<p class="helpful" role="group" aria-labelledby="h-{id}"><span id="h-{id}">{asked}</span> {answers}</p>"""
VERDICT = '<button class="link-button" form="helpful" name="{}" value="{}" aria-pressed="{}">{}</button> '
AUTOMATIC = """<article class="message message-automatic" aria-labelledby="m-{id}-by">
  <span class="avatar" aria-hidden="true">{icon}</span>
  <div class="message-bubble">
    <header class="message-head"><h3 id="m-{id}-by">{who}</h3><span class="muted">{when}</span></header>
    <div class="message-body">{body}</div>
    {links}
    <p class="muted small">{note}</p>
  </div>
</article>"""
EDIT = '<a class="message-edit" href="{}">{}{}<span class="visually-hidden"> {}</span></a>'
ACTS = '<details class="menu message-acts"><summary aria-label="{}">⋯</summary><div class="menu-panel">{}</div></details>'
CLEAR = '<details class="why"><summary>{}{}</summary><div class="message-body">{}</div></details>'  # behind a press


@register.simple_tag(takes_context=True)
def talk_line(context: Context, item: Mapping[str, Any]) -> SafeString:
    """Draw one line of a timeline: a message, something that happened, a new day, or where the unread ones begin."""
    if item["kind"] == "day":
        return drawn('<li class="day"><span>{}</span></li>', item["text"])
    if item["kind"] == "unread":
        return drawn('<li class="day day-new"><span>{}</span></li>', _("New"))
    if item["kind"] == "event":
        return drawn('<li class="event">{}</li>', talk_event(item))
    if item["kind"] == "automatic":
        return drawn("<li>{}</li>", _automatic(item))
    return drawn("<li>{}</li>", talk_message(context, item))


@register.simple_tag
def talk_event(item: Mapping[str, Any]) -> SafeString:
    """Draw what happened, and when, with what a person said about it (`comment`) and the ticket that it leads to (`see`:
    address and number), if anything."""
    said = drawn('<br><q dir="auto">{}</q>', item["comment"]) if item.get("comment") else NOTHING
    see = drawn(' · <a href="{}"><bdi>{}</bdi></a>', *item["see"]) if item.get("see") else NOTHING
    return drawn(
        '{}<span><span dir="auto">{}</span> · {}{}{}</span>',
        *(icon(item.get("icon") or "dots"), item["text"], when(item["at"], "absolute"), see, said),
    )


@register.simple_tag(takes_context=True)
def talk_message(context: Context, item: Mapping[str, Any]) -> SafeString:
    """Draw a message: who, when, and what was said, with its files and links.

    `item` has `id`, `author`, `at`, `body`, `own`, `internal`; `team`, `channel`, `edited_at`, `delivered`, `origin`,
    `is_elsewhere`, `edit_url`, `acts` (addresses and what one does there), `clear_body` (what `body` hides), `is_marked`,
    `helpful` (its reader's `verdict`), `files`, `links` may be missing. A verdict is posted by the page's form `helpful`.
    """
    look = " message-internal" if item.get("internal") else " message-own" if item.get("own") else ""
    team = item.get("team")
    return drawn(
        MESSAGE,
        look=look,
        id=item["id"],
        face=avatar(item["author"]),
        author=item["author"],
        team=drawn(' <span class="muted">({})</span>', team) if team else NOTHING,
        note=_note() if item.get("internal") else NOTHING,
        told=SafeString(" · ".join(_told(item))),
        edit=_edit(item["edit_url"]) if item.get("edit_url") else NOTHING,
        acts=_acts(item["acts"]) if item.get("acts") else NOTHING,
        body=said(item),
        further=_further(context, item),
        helpful=_helpful(item["id"], item["helpful"]["verdict"]) if item.get("helpful") else NOTHING,
    )


def _automatic(item: Mapping[str, Any]) -> SafeString:
    """What a machine answered, and that it is none: `id`, `at`, `body`, and `links` with `url`, `title` and `lang`."""
    links = drawn_each(
        '<li><a href="{}" lang="{}" dir="auto">{}</a></li>',
        ((link["url"], link["lang"], link["title"]) for link in item["links"]),
    )
    return drawn(
        AUTOMATIC,
        id=item["id"],
        icon=icon("mail"),
        who=_("Automatic answer"),
        when=when(item["at"], "absolute"),
        body=paragraphs(item["body"]),
        links=drawn('<ul class="list-plain">{}</ul>', links) if links else NOTHING,
        note=_("A person still reads your request. When they reply stays as we said."),
    )


def _note() -> SafeString:
    return drawn('<span class="tag tag-note">{}{}</span>', icon("lock"), _("Internal note"))


def _told(item: Mapping[str, Any]) -> list[SafeString]:
    """When it was said and by which way, and what became of it."""
    told = [drawn("{}", when(item["at"], "absolute"))]
    if item.get("channel"):
        told.append(drawn("{}", item["channel"]))
    if item.get("edited_at"):
        told.append(
            drawn(_("edited %(edited_at)s") % {"edited_at": "{}"}, when(item["edited_at"], "absolute"))
        )
    if item.get("delivered"):
        told.append(drawn("{}", item["delivered"]))
    if item.get("origin"):
        told.append(drawn(_("from <bdi>%(number)s</bdi>") % {"number": "{}"}, item["origin"]))
    if item.get("is_elsewhere"):
        told.append(drawn("{}", _("not shown to this ticket’s customer")))
    return told


def _edit(url: str) -> SafeString:
    return drawn(EDIT, url, icon("edit"), _("Edit"), _("this message"))


def _acts(acts: Sequence[tuple[str, str]]) -> SafeString:
    return drawn(
        ACTS, _("More about this message"), drawn_each('<a class="menu-item" href="{}">{}</a>', acts)
    )


def _helpful(key: int, verdict: bool | None) -> SafeString:
    """The question, and both answers as buttons of which one may be pressed."""
    answers = ("yes", True, _("Yes")), ("no", False, _("No"))
    pressed = {True: "true", False: "false"}
    rows = ((name, key, pressed[verdict is value], word) for name, value, word in answers)
    asked = _("Helpful?") if verdict is None else _("You found this helpful:")
    return drawn(HELPFUL, id=key, asked=asked, answers=drawn_each(VERDICT, rows))


def _further(context: Context, item: Mapping[str, Any]) -> SafeString:
    parts = NOTHING
    if item.get("clear_body"):
        parts += drawn(CLEAR, icon("lock"), _("Show what is hidden"), said(item, "clear_body"))
    if item.get("files"):
        parts += _part(context, FILES, files=item["files"], inline=True)
    if item.get("links"):
        parts += _part(context, LINKS, links=item["links"])
    return parts


def _part(context: Context, name: str, **values: Any) -> SafeString:
    """What few messages have is left to its template."""
    assert context.template is not None
    with context.push(**values):
        return context.template.engine.get_template(name).render(context)

"""Short lists that stand on many pages, drawn in Python: as tags they cost ten times as much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.drawing import drawn, drawn_each
from helpdesk.templatetags.parts import icon, status_face, when

register = template.Library()
NOTHING = SafeString("")
TITLE = '<a href="{}"><span{} dir="auto">{}</span></a>{}'
ROW = '<div class="summary-row"><dt>{}</dt><dd dir="auto">{}</dd>{}</div>\n  '
CHANGE = '<dd class="summary-action"><a href="{}">{} <span class="visually-hidden">{}</span></a></dd>'
SOLVES = '<li class="row row-between"><span>{}</span> <button class="button button-small" name="article" value="{}" aria-label="{}">{}{}</button></li>\n      '

NEW = '<span class="tag tag-info"><span class="dot"></span>{}</span> '
TICKET = """<tr>
        <td class="narrow" data-label="{heads[0]}"><bdi>{number}</bdi></td>
        <td class="cell-title" data-label="{heads[1]}"><span>{new}<a class="row-link" href="{url}" dir="auto">{title}</a></span></td>
        <td class="narrow" data-label="{heads[2]}">{status}{rated}</td>
        <td class="narrow muted" data-label="{heads[3]}">{updated}</td>
      </tr>
      """


@register.simple_tag
def ticket_rows(rows: Iterable[Mapping[str, Any]], *heads: str) -> SafeString:
    """Draw the tickets of a customer's list; `heads` are what its four columns are called."""
    named, new = [drawn("{}", head) for head in heads], drawn(NEW, _("new"))
    return SafeString("".join(_ticket(row, named, new) for row in rows))


def _ticket(row: Mapping[str, Any], heads: list[SafeString], new: SafeString) -> str:
    status = row["status"]
    return TICKET.format(
        heads=heads,
        new=new if row["is_new"] else "",
        number=escape(row["number"]),
        url=escape(row["url"]),
        title=escape(row["title"]),
        status=status_face(status["status"], status["label"], status["meaning"]),
        rated=_stars(row["score"]) if row.get("score") else "",
        updated=when(row["updated_at"], "relative"),
    )


def _stars(score: Any) -> SafeString:
    """A rating of five at most: as stars for the eye, in words for readers."""
    words = _("You rated the help: %(rating)s") % {"rating": score.label}
    shown = "★" * score + "☆" * (5 - score)
    return drawn(
        ' <span class="stars" title="{0}"><span aria-hidden="true">{1}</span><span class="visually-hidden">{0}</span></span>',
        *(words, shown),
    )


@register.simple_tag
def crumb_rows(crumbs: Iterable[Mapping[str, str]]) -> SafeString:
    """Draw the way here: each of `crumbs` is `label`, and `url` unless it is this page."""
    return drawn_each("<li>{}</li>", ((_crumb(crumb),) for crumb in crumbs))


def _crumb(crumb: Mapping[str, str]) -> SafeString:
    if crumb.get("url"):
        return drawn('<a href="{}">{}</a>', crumb["url"], crumb["label"])
    return drawn('<span aria-current="page">{}</span>', crumb["label"])


@register.simple_tag
def summary_rows(rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """Draw what was answered: `key`, `value` or the word that it is `missing`, and where it is changed (`url`, `action`)."""
    return drawn_each(ROW, ((row["key"], _answer(row), _change(row)) for row in rows))


def _answer(row: Mapping[str, Any]) -> SafeString | str:
    if row.get("missing"):
        return drawn('<span class="muted">{}</span>', row["missing"])
    return linebreaksbr(row["value"])


def _change(row: Mapping[str, Any]) -> SafeString:
    if not row.get("url"):
        return NOTHING
    return drawn(CHANGE, row["url"], row["action"], row["key"])


@register.simple_tag
def article_rows(links: Iterable[Mapping[str, Any]], *, with_summaries: Any = False) -> SafeString:
    """Draw links to articles, as `helpcenter.views.articles.links_to` makes them, with their summaries if they are wanted."""
    return drawn_each(
        "<li>{}{}</li>\n  ", ((_title(link), _summary(link) if with_summaries else "") for link in links)
    )


@register.simple_tag
def solving_rows(links: Iterable[Mapping[str, Any]]) -> SafeString:
    """Draw the same links, each with the button that says that the article solved it."""
    words = icon("check"), _("It did")
    return drawn_each(
        SOLVES,
        (
            (_title(link), link["id"], _("It did: %(title)s") % {"title": link["title"]}, *words)
            for link in links
        ),
    )


def _title(link: Mapping[str, Any]) -> SafeString:
    note = NOTHING
    if link["lang"]:
        note = drawn(' <span class="tag">{}</span>', _("in %(language)s") % {"language": link["language"]})
    return drawn(TITLE, link["url"], _lang(link), link["title"], note)


def _summary(link: Mapping[str, Any]) -> SafeString:
    if not link.get("summary"):
        return NOTHING
    return drawn('<p class="muted"{} dir="auto">{}</p>', _lang(link), link["summary"])


def _lang(link: Mapping[str, Any]) -> SafeString:
    return drawn(' lang="{}"', link["lang"]) if link["lang"] else NOTHING

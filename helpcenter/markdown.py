"""Articles as HTML: CommonMark with tables, no raw HTML, and what comes out cleaned by an allow-list. Pure.

Cleaned once when it is written and again whenever it is shown, so that neither an older renderer nor a changed row in
the database can put a script on a page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

import nh3
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from helpcenter.questions import with_questions

TAGS = {
    "a", "blockquote", "br", "code", "dd", "del", "details", "dl", "dt", "em", "h2", "h3", "h4", "hr", "img", "li",
    "ol", "p", "pre", "strong", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    **{heading: {"id"} for heading in ("h2", "h3", "h4")},
    "td": {"align"},
    "th": {"align"},
}
# A wide table scrolls by itself on a phone: those without a mouse must be able to get into it.
SET = {"table": {"tabindex": "0"}}
SCHEMES = {"http", "https", "mailto", "tel"}
_ARTICLE_LINK = re.compile(r"\Aarticle:(\d+)(#.*)?\Z")
_PICTURE = re.compile(r"\Apicture:(\d{1,18})\Z")
_ALIGNED = re.compile(r"text-align:(left|center|right)")
_END_OF_BLOCK = re.compile(r"</(?:p|h[1-6]|li|tr|pre|blockquote|dd|dt)>|<br>|<hr>")
_END_OF_CELL = re.compile(r"</t[dh]>")
_TAG = re.compile(r"<[^>]*>")


class _Articles(MarkdownIt):
    """Lets `article:<id>` and `picture:<id>` pass beside web addresses; the allow-list judges what comes out."""

    def validateLink(self, url: str) -> bool:
        return bool(_ARTICLE_LINK.match(url) or _PICTURE.match(url)) or super().validateLink(url)


_markdown = with_questions(_Articles("commonmark", {"html": False}).enable(["table", "strikethrough"]))


@dataclass(frozen=True)
class Rendered:
    """An article's body for readers: safe HTML, its headings for a table of contents, and its plain text."""

    html: str
    headings: list[dict[str, Any]]
    text: str


def render(body: str) -> Rendered:
    """Markdown → HTML. Headings start at level 2 and get anchors; `article:<id>` leads to that article, and
    `![…](picture:<id>)` shows that picture.
    """
    tokens = parse(body)
    headings = _anchor_headings(tokens)
    for token in _every(tokens):
        _lead_links(token)
        _align(token)
    html = clean(_markdown.renderer.render(tokens, _markdown.options, {}))
    return Rendered(html, headings, plain_text(html))


def parse(body: str) -> list[Token]:
    """The text taken apart, for whoever looks at its links and pictures."""
    return _markdown.parse(body.replace("\x00", ""))


def clean(html: str) -> str:
    """Only tags, attributes and addresses of the allow-list; tables can be reached by keyboard."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        set_tag_attribute_values=SET,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener",
    )


def plain_text(html: str) -> str:
    """The words of rendered HTML, a line a block."""
    lines = _END_OF_BLOCK.sub("\n", _END_OF_CELL.sub(" ", html))
    return re.sub(r"[ \t]*\n\s*", "\n", unescape(_TAG.sub("", lines))).strip()


def _every(tokens: Sequence[Token]) -> list[Token]:
    return [each for token in tokens for each in (token, *(token.children or ()))]


def _anchor_headings(tokens: Sequence[Token]) -> list[dict[str, Any]]:
    """Moves the levels to 2, 3 and 4, whatever they begin with, and names each heading."""
    opened = [place for place, token in enumerate(tokens) if token.type == "heading_open"]
    top = min((int(tokens[place].tag[1]) for place in opened), default=2)
    found: list[dict[str, Any]] = []
    used: set[str] = set()
    for place in opened:
        level = min(4, 2 + int(tokens[place].tag[1]) - top)
        text = "".join(child.content for child in tokens[place + 1].children or ())
        anchor = _free_anchor(text, used)
        tokens[place].tag = tokens[place + 2].tag = f"h{level}"
        tokens[place].attrSet("id", anchor)
        found.append({"id": anchor, "text": text, "level": level})
    return found


def _free_anchor(text: str, used: set[str]) -> str:
    name = "s-" + (slugify(text, allow_unicode=True)[:60] or "part")
    anchor, number = name, 2
    while anchor in used:
        anchor, number = f"{name}-{number}", number + 1
    used.add(anchor)
    return anchor


def _lead_links(token: Token) -> None:
    if token.type == "link_open":
        link = _ARTICLE_LINK.match(str(token.attrGet("href") or ""))
        if link:
            token.attrSet("href", f"/articles/{link[1]}/{link[2] or ''}")
    elif token.type == "image":
        picture = _PICTURE.match(str(token.attrGet("src") or ""))
        if picture:
            token.attrSet("src", f"/articles/pictures/{picture[1]}/")


def _align(token: Token) -> None:
    """Table cells say their side with an attribute: a strict content policy knows no inline style."""
    style = token.attrGet("style")
    if style:
        side = _ALIGNED.search(str(style))
        token.attrs.pop("style")
        if side:
            token.attrSet("align", side[1])

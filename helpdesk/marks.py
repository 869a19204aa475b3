"""What the desk writes with marks (`**bold**`, lists, quotes, links) as HTML: a small part of CommonMark. Pure.

No heading, no picture, no raw HTML: what is no mark stands as it was typed. Customers' words are never read this way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, **{block: {"dir"} for block in ("li", "p")}}
SCHEMES = {"http", "https", "mailto"}
LONG = 20_000  # longer texts are shown as they were typed
_RULES = ["newline", "escape", "backticks", "emphasis", "link", "fence", "blockquote", "list"]
# Hardly any text holds one of these: the others need no taking apart.
_MARK = re.compile(r"[*_`\]]|^\s{0,3}(?:[-+>]|\d{1,9}[.)])\s", re.MULTILINE)
_WITH_DIRECTION = {"paragraph_open", "list_item_open"}
_markdown = MarkdownIt("zero", {"html": False, "breaks": True, "linkify": False}).enable(_RULES)


def has_marks(text: str) -> bool:
    """Whether the text may hold a mark; what has none is a paragraph like any other."""
    return len(text) <= LONG and _MARK.search(text) is not None


@lru_cache(maxsize=2_000)  # the same messages are shown again and again
def marked_up(text: str, plain: Callable[[str], str]) -> SafeString:
    """The text as HTML; each block has its own direction. `plain` draws, escaped, what stands between the marks."""
    tokens = _markdown.parse(text.replace("\x00", ""))
    for token in tokens:
        if token.type in _WITH_DIRECTION:
            token.attrSet("dir", "auto")
        _draw_texts(token.children or (), plain)
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="nofollow noopener"
    )
    return mark_safe(clean.replace("<br>\n", "<br>"))  # noqa: S308  (an allow-list cleaned it)


def _draw_texts(tokens: Sequence[Token], plain: Callable[[str], str]) -> None:
    """Lets what is neither in a link nor in code be drawn by `plain`, which finds web addresses in it."""
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in {"link_open", "link_close"} else 0
        if token.type == "text" and not depth:
            token.type, token.content = "html_inline", plain(token.content)

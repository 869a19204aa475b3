"""What is wrong with a text before readers see it: pictures without a description, links that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from django.utils.translation import gettext as _
from markdown_it.token import Token

from helpcenter.markdown import parse, render
from helpcenter.models import Article, State, Translation

_OWN = re.compile(r"\A(?:article:|(?:/[A-Za-z-]{2,12})?/articles/)(\d{1,18})(?!\d)")


@dataclass(frozen=True)
class Fault:
    """One thing to mend, and the line of the text that it stands in, counted from 1."""

    line: int
    told: str

    def __str__(self) -> str:
        return _("Line %(line)d: %(fault)s") % {"line": self.line, "fault": self.told}


def faults_of(body: str, *, visibility: int) -> list[Fault]:
    """The faults of a text of an article that may be read up to `visibility`, from top to bottom. Two statements."""
    inline = [(token, child) for token in parse(body) for child in token.children or ()]
    anchors = {heading["id"] for heading in render(body).headings}
    targets = _targets([_address(child) for _token, child in inline])
    found = []
    for token, child in inline:
        told = _fault_of(child, anchors, targets, visibility)
        if told:
            found.append(Fault((token.map or [0])[0] + 1, told))
    return found


def _fault_of(token: Token, anchors: set[str], targets: dict[int, _Target], visibility: int) -> str:
    if token.type == "image":
        return (
            ""
            if token.content.strip()
            else _("This picture has no description for people who cannot see it.")
        )
    address = _address(token)
    if address is None:
        return ""
    if not address:
        return _("This link has no address.")
    if address.startswith("#"):
        return "" if unquote(address[1:]) in anchors else _("This link leads to a heading that is not there.")
    own = _OWN.match(address)
    return _fault_of_target(targets.get(int(own[1])), visibility) if own else ""


def _fault_of_target(target: _Target | None, visibility: int) -> str:
    if target is None:
        return _("This link leads to an article that is not there.")
    told = {"title": target.title}
    if not target.is_out:
        return _("This links to “%(title)s”, which readers cannot see yet.") % told
    if target.visibility > visibility:
        return _("This links to “%(title)s”, which not everybody may read who may read this one.") % told
    return ""


@dataclass(frozen=True)
class _Target:
    """An article that a text links to."""

    title: str
    visibility: int
    is_out: bool


def _targets(addresses: Iterable[str | None]) -> dict[int, _Target]:
    ids = {int(own[1]) for address in addresses if address and (own := _OWN.match(address))}
    if not ids:
        return {}
    articles = Article.objects.filter(pk__in=ids).prefetch_related("translations")
    return {article.pk: _target(article, list(article.translations.all())) for article in articles}


def _target(article: Article, texts: list[Translation]) -> _Target:
    return _Target(str(article), article.visibility, any(text.state == State.PUBLISHED for text in texts))


def _address(token: Token) -> str | None:
    return str(token.attrGet("href") or "") if token.type == "link_open" else None

"""What is wrong with a text before readers see it: pictures without a description, links that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from django.utils.translation import gettext as _
from markdown_it.token import Token

from helpcenter.markdown import parse, render
from helpcenter.models import Article, Picture, State, Translation
from helpcenter.rules import Reach

_PICTURE = re.compile(r"\A(?:picture:|/articles/pictures/)(\d{1,18})(?!\d)")
_ELSEWHERE = re.compile(r"\A(?:[a-z]+:)?//", re.IGNORECASE)
_OWN = re.compile(r"\A(?:article:|(?:/[A-Za-z-]{2,12})?/articles/)(\d{1,18})(?!\d)")


@dataclass(frozen=True)
class Fault:
    """One thing to mend, and the line of the text that it stands in, counted from 1."""

    line: int
    told: str

    def __str__(self) -> str:
        return _("Line %(line)d: %(fault)s") % {"line": self.line, "fault": self.told}


def faults_of(body: str, *, readers: Reach) -> list[Fault]:
    """The faults of a text of an article that is for those who reach as far as `readers`, from top to bottom. Three statements."""
    tokens = parse(body)
    inline = [(token, child) for token in tokens for child in token.children or ()]
    anchors = {heading["id"] for heading in render(body).headings}
    targets = _targets([_address(child) for _token, child in inline])
    pictures = _pictures([str(child.attrGet("src")) for _token, child in inline if child.type == "image"])
    found = _unanswered(tokens)
    for token, child in inline:
        is_picture = child.type == "image"
        told = (
            _fault_of_picture(child, pictures) if is_picture else _fault_of(child, anchors, targets, readers)
        )
        if told:
            found.append(Fault((token.map or [0])[0] + 1, told))
    return sorted(found, key=lambda fault: fault.line)


def _unanswered(tokens: Sequence[Token]) -> list[Fault]:
    return [
        Fault((inner.map or [0])[0] + 1, _("This question has no answer: indent it below by four blanks."))
        for inner, summary, after in zip(tokens, tokens[2:], tokens[3:], strict=False)
        if (inner.type, summary.type, after.type) == ("inline", "summary_close", "question_close")
    ]


def _fault_of_picture(token: Token, pictures: set[int]) -> str:
    if not token.content.strip():
        return _("This picture has no description for people who cannot see it.")
    address = str(token.attrGet("src"))
    if _ELSEWHERE.match(address):
        return _("This picture lies on another site, from where readers' browsers load none. Add it here.")
    own = _PICTURE.match(address)
    return _("This picture is not there.") if own and int(own[1]) not in pictures else ""


def _pictures(addresses: Iterable[str]) -> set[int]:
    ids = {int(own[1]) for address in addresses if (own := _PICTURE.match(address))}
    return set(Picture.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def _fault_of(token: Token, anchors: set[str], targets: dict[int, _Target], readers: Reach) -> str:
    address = _address(token)
    if address is None:
        return ""
    if not address:
        return _("This link has no address.")
    if address.startswith("#"):
        return "" if unquote(address[1:]) in anchors else _("This link leads to a heading that is not there.")
    own = _OWN.match(address)
    return _fault_of_target(targets.get(int(own[1])), readers) if own else ""


def _fault_of_target(target: _Target | None, readers: Reach) -> str:
    if target is None:
        return _("This link leads to an article that is not there.")
    told = {"title": target.title}
    if not target.is_out:
        return _("This links to “%(title)s”, which readers cannot see yet.") % told
    if not readers.covers(target.article):
        return _("This links to “%(title)s”, which not everybody may read who may read this one.") % told
    return ""


@dataclass(frozen=True)
class _Target:
    """An article that a text links to."""

    title: str
    article: Article
    is_out: bool


def _targets(addresses: Iterable[str | None]) -> dict[int, _Target]:
    ids = {int(own[1]) for address in addresses if address and (own := _OWN.match(address))}
    if not ids:
        return {}
    articles = Article.objects.filter(pk__in=ids).prefetch_related("translations")
    return {article.pk: _target(article, list(article.translations.all())) for article in articles}


def _target(article: Article, texts: list[Translation]) -> _Target:
    return _Target(str(article), article, any(text.state == State.PUBLISHED for text in texts))


def _address(token: Token) -> str | None:
    return str(token.attrGet("href") or "") if token.type == "link_open" else None

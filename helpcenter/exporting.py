"""The help center as rows that `import_articles` takes back, each text of each article one of them. Stores nothing."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from helpcenter.models import Article, Picture, Section, Translation, Visibility
from helpcenter.named import key_of_picture, name_of_article, name_of_section
from helpcenter.queries import audience_of
from helpcenter.rules import Reach
from helpdesk.locales import direction_of
from helpdesk.store import read

PICTURE_ID = re.compile(r"\]\(picture:(\d{1,18})\)")
LINK_ID = re.compile(r"\]\(article:(\d{1,18})(#[^)\s]*)?\)")


@dataclass(frozen=True)
class LostPicture:
    """A picture that texts show, and that cannot go along because its file is gone or it is not there at all."""

    picture_id: int
    name: str  # of its file
    shown_by: list[str]  # each text as `<source_id> (<language>)`

    def __str__(self) -> str:
        name = f" “{self.name}”" if self.name else ""
        return f"picture {self.picture_id}{name} is gone, shown by {', '.join(self.shown_by)}"


def exported_rows(*, reach: Reach) -> Iterator[dict[str, Any] | LostPicture]:
    """A row for each text of every article that may be read by who reaches so far, drafts and archived ones among them.

    After them a row for each picture that they show, or that it is lost. A published text is given as readers see it.
    `source_hash` names the revision of the source that a text was made from, so that an import knows what is stale.
    """
    sections = {section.pk: section for section in Section.objects.prefetch_related("translations")}
    names = {article.pk: name_of_article(article) for article in Article.objects.only("pk", "source_id")}
    texts = Translation.objects.defer("html", "headings").order_by("pk")
    shown: dict[int, list[str]] = {}
    articles = Article.objects.filter(reach.within()).prefetch_related(Prefetch("translations", texts))
    for article in articles.order_by("pk"):
        article.section = sections[article.section_id]
        source = next((text for text in article.translations.all() if _is_source(text, article)), None)
        for text in article.translations.all():
            for key in dict.fromkeys(PICTURE_ID.findall(text.body)):
                shown.setdefault(int(key), []).append(f"{names[article.pk]} ({text.locale})")
            yield row_of(text, article, source, names=names)
    yield from _pictures(shown)


def row_of(
    text: Translation, article: Article, source: Translation | None, *, names: Mapping[int, str]
) -> dict[str, Any]:
    """A text as a line of the file says it. `names`: of the articles that its links may name, by id; `article` comes
    with its section and the section's names."""
    collection, key = name_of_section(article.section)
    section_names = article.section.translations.all()
    name = next((name.name for name in section_names if name.locale == text.locale), "")
    body = PICTURE_ID.sub(lambda found: f"](picture:{key_of_picture(found[1])})", text.body)
    return {
        "source": collection,
        "source_id": name_of_article(article),
        "locale": text.locale,
        "direction": direction_of(text.locale),
        "section": key,
        "section_title": name,
        "title": text.title,
        "summary": text.summary,
        "keywords": text.keywords,
        "body_markdown": LINK_ID.sub(lambda link: _told(link, names), body),
        "updated": text.updated_at.date().isoformat(),
        "source_hash": _made_from(text, article, source),
        "translation": "source" if _is_source(text, article) else "human",
        "visibility": Visibility(article.visibility).name.lower(),
        "audience": audience_of(article),
        "state": text.state,
    }


def _pictures(shown: dict[int, list[str]]) -> Iterator[dict[str, Any] | LostPicture]:
    there = Picture.objects.in_bulk(list(shown))
    for pk, shown_by in shown.items():
        picture = there.get(pk)
        try:
            content = b"".join(read(str(picture.content.name))) if picture else None
        except FileNotFoundError:
            content = None
        if picture is None or content is None:
            yield LostPicture(pk, picture.name if picture else "", shown_by)
            continue
        told = {"name": picture.name, "content": base64.b64encode(content).decode("ascii")}
        yield {"picture": key_of_picture(pk)} | told


def _is_source(text: Translation, article: Article) -> bool:
    return text.locale == article.source_locale


def _made_from(text: Translation, article: Article, source: Translation | None) -> str:
    if source is None:
        return ""
    own = source.published or source.latest
    number = own if text.pk == source.pk else text.source_number
    return "" if number is None else f"{name_of_article(article)}@{number}"


def _told(link: re.Match[str], names: Mapping[int, str]) -> str:
    """Links between articles name the article as the rows do; one that leads nowhere stays as it is."""
    target = names.get(int(link[1]))
    return f"](#{target}{link[2] or ''})" if target else link[0]

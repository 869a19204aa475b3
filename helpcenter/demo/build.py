"""Stores the demo's articles: one Markdown file a language, an earlier revision of a source as `<key>.<locale>.1.md`.

The first line of a file is the title, the quoted one below it the summary. Links name articles by their keys.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import Member
from helpcenter.actions.articles import Text, publish, write_translation
from helpcenter.actions.change import lock_help_center
from helpcenter.models import Article, Section, SectionTranslation, Synonyms, Translation, Visibility

FOLDER = Path(__file__).parent / "content"
_LINK = re.compile(r"\(article:([a-z][a-z0-9-]*)\)")


@transaction.atomic
def build_articles(slug: str, *, locale: str, author: Member | None) -> int:
    """Writes and publishes the articles of one demo tenant in its open scope; how many. Does nothing a second time."""
    folder = FOLDER / slug
    if Article.objects.exists() or not folder.is_dir():
        return 0
    told = json.loads((folder / "sections.json").read_text(encoding="utf-8"))
    sections = _store_sections(told["sections"])
    articles = _store_articles(told["articles"], sections, locale)
    for key, article in articles.items():
        _store_texts(folder, key, article, articles, author)
    for language, groups in told["synonyms"].items():
        Synonyms.objects.bulk_create(Synonyms(locale=language, words="\n".join(group)) for group in groups)
    settings = lock_help_center()
    settings.default_locale = locale
    settings.languages = [locale, *(other for other in settings.languages if other != locale)]
    settings.save()
    return len(articles)


def _store_sections(told: list[dict[str, Any]]) -> dict[str, Section]:
    sections = {}
    for position, facts in enumerate(told):
        section = Section.objects.create(position=position, contact_path=facts["contact"])
        SectionTranslation.objects.bulk_create(
            SectionTranslation(
                section=section, locale=locale, name=name, summary=facts["summaries"].get(locale, "")
            )
            for locale, name in facts["names"].items()
        )
        sections[facts["key"]] = section
    return sections


def _store_articles(
    told: list[dict[str, Any]], sections: dict[str, Section], locale: str
) -> dict[str, Article]:
    articles = {
        facts["key"]: Article.objects.create(
            section=sections[facts["section"]],
            position=position,
            source_locale=locale,
            is_featured=facts.get("featured", False),
            contact_path=facts.get("contact", ""),
            visibility=Visibility[facts.get("visibility", "public").upper()],
        )
        for position, facts in enumerate(told)
    }
    for facts in told:
        articles[facts["key"]].related.set([articles[key] for key in facts.get("related", ())])
    return articles


def _store_texts(
    folder: Path, key: str, article: Article, articles: dict[str, Article], author: Member | None
) -> None:
    """The source first, in its earlier form where there is one; what is translated from that is stale afterwards."""
    source, earlier = (
        folder / f"{key}.{article.source_locale}.md",
        folder / f"{key}.{article.source_locale}.1.md",
    )
    _publish(earlier if earlier.exists() else source, article, articles, author)
    for path in sorted(folder.glob(f"{key}.*.md")):
        if path.name.count(".") == 2 and path != source:
            _publish(path, article, articles, author)
    _publish(source, article, articles, author)


def _publish(
    path: Path, article: Article, articles: dict[str, Article], author: Member | None
) -> Translation:
    title, summary, body = _read(path)
    linked = _LINK.sub(lambda found: f"(article:{articles[found[1]].pk})", body)
    locale = path.name.split(".")[1]
    return publish(
        write_translation(article, locale=locale, text=Text(title, linked, summary), author=author)
    )


def _read(path: Path) -> tuple[str, str, str]:
    title, summary, body = path.read_text(encoding="utf-8").split("\n", 2)
    return title.removeprefix("# "), summary.removeprefix("> "), body.strip()

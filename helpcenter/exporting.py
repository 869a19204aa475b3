"""The help center as rows that `import_articles` takes back, each text of each article one of them. Stores nothing."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch

from accounts.addresses import current_tenant
from helpcenter.models import Article, Picture, Section, Translation, Visibility
from helpcenter.queries import audience_of
from helpcenter.rules import Reach
from helpdesk.locales import direction_of
from helpdesk.store import read

_PICTURE = re.compile(r"\]\(picture:(\d{1,18})\)")
_LINK = re.compile(r"\]\(article:(\d+)(#[^)\s]*)?\)")


def exported_rows(*, reach: Reach) -> Iterator[dict[str, Any]]:
    """A row for each text of every article that may be read by who reaches so far, drafts and archived ones among them.

    After them a row for each picture that they show. A published text is given as readers see it. `source_hash` names the revision of the source that a text was made
    from, so that an import knows what is stale.
    """
    slug = current_tenant().slug
    names = {section.pk: section for section in Section.objects.prefetch_related("translations")}
    ids = {
        pk: source_id or f"{slug}:{pk}" for pk, source_id in Article.objects.values_list("pk", "source_id")
    }
    texts = Translation.objects.defer("html", "headings").order_by("pk")
    shown: set[int] = set()
    articles = Article.objects.filter(reach.within()).prefetch_related(Prefetch("translations", texts))
    for article in articles.order_by("pk"):
        source = next((text for text in article.translations.all() if _is_source(text, article)), None)
        for text in article.translations.all():
            shown |= {int(key) for key in _PICTURE.findall(text.body)}
            yield _row(text, article, source, ids=ids, section=names[article.section_id], slug=slug)
    yield from _pictures(shown, slug)


def _pictures(ids: set[int], slug: str) -> Iterator[dict[str, Any]]:
    """Those of them whose file is there, whole."""
    for picture in Picture.objects.filter(pk__in=ids):
        try:
            content = b"".join(read(str(picture.content.name)))
        except FileNotFoundError:
            continue
        told = {"name": picture.name, "content": base64.b64encode(content).decode("ascii")}
        yield {"picture": f"{slug}-{picture.pk}"} | told


def _row(
    text: Translation,
    article: Article,
    source: Translation | None,
    *,
    ids: dict[int, str],
    section: Section,
    slug: str,
) -> dict[str, Any]:
    source_id = ids[article.pk]
    collection, _colon, key = (section.source_key or f"{slug}:section-{section.pk}").partition(":")
    name = next((name.name for name in section.translations.all() if name.locale == text.locale), "")
    return {
        "source": collection,
        "source_id": source_id,
        "locale": text.locale,
        "direction": direction_of(text.locale),
        "section": key,
        "section_title": name,
        "title": text.title,
        "summary": text.summary,
        "keywords": text.keywords,
        "body_markdown": _LINK.sub(
            lambda link: _told(link, ids), _PICTURE.sub(rf"](picture:{slug}-\1)", text.body)
        ),
        "updated": text.updated_at.date().isoformat(),
        "source_hash": _made_from(text, source, source_id),
        "translation": "source" if _is_source(text, article) else "human",
        "visibility": Visibility(article.visibility).name.lower(),
        "audience": audience_of(article),
        "state": text.state,
    }


def _is_source(text: Translation, article: Article) -> bool:
    return text.locale == article.source_locale


def _made_from(text: Translation, source: Translation | None, source_id: str) -> str:
    if source is None:
        return ""
    own = source.published or source.latest
    number = own if text.pk == source.pk else text.source_number
    return "" if number is None else f"{source_id}@{number}"


def _told(link: re.Match[str], ids: dict[int, str]) -> str:
    """Links between articles name the article as the rows do; one that leads nowhere stays as it is."""
    target = ids.get(int(link[1]))
    return f"](#{target}{link[2] or ''})" if target else link[0]

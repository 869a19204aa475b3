"""Articles that come from elsewhere, many at once: the same file twice changes nothing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from helpcenter.actions.change import lock_help_center, note_change
from helpcenter.actions.pictures import link_pictures
from helpcenter.importing import Row
from helpcenter.indexing import index_translations
from helpcenter.markdown import render
from helpcenter.models import Article, Revision, Section, SectionTranslation, State, Translation, Visibility
from helpcenter.named import PICTURE_KEY, articles_named, linked, sections_named
from helpcenter.rules import Reach
from helpcenter.staleness import lag_of

BATCH = 200
UNKNOWN_REVISION = 0  # made from a source text that the file does not hold any more


@dataclass
class Imported:
    """How many texts were new, changed and the same as before."""

    counts: Counter[str] = field(default_factory=Counter)


@transaction.atomic
def import_rows(rows: Iterable[Row], *, pictures: Mapping[str, int] | None = None) -> Imported:
    """Stores checked rows, one a text, all or nothing, and publishes them, but those that say they are not published.

    Articles are known by `source_id` from then on; those of the tenant's own export by `<short name>:<number>`. A text
    that readers see is never taken from them.

    A translation whose `source_hash` is not the one of its source in the same rows counts as made from an older text.
    Links `#id` between articles of one source lead to them; one that leads nowhere becomes plain text. `pictures`: the
    ids here of what the rows show as `picture:<key>`, by key.
    """
    settings = lock_help_center()
    rows = list(rows)
    sections = store_sections(rows)
    articles = _store_articles(rows, sections)
    imported, changed = _store_texts(_with_pictures(rows, pictures or {}), articles)
    changed += _shown_to_others(rows, articles, but={text.pk for text in changed})
    for start in range(0, len(changed), BATCH):
        link_pictures(changed[start : start + BATCH])
        index_translations(changed[start : start + BATCH])
    if changed:
        note_change(settings, locales=[row.locale for row in rows])
    return imported


def _with_pictures(rows: list[Row], pictures: Mapping[str, int]) -> list[Row]:
    def shown(found: re.Match[str]) -> str:
        return f"](picture:{pictures.get(found[1], found[1])})"

    return [replace(row, body=PICTURE_KEY.sub(shown, row.body)) for row in rows]


def store_sections(rows: Iterable[Row]) -> dict[str, Section]:
    """The sections that the rows name, made where they are missing, with names where they have none yet."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row.section_title:
            names[row.section_key][row.locale] = row.section_title
        names[row.section_key].setdefault("en", row.section.replace("-", " ").replace("_", " ").capitalize())
    sections = sections_named(names)
    for key in names.keys() - sections.keys():
        sections[key] = Section.objects.create(source_key=key)
    there = set(
        SectionTranslation.objects.filter(
            section__in=[section.pk for section in sections.values()]
        ).values_list("section_id", "locale")
    )
    SectionTranslation.objects.bulk_create(
        SectionTranslation(section=sections[key], locale=locale, name=name[:120])
        for key, by_locale in names.items()
        for locale, name in by_locale.items()
        if (sections[key].pk, locale) not in there
    )
    return sections


def _store_articles(rows: list[Row], sections: dict[str, Section]) -> dict[str, Article]:
    first: dict[str, Row] = {}
    for row in rows:
        known = first.get(row.source_id)
        if known is None or (row.is_source and not known.is_source):
            first[row.source_id] = row
    articles = articles_named(first)
    Article.objects.bulk_create(
        Article(
            source_id=source_id,
            source_locale=row.locale,
            section=sections[row.section_key],
            visibility=row.visibility or Visibility.PUBLIC,
            audience_id=row.audience,
        )
        for source_id, row in first.items()
        if source_id not in articles
    )
    return articles_named(first)


def _shown_to_others(rows: list[Row], articles: dict[str, Article], *, but: set[int]) -> list[Translation]:
    """Changes who may read an article where the rows say so; its texts that the search has to learn that of."""
    wanted = {
        row.source_id: Reach(row.visibility, row.audience) for row in rows if row.visibility is not None
    }
    moved = []
    for source_id, readers in wanted.items():
        if Reach.to_read(articles[source_id]) != readers:
            articles[source_id].visibility, articles[source_id].audience_id = readers
            moved.append(articles[source_id])
    Article.objects.bulk_update(moved, ["visibility", "audience"], batch_size=BATCH)
    texts = Translation.objects.select_related("article").filter(article__in=[one.pk for one in moved])
    return [text for text in texts.filter(state=State.PUBLISHED) if text.pk not in but]


def _store_texts(rows: list[Row], articles: dict[str, Article]) -> tuple[Imported, list[Translation]]:
    """Sources first, because their translations name the revision that they were made from."""
    texts = {
        (text.article_id, text.locale): text
        for text in Translation.objects.filter(article__in=[article.pk for article in articles.values()])
    }
    hashes = {
        row.source_id: row.source_hash for row in rows if row.locale == articles[row.source_id].source_locale
    }
    imported = Imported()
    changed: list[Translation] = []
    ordered = sorted(rows, key=lambda row: row.locale != articles[row.source_id].source_locale)
    for is_translation in (False, True):
        batch = []
        for row in ordered:
            article = articles[row.source_id]
            if (row.locale != article.source_locale) is is_translation:
                text = texts.get((article.pk, row.locale)) or Translation(article=article, locale=row.locale)
                source = texts.get((article.pk, article.source_locale))
                number = _made_from(row, text, source, hashes) if is_translation else None
                batch.append((text, row, number))
        stored = _store_batch(batch, articles, imported)
        changed += stored
        texts |= {(text.article_id, text.locale): text for text in stored}
    _mark_lags(texts, articles)
    return imported, changed


def _made_from(row: Row, text: Translation, source: Translation | None, hashes: dict[str, str]) -> int | None:
    """The revision of the source that the row was made from; a text known to be behind stays where it was."""
    if source is None or source.published is None:
        return None
    if not row.source_hash or hashes.get(row.source_id) == row.source_hash:
        return source.published
    is_behind = text.source_number is not None and text.source_number < source.published
    return text.source_number if is_behind else UNKNOWN_REVISION


def _store_batch(
    batch: list[tuple[Translation, Row, int | None]], articles: dict[str, Article], imported: Imported
) -> list[Translation]:
    revisions: list[dict[str, Any]] = []
    fresh: list[Translation] = []
    changed: list[Translation] = []
    for text, row, source_number in batch:
        body = linked(row.body, row.source, articles)
        if text.pk and (_says(text, row, body, source_number) or _would_take_away(text, row)):
            imported.counts["unchanged"] += 1
            continue
        imported.counts["changed" if text.pk else "new"] += 1
        (changed if text.pk else fresh).append(text)
        _take_over(text, row, body, source_number)
        revisions.append({"translation": text, "source_number": source_number})
    Translation.objects.bulk_create(fresh, batch_size=BATCH)
    Translation.objects.bulk_update(changed, _TAKEN_OVER, batch_size=BATCH)
    Revision.objects.bulk_create((_revision_of(**facts) for facts in revisions), batch_size=BATCH)
    return [*fresh, *changed]


_TAKEN_OVER = [
    *("title", "summary", "keywords", "body", "html", "headings", "state"),
    *("latest", "published", "published_at", "updated_at", "source_number"),
]


def _would_take_away(text: Translation, row: Row) -> bool:
    return row.state != State.PUBLISHED and text.published is not None


def _says(text: Translation, row: Row, body: str, source_number: int | None) -> bool:
    told = (text.title, text.summary, text.keywords, text.body, text.source_number)
    is_out = text.published is not None or row.state != State.PUBLISHED
    return is_out and told == (row.title, row.summary, row.keywords, body, source_number)


def _take_over(text: Translation, row: Row, body: str, source_number: int | None) -> None:
    rendered = render(body)
    now = timezone.now()
    text.title, text.summary, text.keywords, text.body = row.title, row.summary, row.keywords, body
    text.html, text.headings = rendered.html, rendered.headings
    text.latest += 1
    text.state = row.state
    if row.state == State.PUBLISHED:
        text.published = text.latest
        text.published_at = text.published_at or now
    text.updated_at = row.updated_at or now
    text.source_number = source_number


def _revision_of(translation: Translation, source_number: int | None) -> Revision:
    return Revision(
        translation=translation,
        number=translation.latest,
        title=translation.title,
        summary=translation.summary,
        keywords=translation.keywords,
        body=translation.body,
        source_number=source_number,
    )


def _mark_lags(texts: dict[tuple[int, str], Translation], articles: dict[str, Article]) -> None:
    """Only texts made from something else than what is published now can have fallen behind."""
    by_id = {article.pk: article for article in articles.values()}
    for text in texts.values():
        text.article = by_id[text.article_id]
        source = texts.get((text.article_id, text.article.source_locale))
        behind = source and text.source_number is not None and text.source_number != source.published
        lag = lag_of(text) if behind else Translation.Lag.NONE
        if lag != text.lag:
            text.lag = lag
            Translation.objects.filter(pk=text.pk).update(lag=lag)

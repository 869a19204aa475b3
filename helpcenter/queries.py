"""What readers find, always starting from what they may see and in the nearest language that there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from accounts.addresses import current_tenant
from accounts.memory import remembered
from accounts.queries import senders
from helpcenter.models import (
    Article,
    HelpSettings,
    Picture,
    Revision,
    Section,
    SectionTranslation,
    State,
    Translation,
)
from helpcenter.rules import TEAM, Reach
from helpdesk.locales import kin_of, known_locale

POPULAR_LIMIT = 6
FIRST_LIMIT = 4
RELATED_LIMIT = 5


@dataclass
class Shelf:
    """A section as a reader sees it: named in the nearest language, with the articles that stand directly in it."""

    section: Section
    name: str
    summary: str
    locale: str  # of the name
    articles: int = 0
    below: list[Shelf] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Articles here and in the sections below."""
        return self.articles + sum(shelf.total for shelf in self.below)


def help_settings() -> HelpSettings:
    """The tenant's choices; while nothing was ever published, its own language and version 0."""
    return remembered(_help_settings)


def _help_settings() -> HelpSettings:
    found = HelpSettings.objects.first()
    if found:
        return found
    locale = known_locale(current_tenant().locale) or "en"
    return HelpSettings(languages=[locale], default_locale=locale, version=0)


def reading_order(locale: str, settings: HelpSettings) -> list[str]:
    """The languages to look for a text in: the asked one, its kin, then what the tenant falls back to."""
    kin = [other for other in kin_of(locale) if other in settings.languages]
    return list(dict.fromkeys([locale, *kin, settings.default_locale]))


def published_texts(reach: Reach) -> QuerySet[Translation]:
    """Every text that a reader may see who reaches so far, with its article."""
    return Translation.objects.select_related("article").filter(
        reach.within("article__"), state=State.PUBLISHED
    )


def readers_told(article: Article) -> str:
    """Who may read an article, as the team is told."""
    if article.audience_id is None:
        return str(article.get_visibility_display())
    return _("Signed in: %(audience)s") % {"audience": audience_of(article)}


def audience_of(article: Article) -> str:
    """The name of the audience that an article is for; nothing where it is not for one."""
    return next((one.audience for one in senders() if one.pk == article.audience_id), "")


def texts_in(texts: QuerySet[Translation], order: Sequence[str]) -> list[Translation]:
    """One text an article, in the nearest language of `order`, else in the one it was written in first; by article."""
    found: dict[int, Translation] = {}
    near = texts.filter(Q(locale__in=order) | Q(locale=F("article__source_locale")))
    near = near.defer("body", "html", "headings").order_by(
        "article__section", "article__position", "article_id"
    )
    for text in near:
        known = found.get(text.article_id)
        if known is None or _distance(text.locale, order) < _distance(known.locale, order):
            found[text.article_id] = text
    return list(found.values())


def readable_articles(reach: Reach) -> QuerySet[Article]:
    """Articles that have any text for this reader."""
    published = Translation.objects.filter(article=OuterRef("pk"), state=State.PUBLISHED)
    return Article.objects.filter(reach.within(), Exists(published))


def shelves(order: Sequence[str], reach: Reach) -> list[Shelf]:
    """The tree of sections that hold anything for this reader. One statement, whatever its size."""
    counts = dict(
        readable_articles(reach)
        .order_by()
        .values_list("section")
        .annotate(Count("pk"))
        .values_list("section", "pk__count")
    )
    made = {
        section.pk: _shelf(section, names, order, counts.get(section.pk, 0))
        for section, names in remembered(_sections)
    }
    roots: list[Shelf] = []
    for shelf in made.values():
        parent = made.get(shelf.section.parent_id or 0)
        (parent.below if parent else roots).append(shelf)
    return _filled(roots)


def _sections() -> list[tuple[Section, list[SectionTranslation]]]:
    sections = Section.objects.prefetch_related("translations")
    return [(section, list(section.translations.all())) for section in sections]


def _filled(branches: Iterable[Shelf]) -> list[Shelf]:
    kept = []
    for shelf in branches:
        shelf.below = _filled(shelf.below)
        if shelf.total:
            kept.append(shelf)
    return kept


def first_texts(
    section_ids: Sequence[int], order: Sequence[str], reach: Reach
) -> dict[int, list[Translation]]:
    """The first FIRST_LIMIT articles of each of these sections. Two statements."""
    place = Window(RowNumber(), partition_by="section", order_by=("position", "pk"))
    numbered = readable_articles(reach).filter(section__in=section_ids).annotate(place=place)
    ids = numbered.filter(place__lte=FIRST_LIMIT).order_by().values_list("pk", flat=True)
    found: dict[int, list[Translation]] = {}
    for text in texts_in(published_texts(reach).filter(article__in=list(ids)), order):
        found.setdefault(text.article.section_id, []).append(text)
    return found


def trail_to(roots: Sequence[Shelf], section_id: int) -> list[Shelf]:
    """The sections from the root down to this one; empty when a reader does not see it."""
    for shelf in roots:
        if shelf.section.pk == section_id:
            return [shelf]
        below = trail_to(shelf.below, section_id)
        if below:
            return [shelf, *below]
    return []


def popular_texts(order: Sequence[str], reach: Reach) -> list[Translation]:
    """What editors put first, then what helped most readers."""
    liked = Count("votes", filter=Q(votes__is_helpful=True))
    ids = list(
        readable_articles(reach)
        .annotate(liked=liked)
        .filter(Q(is_featured=True) | Q(liked__gt=0))
        .order_by("-is_featured", "-liked", "position", "pk")
        .values_list("pk", flat=True)[:POPULAR_LIMIT]
    )
    by_id = {
        text.article_id: text for text in texts_in(published_texts(reach).filter(article__in=ids), order)
    }
    return [by_id[pk] for pk in ids if pk in by_id]


def related_texts(article: Article, order: Sequence[str], reach: Reach) -> list[Translation]:
    """What editors named, else the neighbours in the section."""
    texts = published_texts(reach).exclude(article=article.pk)
    named = texts_in(texts.filter(article__in=article.related.all()), order)
    if named:
        return named[:RELATED_LIMIT]
    near = readable_articles(reach).filter(section=article.section_id).exclude(pk=article.pk)
    ids = list(near.order_by("position", "pk").values_list("pk", flat=True)[:RELATED_LIMIT])
    return texts_in(texts.filter(article__in=ids), order)


@dataclass(frozen=True)
class Asked:
    """Which texts a program asks for: those of `locale`, in `sections`, that changed for readers at or after `since`."""

    locale: str = ""
    sections: frozenset[int] | None = None  # nothing named: all
    since: dt.datetime | None = None

    def among(self, texts: QuerySet[Translation]) -> QuerySet[Translation]:
        """Those of the texts that are asked for. A file may date a text back, so its arrival here counts as well."""
        if self.locale:
            texts = texts.filter(locale=self.locale)
        if self.sections is not None:
            texts = texts.filter(article__section__in=self.sections)
        if self.since:
            shown = Revision.objects.filter(translation=OuterRef("pk"), number=OuterRef("published"))
            arrived = Exists(shown.filter(created_at__gte=self.since))
            texts = texts.filter(Q(updated_at__gte=self.since) | Q(published_at__gte=self.since) | arrived)
        return texts


def listed_articles(asked: Asked, reach: Reach, *, after: int, limit: int) -> list[Article]:
    """Articles that have a text which is asked for, by id after `after`, `limit` at most. Two statements.

    Those texts stand in `translations`, without what is long in them.
    """
    texts = asked.among(published_texts(reach))
    has_text = Exists(texts.select_related(None).filter(article=OuterRef("pk")))
    light = texts.select_related(None).defer("body", "html", "headings", "keywords").order_by("locale")
    articles = Article.objects.filter(has_text, pk__gt=after).order_by("pk")
    return list(articles.prefetch_related(Prefetch("translations", light))[:limit])


def section_names() -> dict[int, tuple[Section, list[SectionTranslation]]]:
    """Every section with its names, by id. Shared: to be read only."""
    return {section.pk: (section, names) for section, names in remembered(_sections)}


def sections_below(section_id: int) -> frozenset[int]:
    """The section itself and all that are part of it, whether there is one or not."""
    found, grown = frozenset[int](), frozenset({section_id})
    while found != grown:
        found = grown
        parts = {pk for pk, (section, _names) in section_names().items() if section.parent_id in found}
        grown = found | parts
    return found


def picture_for(pk: int, *, reach: Reach) -> Picture | None:
    """The picture, for the team; for others as long as a published text that they may read shows it. One statement."""
    pictures = Picture.objects.filter(pk=pk)
    if reach != TEAM:
        shows = published_texts(reach).select_related(None).filter(pictures=OuterRef("pk"))
        pictures = pictures.filter(Exists(shows))
    return pictures.first()


def _distance(locale: str, order: Sequence[str]) -> int:
    return order.index(locale) if locale in order else len(order)


def _shelf(
    section: Section, names: Sequence[SectionTranslation], order: Sequence[str], articles: int
) -> Shelf:
    nearest = min(names, key=lambda name: _distance(name.locale, order), default=None)
    if nearest is None:
        return Shelf(section, f"{section.pk}", "", order[0], articles)
    return Shelf(section, nearest.name, nearest.summary, nearest.locale, articles)

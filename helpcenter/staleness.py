"""How far a translation fell behind the text it was made from, and which paragraphs it has to follow."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from helpcenter.models import Revision, Significance, Translation

_BETWEEN = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Change:
    """One paragraph that was added (no `before`), removed (no `after`) or changed."""

    before: str
    after: str


def lag_of(translation: Translation) -> int:
    """As `Translation.Lag`: the weightiest revision of the source, published since this text was made from it.

    The source itself never lags; nor does a text of which nobody knows what it was made from. Reads `article`.
    """
    article = translation.article
    if translation.locale == article.source_locale or translation.source_number is None:
        return Translation.Lag.NONE
    source = Translation.objects.filter(article=article, locale=article.source_locale).first()
    if source is None or source.published is None:
        return Translation.Lag.NONE
    since = Revision.objects.filter(
        translation=source,
        number__gt=translation.source_number,
        number__lte=source.published,
        significance__gte=Significance.NORMAL,
    )
    weightiest = max(since.values_list("significance", flat=True), default=Significance.TYPO)
    return {Significance.NORMAL: Translation.Lag.STALE, Significance.MAJOR: Translation.Lag.WRONG}.get(
        Significance(weightiest), Translation.Lag.NONE
    )


def changes_since(translation: Translation) -> list[Change]:
    """The paragraphs of the source, title and summary included, that changed since this translation was made from it."""
    article = translation.article
    source = Translation.objects.filter(article=article, locale=article.source_locale).first()
    if source is None or translation.source_number is None or source.pk == translation.pk:
        return []
    numbers = {translation.source_number, source.published or source.latest}
    texts = {text.number: text for text in Revision.objects.filter(translation=source, number__in=numbers)}
    if len(texts) < 2:
        return []
    old, new = texts[min(texts)], texts[max(texts)]
    return list(changed_paragraphs(whole_of(old), whole_of(new)))


def whole_of(revision: Revision) -> str:
    """Title, summary and text as one, for comparing."""
    return "\n\n".join(part for part in (revision.title, revision.summary, revision.body) if part)


def changed_paragraphs(before: str, after: str) -> Iterator[Change]:
    """What changed from one text to another, paragraph by paragraph, in the order of the newer one. Pure."""
    old, new = _paragraphs(before), _paragraphs(after)
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            continue
        left, right = old[start:end], new[new_start:new_end]
        for place in range(max(len(left), len(right))):
            yield Change(left[place] if place < len(left) else "", right[place] if place < len(right) else "")


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(text.replace("\r\n", "\n")) if part.strip()]

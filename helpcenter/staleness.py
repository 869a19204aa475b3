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
    """One paragraph of two texts: added (no `before`), removed (no `after`), changed, or in both the same."""

    before: str
    after: str

    @property
    def is_change(self) -> bool:
        """Whether the paragraph is another one than before."""
        return self.before != self.after


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


def source_beside(translation: Translation, source: Translation) -> list[Change]:
    """The source as published (else as drafted) in its paragraphs, title and summary first, each beside what it was when
    this translation was made from it. Where nobody knows what it was made from, nothing counts as changed.
    """
    now = source.published or source.latest
    made_from = _made_from(translation) or now
    texts = {
        text.number: text for text in Revision.objects.filter(translation=source, number__in={now, made_from})
    }
    if now not in texts:
        return []
    after = whole_of(texts[now])
    return list(aligned_paragraphs(whole_of(texts.get(made_from, texts[now])), after))


def _made_from(translation: Translation) -> int | None:
    """The revision of the source that the text readers see was made from; of a text never published, its newest draft."""
    if translation.source_number is not None:
        return translation.source_number
    newest = Revision.objects.filter(translation=translation, number=translation.latest)
    return newest.values_list("source_number", flat=True).first()


def whole_of(revision: Revision) -> str:
    """Title, summary and text as one, for comparing."""
    return "\n\n".join(part for part in (revision.title, revision.summary, revision.body) if part)


def changed_paragraphs(before: str, after: str) -> Iterator[Change]:
    """What changed from one text to another, paragraph by paragraph, in the order of the newer one. Pure."""
    return (pair for pair in aligned_paragraphs(before, after) if pair.is_change)


def aligned_paragraphs(before: str, after: str) -> Iterator[Change]:
    """Two texts side by side, paragraph by paragraph, in the order of the newer one. Pure."""
    old, new = _paragraphs(before), _paragraphs(after)
    for _kind, start, end, new_start, new_end in difflib.SequenceMatcher(None, old, new).get_opcodes():
        left, right = old[start:end], new[new_start:new_end]
        for place in range(max(len(left), len(right))):
            yield Change(left[place] if place < len(left) else "", right[place] if place < len(right) else "")


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(text.replace("\r\n", "\n")) if part.strip()]

"""What an editor types is kept before it is saved, so that nothing is lost with the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from accounts.models import Member
from helpcenter.models import Article, UnsavedText
from helpcenter.models.article import BODY_LIMIT

BOXES = ("title", "summary", "body", "keywords")


def keep_unsaved(
    author: Member,
    article: Article | None,
    *,
    locale: str,
    boxes: Mapping[str, str],
    based_on: int,
    now: dt.datetime,
) -> UnsavedText:
    """Keeps the boxes as they stand, in place of what was kept before; a text too long for an article is cut."""
    kept, _is_new = UnsavedText.objects.update_or_create(
        author=author,
        article=article,
        locale=locale,
        defaults={
            "boxes": {name: boxes.get(name, "").replace("\x00", "")[:BODY_LIMIT] for name in BOXES},
            "based_on": based_on,
            "updated_at": now,
        },
    )
    return kept


def forget_unsaved(author: Member, article: Article | None, *, locale: str) -> None:
    """Removes what was kept: it was saved, or nobody wants it."""
    UnsavedText.objects.filter(author=author, article=article, locale=locale).delete()

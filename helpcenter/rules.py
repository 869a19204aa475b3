"""Who may read what, and who may write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q

from accounts.models import Member
from accounts.rules import may_use_desk
from helpcenter.models import Article, State, Translation, Visibility


class Reach(NamedTuple):
    """How far somebody sees: the highest visibility, and the audience (the id of its sender) that they belong to."""

    up_to: int
    audience: int | None = None

    @classmethod
    def to_read(cls, article: Article) -> Reach:
        """How far one has to see to read this article."""
        return cls(article.visibility, article.audience_id)

    def covers(self, article: Article) -> bool:
        """Whether this article, with a published text, can be read."""
        is_for_them = article.audience_id in (None, self.audience) or self.up_to >= Visibility.INTERNAL
        return article.visibility <= self.up_to and is_for_them

    def within(self, prefix: str = "") -> Q:
        """`covers` as a condition on articles, or on rows that name their article with `prefix` ("article__")."""
        within = Q(**{f"{prefix}visibility__lte": self.up_to})
        if (
            self.up_to != Visibility.SIGNED_IN
        ):  # what is for an audience is never public, and the team sees all
            return within
        for_all = Q(**{f"{prefix}audience__isnull": True})
        for_them = Q(**{f"{prefix}audience": self.audience}) if self.audience else Q()
        return within & (for_all | for_them)


EVERYBODY = Reach(Visibility.PUBLIC)
TEAM = Reach(Visibility.INTERNAL)


def reach_of(reader: object) -> Reach:
    """How far this person (a member, or a visitor without name) sees."""
    if not isinstance(reader, Member) or not reader.is_active:
        return EVERYBODY
    return TEAM if may_use_desk(reader) else Reach(Visibility.SIGNED_IN, reader.audience_id)


def may_write_articles(member: object) -> bool:
    """Whether the person may write drafts and send them to review: the whole team of the desk."""
    return may_use_desk(member)


def may_publish_articles(member: object) -> bool:
    """Whether the person may show texts to readers, take them away, and say who may read them."""
    return isinstance(member, Member) and member.is_active and member.role == Member.Role.ADMIN


def may_move_article(member: object, texts: Iterable[Translation]) -> bool:
    """Whether the person may change the section, the readers and the topic of the article with these texts: a draft's
    whoever writes it, a published one's whoever publishes."""
    return may_publish_articles(member) or not any(text.state == State.PUBLISHED for text in texts)

"""Who may read what, and who may write."""

from collections.abc import Iterable

from accounts.models import Member
from accounts.rules import may_use_desk
from helpcenter.models import State, Translation, Visibility


def readable_up_to(reader: object) -> int:
    """The highest visibility that this person (a member, or a visitor without name) may read."""
    if not isinstance(reader, Member) or not reader.is_active:
        return Visibility.PUBLIC
    return Visibility.INTERNAL if may_use_desk(reader) else Visibility.SIGNED_IN


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

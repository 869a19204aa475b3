"""Who may read what, and who may write."""

from accounts.models import Member
from accounts.rules import may_use_desk
from helpcenter.models import Visibility


def readable_up_to(reader: object) -> int:
    """The highest visibility that this person (a member, or a visitor without name) may read."""
    if not isinstance(reader, Member) or not reader.is_active:
        return Visibility.PUBLIC
    return Visibility.INTERNAL if may_use_desk(reader) else Visibility.SIGNED_IN

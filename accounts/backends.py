"""Who the session says is there."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import Member
from helpdesk.prepared import prepared


class MemberBackend(AuthenticationBackend):
    """allauth's ways to sign in; who is signed in is found by a prepared read, because every request asks."""

    def get_user(self, user_id: Any) -> Member | None:
        """The member with this id when they may sign in."""
        member = _members.first(pk=user_id)
        return member if member and self.user_can_authenticate(member) else None


_members = prepared(lambda pk: Member.objects.filter(pk=pk))

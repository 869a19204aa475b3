"""Who the session says is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import Member
from accounts.sessions import SessionStore
from helpdesk.prepared import prepared

_session: ContextVar[SessionStore | None] = ContextVar("session_that_knows_its_person", default=None)


@contextmanager
def known_by(session: SessionStore) -> Iterator[None]:
    """Inside, who is signed in need not be asked again when the session found its person as it was read."""
    token = _session.set(session)
    try:
        yield
    finally:
        _session.reset(token)


class MemberBackend(AuthenticationBackend):
    """allauth's ways to sign in; who is signed in comes with the session, else by a prepared read: every request asks."""

    def get_user(self, user_id: Any) -> Member | None:
        """The member with this id when they may sign in."""
        session = _session.get()
        known = session.person if session else None
        member = known if known and known.pk == int(user_id) else _members.first(pk=user_id)
        return member if member and self.user_can_authenticate(member) else None


_members = prepared(lambda pk: Member.objects.filter(pk=pk))

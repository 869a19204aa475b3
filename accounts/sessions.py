"""Django's database sessions over our walled table, and whose they are."""

from typing import Any, cast

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, CreateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string

from accounts.memory import note_stamp, setup_stamps
from accounts.models import Member
from accounts.models.session import Session
from helpdesk.at_once import asking, at_once
from helpdesk.inserts import insert_unless_there
from helpdesk.prepared import prepared

SIGN_UP_KEY = "sign_up"  # what a person chose while signing up, kept here until a code proves the address


class SessionStore(DatabaseStore):
    """Sessions of the current tenant; remembers whose each is, so that all of a person's can be ended."""

    person: Member | None = None  # whom the statement found that read the session

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        """As Django's, with whose it is and the stamp of the setup: almost every request begins with these. One statement."""
        asked = {"session_key": self.session_key, "now": timezone.now()}
        sessions, people, stamps = at_once(
            asking(_alive, **asked), asking(_people, **asked), asking(setup_stamps)
        )
        note_stamp(next(iter(stamps), None))
        if not sessions:
            self._session_key = None
            return None
        self.person = next(iter(people), None)
        return sessions[0]

    def _get_new_session_key(self) -> str:
        """As Django's, without asking whether so long a random key is taken: `create` tries another if it is."""
        return get_random_string(32, VALID_KEY_CHARS)

    def save(self, must_create: bool = False) -> None:
        """As Django's, but a new session is one statement without a savepoint of its own."""
        if not must_create:
            super().save()
            return
        held = cast(Any, self)._get_session(no_load=True)
        if not insert_unless_there(self.create_model_instance(held)):
            raise CreateError

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = cast(Session, super().create_model_instance(data))
        session.member_id = data.get("_auth_user_id")
        return session


def person_of_session(key: str) -> Member | None:
    """Who is signed in by the session of this key, while it is valid; for who asks before `request.user` is there.

    Unlike Django's own question it writes nothing. Needs the tenant's scope.
    """
    session = SessionStore(key) if key else {}
    member_id, shown = session.get(SESSION_KEY), str(session.get(HASH_SESSION_KEY, ""))
    person = Member.objects.filter(pk=member_id, is_active=True).first() if member_id else None
    hashes = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()] if person else []
    return person if any(constant_time_compare(shown, known) for known in hashes) else None


@prepared
def _alive(session_key: Any, now: Any) -> QuerySet[Session]:
    return Session.objects.filter(session_key=session_key, expire_date__gt=now)


@prepared
def _people(session_key: Any, now: Any) -> QuerySet[Member]:
    alive = Session.objects.filter(session_key=session_key, expire_date__gt=now)
    return Member.objects.filter(pk__in=alive.values("member_id"))

"""Django's database sessions over our walled table."""

from typing import Any, cast

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from accounts.models.session import Session

SIGN_UP_KEY = "sign_up"  # what a person chose while signing up, kept here until a code proves the address


class SessionStore(DatabaseStore):
    """Sessions of the current tenant; remembers whose each is, so that all of a person's can be ended."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = cast(Session, super().create_model_instance(data))
        session.member_id = data.get("_auth_user_id")
        return session

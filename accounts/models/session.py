"""Sign-in sessions, one tenant's apart from another's."""

from typing import ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models

from helpdesk.tenancy import TenantManager, TenantModel


class SessionManager(BaseSessionManager["Session"], TenantManager["Session"]):
    """The current tenant's sessions."""


class Session(AbstractBaseSession, TenantModel):
    """One browser's session on one tenant's host; a cookie of another tenant finds nothing here."""

    session_key = models.CharField(primary_key=True, max_length=40)
    member_id = models.BigIntegerField(null=True, db_index=True)

    objects: ClassVar[SessionManager] = SessionManager()

    class Meta:
        verbose_name = "session"
        verbose_name_plural = "sessions"

    @classmethod
    def get_session_store_class(cls) -> type:
        from accounts.sessions import SessionStore  # the store imports this model

        return SessionStore

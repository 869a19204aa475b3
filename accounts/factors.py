"""What this browser's session has shown of its person, and whether that is enough for the team's side."""

import time
from typing import Any

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from accounts.models import Member
from accounts.queries import factors_of, second_factor_is_required

FACTOR = "mfa"  # allauth's word for a factor among the records of a session
KNOWN = "_lacks_factor"  # on the request: the admin sites ask many times


def lacks_factor(request: HttpRequest) -> bool:
    """Whether a person of the team signed in here without the second step that this tenant asks for.

    At most one statement a request, and none for who showed a factor.
    """
    if not hasattr(request, KNOWN):
        member = request.user
        is_asked = isinstance(member, Member) and member.is_staff and not has_shown_factor(request)
        setattr(request, KNOWN, is_asked and second_factor_is_required())
    return bool(getattr(request, KNOWN))


def person_of(request: HttpRequest) -> Member:
    """Who is signed in, in a view that only signed-in people reach."""
    assert isinstance(request.user, Member)
    return request.user


def has_shown_factor(request: HttpRequest) -> bool:
    """Whether this session saw a passkey, a code of the app or a recovery code of the person who is signed in."""
    return any(record["method"] == FACTOR for record in _records(request))


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved themselves a moment ago, by a factor if they have one: then its ways may be changed."""
    records = _records(request)
    if factors_of(request.user).exists():
        records = [record for record in records if record["method"] == FACTOR]
    return bool(records) and time.time() - records[-1]["at"] < settings.FRESH_SIGN_IN_SECONDS


def note_factor(request: HttpRequest, authenticator: Authenticator) -> None:
    """Records in the session that its person showed this factor; the session gets a new key."""
    post_authentication(request, authenticator, reauthenticated=True)
    request.session.cycle_key()


def note_password(request: HttpRequest) -> None:
    """Records in the session that its person typed their password again; the session gets a new key."""
    record_authentication(request, request.user, "password", reauthenticated=True)
    request.session.cycle_key()


def forget_factors(request: HttpRequest) -> None:
    """Takes back what the session saw of factors: the person has none any more."""
    kept = [record for record in _records(request) if record["method"] != FACTOR]
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    return get_authentication_records(request, request.user)

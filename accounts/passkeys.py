"""The two ceremonies of a passkey: adding one and showing one (W3C Web Authentication, level 3).

What is asked stands in the session, is good for one answer and only for what it was asked for. A passkey belongs to
the tenant's host, and only a page of exactly that host may use it: the platform's are out of reach for tenants.
"""

import struct
import time
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.addresses import current_tenant
from accounts.models import Member
from accounts.queries import passkeys_of
from helpdesk.errors import Refused

STATE_KEY = "passkey"
ADD, SIGN_IN, SECOND_STEP = "add", "sign in", "second step"
LIFETIME_SECONDS = 600
# What parsing an answer that no browser made may raise.
NONSENSE = (
    *(ValueError, TypeError, KeyError, AttributeError, IndexError),
    *(struct.error, AssertionError, RecursionError),
)
FAILED = _("That passkey didn't work here. Try again, or use another way.")


def ask_to_add(request: HttpRequest, member: Member) -> dict[str, Any]:
    """Options for `navigator.credentials.create`: a passkey that works without the address being typed."""
    options, state = _server(request).register_begin(
        PublicKeyCredentialUserEntity(
            id=user_pk_to_url_str(member).encode(), name=member.email, display_name=str(member)
        ),
        credentials=_credentials(member),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _remember(request, ADD, state)
    return dict(options)


def check_added(request: HttpRequest, answer: dict[str, Any]) -> None:
    """Raises Refused unless `answer` is the new passkey that was asked for."""
    state = _asked(request, ADD)
    try:
        _server(request).register_complete(state, answer)
    except NONSENSE as error:
        raise Refused(FAILED) from error


def ask_to_show(request: HttpRequest, member: Member | None = None) -> dict[str, Any]:
    """Options for `navigator.credentials.get`: a passkey of the member, or whoever's, then with finger, face or PIN."""
    verification = UserVerificationRequirement.PREFERRED if member else UserVerificationRequirement.REQUIRED
    options, state = _server(request).authenticate_begin(
        credentials=_credentials(member) if member else None, user_verification=verification
    )
    _remember(request, SECOND_STEP if member else SIGN_IN, state)
    return dict(options)


def shown(request: HttpRequest, answer: dict[str, Any], member: Member | None = None) -> Authenticator:
    """The passkey that `answer` proves, of the member, or of whoever showed it; raises Refused."""
    state = _asked(request, SECOND_STEP if member else SIGN_IN)
    try:
        response = AuthenticationResponse.from_dict(answer)
        owner = member or _owner(response)
        credential = _server(request).authenticate_complete(state, _credentials(owner), response)
        passkey = next(one for one in passkeys_of(owner) if _credential(one) == credential)
    except (*NONSENSE, Member.DoesNotExist, StopIteration) as error:
        raise Refused(FAILED) from error
    passkey.user = owner
    return passkey


def _owner(response: AuthenticationResponse) -> Member:
    handle = response.response.user_handle
    if not handle:
        raise ValueError("The authenticator did not say whose passkey this is.")
    return Member.objects.get(pk=int(handle.decode("ascii"), 36))


def _server(request: HttpRequest) -> Fido2Server:
    host = request.get_host().lower()
    origin = f"{settings.PUBLIC_SCHEME}://{host}"
    party = PublicKeyCredentialRpEntity(id=host.partition(":")[0], name=current_tenant().name)
    return Fido2Server(party, verify_origin=lambda shown_origin: shown_origin == origin)


def _credentials(member: Member) -> list[AttestedCredentialData]:
    return [_credential(passkey) for passkey in passkeys_of(member)]


def _credential(passkey: Authenticator) -> AttestedCredentialData:
    credential: AttestedCredentialData = passkey.wrap().authenticator_data.credential_data
    return credential


def _remember(request: HttpRequest, purpose: str, state: dict[str, Any]) -> None:
    request.session[STATE_KEY] = {"for": purpose, "at": time.time(), "state": state}


def _asked(request: HttpRequest, purpose: str) -> dict[str, Any]:
    """What was asked in this session for this purpose, forgotten at once; raises Refused when it was not, or long ago."""
    asked = request.session.pop(STATE_KEY, None)
    if not asked or asked["for"] != purpose or time.time() - asked["at"] > LIFETIME_SECONDS:
        raise Refused(FAILED)
    state: dict[str, Any] = asked["state"]
    return state

"""What happens to a person's second steps: added, renamed, removed, renewed, reset. The person is told by mail."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions.audit import record_change
from accounts.models import AuditEntry, Member, Session
from accounts.notify import SignInChange, tell_sign_in_changed
from accounts.queries import KINDS, factors_of, passkeys_of, second_factor_is_required
from accounts.rules import may_grant_role
from helpdesk.errors import Refused

PASSKEYS_PER_PERSON = 20
NAME_LENGTH = 60


def add_app(member: Member, *, secret: str) -> Authenticator:
    """Keeps the secret of an authenticator app (base32), encrypted, and makes recovery codes where there are none.

    Raises Refused when the person has an app already.
    """
    with transaction.atomic():
        _lock(member)
        if factors_of(member).filter(type=KINDS.TOTP).exists():
            raise Refused(_("You have an authenticator app already. Remove it first."))
        app: Authenticator = TOTP.activate(member, secret).instance
        RecoveryCodes.activate(member)
        tell_sign_in_changed(member, SignInChange.APP_ADDED)
    return app


def add_passkey(member: Member, *, name: str, credential: dict[str, Any]) -> Authenticator:
    """Keeps a passkey that was checked already, and makes recovery codes where there are none; raises Refused."""
    with transaction.atomic():
        _lock(member)
        if passkeys_of(member).count() >= PASSKEYS_PER_PERSON:
            raise Refused(_("You have 20 passkeys. Remove one first."))
        passkey: Authenticator = WebAuthn.add(member, name[:NAME_LENGTH], credential).instance
        RecoveryCodes.activate(member)
        tell_sign_in_changed(member, SignInChange.PASSKEY_ADDED)
    return passkey


def rename_passkey(passkey: Authenticator, *, name: str) -> None:
    """Calls it as the person does."""
    passkey.data["name"] = name[:NAME_LENGTH]
    passkey.save(update_fields=["data"])


def remove_factor(factor: Authenticator, *, keep_session: str) -> None:
    """Takes an app or passkey away; with the last one the recovery codes go too, and all sessions but `keep_session`.

    Raises Refused for the last one of somebody whose tenant asks the team for a second step.
    """
    member: Member = factor.user
    with transaction.atomic():
        _lock(member)
        is_last = not factors_of(member).exclude(pk=factor.pk).exists()
        if is_last and member.is_staff and second_factor_is_required():
            raise Refused(_("Your team asks for a second step. Add another one before you remove this."))
        change = SignInChange.APP_REMOVED if factor.type == KINDS.TOTP else SignInChange.PASSKEY_REMOVED
        factor.delete()
        if is_last:
            Authenticator.objects.filter(user=member).delete()
            Session.objects.filter(member_id=member.pk).exclude(session_key=keep_session).delete()
        tell_sign_in_changed(member, change)


def renew_recovery_codes(member: Member) -> None:
    """Makes ten new recovery codes; the old ones end. Raises Refused for somebody without a second step."""
    with transaction.atomic():
        _lock(member)
        if not factors_of(member).exists():
            raise Refused(_("Add a passkey or an authenticator app first."))
        Authenticator.objects.filter(user=member, type=KINDS.RECOVERY_CODES).delete()
        RecoveryCodes.activate(member)
        tell_sign_in_changed(member, SignInChange.CODES_RENEWED)


def reset_factors(member: Member, *, actor: Member | None) -> None:
    """Takes all second steps from somebody who lost theirs and signs them out everywhere; kept in the audit log.

    `actor` is None for whoever runs the server's commands. Raises Refused when the actor may not change this person,
    or is this person: one's own are changed in the profile, where they have to be shown.
    """
    if actor and (actor.pk == member.pk or not may_grant_role(actor, member.role)):
        raise Refused(_("You can't reset the second step of this person."))
    with transaction.atomic():
        _lock(member)
        Authenticator.objects.filter(user=member).delete()
        Session.objects.filter(member_id=member.pk).delete()
        if actor:
            reset = gettext("Second step"), gettext("set up"), gettext("reset; signed out everywhere")
            record_change(member, AuditEntry.Act.CHANGED, actor=actor, changes=[reset])
        tell_sign_in_changed(member, SignInChange.RESET)


def _lock(member: Member) -> None:
    """Two changes at once wait for one another, so that nobody loses the last two at the same time."""
    Member.objects.select_for_update().get(pk=member.pk)

"""Account mails: codes and notices, through the outbox, in the person's language, never with a stranger's words."""

from enum import StrEnum
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.addresses import absolute_url, current_tenant
from accounts.models import Member, Sender
from accounts.queries import default_sender, member_of_address, signup_is_open
from helpdesk.outbox.emails import enqueue_email

CODE_MINUTES = settings.CODE_LIFETIME_SECONDS // 60
# allauth's name for a mail → our topic. A mail that stands here under no name is not sent at all.
TOPICS = {
    "account/email/login_code": "account_code",
    "account/email/email_confirmation": "account_code",
    "account/email/email_confirmation_signup": "account_code",
    "account/email/password_reset_code": "account_reset_code",
    "account/email/unknown_account": "account_unknown",
    "account/email/password_changed": "account_password_changed",
    "account/email/password_set": "account_password_changed",
    "account/email/password_reset": "account_password_changed",
}


class SignInChange(StrEnum):
    """What changed about a person's ways of signing in; the mail's templates have a sentence for each."""

    APP_ADDED = "app_added"
    APP_REMOVED = "app_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    CODES_RENEWED = "codes_renewed"
    CODE_USED = "code_used"
    RESET = "reset"


def tell_sign_in_changed(member: Member, change: SignInChange) -> None:
    """Mails the person what changed, whoever did it: if it was not they, somebody is in their account."""
    _enqueue("account_sign_in_changed", member.email, member, change=change.value)


def mail_person(name: str, email: str, *, code: str = "") -> None:
    """Puts allauth's mail `name` to `email` into the outbox; `code` goes where it is wiped after sending.

    A person who may not sign in gets nothing: neither a code nor the advice to sign up again.
    """
    topic = TOPICS.get(name)
    member = member_of_address(email)
    if topic is None or (member and not member.is_active):
        return
    _enqueue(topic, email, member, code=code)


def _enqueue(topic: str, email: str, member: Member | None, *, code: str = "", change: str = "") -> None:
    tenant, (sender_name, sender_address) = current_tenant(), sender_of_accounts()
    proven = member is not None and member.email_proven_at is not None
    enqueue_email(
        topic=topic,
        to=email,
        to_name=member.name if member else "",
        locale=(member.locale if member else "") or translation.get_language() or tenant.locale,
        timezone=(member.timezone if member else "") or tenant.timezone,
        context=_context(topic) | ({"change": change} if change else {}),
        secrets={"code": code} if code else {},
        sender_name=sender_name,
        sender_address=sender_address,
        automatic=True,
        proven=proven,
        subject_of=f"member:{member.pk}" if member else "",
    )


def _context(topic: str) -> dict[str, Any]:
    context: dict[str, Any] = {"tenant_name": current_tenant().name, "minutes": CODE_MINUTES}
    if topic == "account_unknown" and signup_is_open():
        context["signup_url"] = absolute_url(reverse("account_signup"))
    if topic == "account_sign_in_changed":
        context["profile_url"] = absolute_url(reverse("profile"))
    if topic in {"account_password_changed", "account_sign_in_changed"}:
        context["reset_url"] = absolute_url(reverse("account_reset_password"))
    return context


def sender_of_accounts() -> tuple[str, str]:
    """Name and address the current tenant writes as; the platform has no senders of its own."""
    try:
        sender = default_sender()
    except Sender.DoesNotExist:
        return current_tenant().name, settings.DEFAULT_FROM_EMAIL
    return sender.from_name, sender.from_address

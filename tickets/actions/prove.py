"""Asks for a proof by mail where too many requests come from people nobody knows: a code, never a puzzle."""

import datetime as dt
import secrets
import unicodedata
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models import Sender
from helpdesk.errors import Refused
from tickets.models import RequestCode
from tickets.notify import announce_request_code

LIFETIME = dt.timedelta(minutes=10)
TRIES = 5
MAILS = 3  # codes for one request
KEPT = dt.timedelta(days=1)  # so long an ended code still counts its mails


@transaction.atomic
def ask_for_code(draft_key: uuid.UUID, email: str, *, sender: Sender | None, locale: str) -> None:
    """Mails a code to `email` unless one that still works is on its way there already."""
    code = _locked(draft_key)
    if code and code.email == email and code.expires_at > timezone.now() and code.tries < TRIES:
        return
    mail_new_code(draft_key, email, sender=sender, locale=locale)


@transaction.atomic
def mail_new_code(draft_key: uuid.UUID, email: str, *, sender: Sender | None, locale: str) -> None:
    """Mails another code; the earlier one ends. Raises Refused once MAILS went out for this request."""
    now, digits = timezone.now(), f"{secrets.randbelow(10**6):06}"
    RequestCode.objects.filter(expires_at__lt=now - KEPT).delete()
    code = _locked(draft_key) or RequestCode(draft_key=draft_key)
    if code.times_mailed >= MAILS:
        raise Refused(
            _("We sent three codes for this request. Look into your mailbox, or write to us later."), "code"
        )
    code.email, code.code_hash, code.tries = email, _hash_of(draft_key, digits), 0
    code.times_mailed += 1
    code.expires_at = now + LIFETIME
    code.save()
    minutes = int(LIFETIME.total_seconds() // 60)
    announce_request_code(email, digits, minutes=minutes, sender=sender, locale=locale)


@transaction.atomic
def why_code_is_wrong(draft_key: uuid.UUID, email: str, typed: str) -> Refused | None:
    """None when `typed` is the code mailed to `email` (blanks and any script's digits are forgiven); else what to say.

    Counts each wrong try, and therefore raises nothing: the caller's transaction has to commit.
    """
    code = _locked(draft_key)
    if code is None or code.email != email or code.expires_at <= timezone.now():
        return Refused(_("This code has ended. Ask for a new one."), "code")
    if code.tries >= TRIES:
        return Refused(_("Too many wrong codes. Ask for a new one."), "code")
    if constant_time_compare(code.code_hash, _hash_of(draft_key, _digits_of(typed))):
        return None
    RequestCode.objects.filter(pk=code.pk).update(tries=code.tries + 1)
    return Refused(
        _("That code isn't right. Look at the newest email from us and type all six digits."), "code"
    )


def forget_code(draft_key: uuid.UUID) -> None:
    """After sending: the code has done its work."""
    RequestCode.objects.filter(draft_key=draft_key).delete()


def _locked(draft_key: uuid.UUID) -> RequestCode | None:
    return RequestCode.objects.select_for_update().filter(draft_key=draft_key).first()


def _digits_of(typed: str) -> str:
    return "".join(str(unicodedata.decimal(sign)) for sign in typed[:60] if sign.isdecimal())


def _hash_of(draft_key: uuid.UUID, digits: str) -> str:
    return salted_hmac("tickets.request_code", f"{draft_key}:{digits}", algorithm="sha256").hexdigest()

"""A single-use link with which a person chooses their first password."""

import datetime as dt
import secrets

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import now

from accounts.actions.people import prove_address
from accounts.addresses import absolute_url
from accounts.models import Invitation, Member
from helpdesk.tokens import hash_of

LIFETIME = dt.timedelta(hours=72)


def invite(member: Member) -> str:
    """The address of a new link, good once and for 72 hours; earlier links of the person end. Only its hash is kept.

    Whoever hands the link over vouches for the person, so using it also proves the address.
    """
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        open_invitations().filter(member=member).update(revoked_at=now())
        Invitation.objects.create(member=member, token_hash=hash_of(token), expires_at=now() + LIFETIME)
    return absolute_url(reverse("invitation", args=[token]))


def open_invitations() -> QuerySet[Invitation]:
    """Links that nobody has used or replaced; some may have expired."""
    return Invitation.objects.filter(used_at__isnull=True, revoked_at__isnull=True)


def usable_invitations() -> QuerySet[Invitation]:
    """Links that work now, with their person: not for somebody who got in by another way since."""
    is_waiting = Q(member__last_login=None) | Q(member__last_login__lt=F("created_at"))
    works = open_invitations().filter(is_waiting, expires_at__gt=now(), member__is_active=True)
    return works.select_related("member")


def find_invitation(token: str) -> Invitation | None:
    """The invitation that `token` opens now, or None when it is unknown, used, replaced or too old."""
    return usable_invitations().filter(token_hash=hash_of(token)).first()


def accept_invitation(invitation: Invitation, *, password: str) -> bool:
    """Sets the password, proves the address and uses the link up; False when somebody was faster."""
    with transaction.atomic():
        used = open_invitations().filter(pk=invitation.pk, expires_at__gt=now()).update(used_at=now())
        if not used:
            return False
        member = invitation.member
        member.set_password(password)
        member.save(update_fields=["password"])
        prove_address(member)
    return True

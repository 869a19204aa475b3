"""What happens to a person: found, proven, given a password or a role."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Member, Session
from accounts.queries import active_holders, member_of_address
from accounts.rules import KEEPER_ROLES, may_grant_role
from helpdesk.errors import Refused
from helpdesk.inserts import insert_unless_there


def find_or_add_guest(email: str, *, locale: str, name: str = "") -> Member:
    """The member with this address, or a new guest: no password, address not proven. Idempotent.

    An existing member is returned as is: what a stranger types never changes anybody's name or language.
    """
    member = member_of_address(email)
    if member:
        return member
    guest = Member(email=email.strip().lower(), name=name[:120], locale=locale)
    guest.set_unusable_password()
    if insert_unless_there(guest):
        return guest
    return Member.objects.get_by_natural_key(email)  # another form with the same address was first


def prove_address(member: Member) -> None:
    """Records that the address is the person's (they read a code or link that was mailed to it). Idempotent."""
    if member.email_proven_at is None:
        member.email_proven_at = now()
        member.save(update_fields=["email_proven_at"])
    note_proven_address(member)


def note_proven_address(member: Member) -> None:
    """Tells allauth, which keeps addresses in a table of its own, what `email_proven_at` says. Idempotent."""
    known = EmailAddress.objects.filter(user=member, email=member.email, verified=True, primary=True)
    if not known.exists():
        EmailAddress.objects.update_or_create(
            user=member, email=member.email, defaults={"verified": True, "primary": True}
        )


def finish_sign_up(member: Member, *, password_hash: str, name: str) -> bool:
    """Gives the person the password and name they chose before they proved their address.

    Changes nothing and returns False when they have a password already: then somebody signed up twice.
    """
    if member.has_usable_password():
        return False
    member.password = password_hash
    member.name = name or member.name
    member.save(update_fields=["password", "name"])
    return True


def change_profile(member: Member, *, name: str, locale: str, timezone: str) -> None:
    """Stores what a person says about themselves; the arguments are checked by the form."""
    member.name, member.locale, member.timezone = name, locale, timezone
    member.save(update_fields=["name", "locale", "timezone"])


def save_person(member: Member, *, actor: Member) -> None:
    """Stores a person as the desk or the platform changed them; who may not sign in any more, or got
    another role, is signed out everywhere: rights never change inside a session.

    With another role the links that were handed out for the earlier one end.

    Raises Refused when the actor may not grant the role, or nobody would be left to keep the people.
    """
    with transaction.atomic():
        list(Member.objects.select_for_update().filter(role__in=KEEPER_ROLES, is_active=True).order_by("pk"))
        stored = Member.objects.filter(pk=member.pk).first() if member.pk else None
        actor = Member.objects.get(pk=actor.pk)  # perhaps no keeper any more since the page was opened
        check_person(stored, role=member.role, is_active=member.is_active, actor=actor)
        if stored is None:
            member.set_unusable_password()
        member.save()
        if stored and stored.role != member.role:
            open_links = Invitation.objects.filter(member=member, used_at=None, revoked_at=None)
            open_links.update(revoked_at=now())
        if not member.is_active or (stored and stored.role != member.role):
            Session.objects.filter(member_id=member.pk).delete()


def check_person(stored: Member | None, *, role: str, is_active: bool, actor: Member) -> None:
    """Raises Refused unless `actor` may make of `stored` (None: a new person) one with this role and state."""
    if not may_grant_role(actor, role):
        raise Refused(_("You can't give anybody this role."), "role")
    if stored is None:
        return
    if not may_grant_role(actor, stored.role):
        raise Refused(_("You can't change this person."), "role")
    loses_keys = stored.role in KEEPER_ROLES and stored.is_active and (role != stored.role or not is_active)
    if loses_keys and not active_holders(stored.role).exclude(pk=stored.pk).exists():
        raise Refused(
            _("This is the last person who can manage people. Give somebody else that role first."),
            "role" if role != stored.role else "is_active",
        )

"""People who ask without an account."""

from django.db import IntegrityError, transaction

from accounts.models import Member


def guest_for(email: str, *, name: str = "", locale: str) -> Member:
    """The member with this address, or a new guest: no password, address not proven. Idempotent.

    An existing member is returned as is: what a stranger types never changes anybody's name or language.
    """
    email = email.strip().lower()
    member = Member.objects.filter(email=email).first()
    if member:
        return member
    try:
        with transaction.atomic():
            return Member.objects.create_user(email, name=name[:120], locale=locale)
    except IntegrityError:  # another form with the same address was first
        return Member.objects.get(email=email)

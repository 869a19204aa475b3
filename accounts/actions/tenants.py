"""How a tenant comes to be, and how it is changed, suspended and opened again."""

from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions.invitations import invite
from accounts.addresses import forget_tenants
from accounts.models import Member, Sender, Team, TeamMembership, Tenant, TenantSettings
from helpdesk.errors import Refused
from helpdesk.mail_address import check_mailable
from helpdesk.tenancy import tenant_scope

RESERVED_SLUGS = frozenset(
    {
        *(
            "platform",
            "www",
            "mail",
            "admin",
            "api",
            "static",
            "media",
            "files",
            "assets",
            "cdn",
            "app",
            "apps",
        ),
        *(
            "smtp",
            "imap",
            "pop",
            "mx",
            "ftp",
            "ns",
            "ns1",
            "ns2",
            "dns",
            "autoconfig",
            "autodiscover",
            "wpad",
        ),
        *("help", "support", "status", "health", "metrics", "widget", "inbox", "docs", "blog", "localhost"),
        *("root", "postmaster", "abuse", "security", "noreply", "no-reply", "account", "accounts", "login"),
    }
)
_set_up: list[Callable[[Tenant], None]] = []


class NewTenant(NamedTuple):
    """What `create_tenant` made; `invitation_url` is shown once and lets the first admin choose a password."""

    tenant: Tenant
    admin: Member
    invitation_url: str


def on_tenant_created(set_up: Callable[[Tenant], None]) -> None:
    """Adds a step to `create_tenant`: `set_up(tenant)` runs inside the new tenant's scope and transaction."""
    if set_up not in _set_up:
        _set_up.append(set_up)


def create_tenant(
    *, slug: str, name: str, locale: str, timezone: str, admin_email: str, prefix: str = ""
) -> NewTenant:
    """A working tenant: settings, sender, first team, first admin, and whatever the apps above add. All or nothing.

    Raises Refused naming the field: a slug that is taken or reserved, an unknown language or zone, a bad address.
    """
    tenant = Tenant(
        slug=slug, name=name.strip(), locale=locale, timezone=timezone, prefix=prefix or prefix_of(slug)
    )
    check_new_tenant(tenant, admin_email=admin_email)
    try:
        with transaction.atomic():
            tenant.save(force_insert=True)
            with tenant_scope(tenant.pk), translation.override(locale):
                made = _furnish(tenant, admin_email)
    except IntegrityError as error:
        if Tenant.objects.filter(slug=slug).exists():
            raise Refused(SLUG_TAKEN % {"slug": slug}, "slug") from error
        raise
    return made


def _furnish(tenant: Tenant, admin_email: str) -> NewTenant:
    TenantSettings.objects.create()
    Sender.objects.create(
        audience=gettext("Everybody"),
        from_name=tenant.name,
        from_address=f"support@{tenant.slug}.{settings.BASE_DOMAIN}",
        is_default=True,
    )
    team = Team.objects.create(name=gettext("Support"), slug="support")
    admin = Member.objects.create_user(
        admin_email, role=Member.Role.ADMIN, locale=tenant.locale, timezone=tenant.timezone
    )
    TeamMembership.objects.create(team=team, member=admin)
    for set_up in _set_up:
        set_up(tenant)
    return NewTenant(tenant, admin, invite(admin))


SLUG_TAKEN = _("There is already a tenant with the short name “%(slug)s”.")
SLUG_RESERVED = _("The short name “%(slug)s” is reserved. Choose another one.")


def check_new_tenant(tenant: Tenant, *, admin_email: str) -> None:
    """Raises Refused for the first thing that keeps the tenant from being made."""
    if tenant.slug in RESERVED_SLUGS:
        raise Refused(SLUG_RESERVED % {"slug": tenant.slug}, "slug")
    if Tenant.objects.filter(slug=tenant.slug).exists():
        raise Refused(SLUG_TAKEN % {"slug": tenant.slug}, "slug")
    if tenant.locale not in dict(settings.LANGUAGES):
        offered = ", ".join(dict(settings.LANGUAGES))
        raise Refused(_("Choose one of these languages: %(offered)s.") % {"offered": offered}, "locale")
    try:
        tenant.clean_fields()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Refused(messages[0], field) from error
    try:
        validate_email(admin_email.strip())
        check_mailable(admin_email.strip())
    except ValidationError as error:
        raise Refused(_("Enter an email address like name@example.com."), "admin_email") from error


def prefix_of(slug: str) -> str:
    """A prefix for ticket numbers made from a tenant's short name: `acme-video` gives `ACME`."""
    word = next((part for part in slug.upper().split("-") if part[:1].isalpha()), "T")
    return word[:6]


def save_tenant(tenant: Tenant) -> None:
    """Stores a changed tenant: suspended ones answer 503 everywhere within seconds. Raises Refused for the platform."""
    if tenant.is_platform and tenant.state != Tenant.State.ACTIVE:
        raise Refused(_("The platform itself can't be suspended."), "state")
    tenant.save()
    forget_tenants()

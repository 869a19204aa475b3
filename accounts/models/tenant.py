"""The organisation a host belongs to, its addresses, its choices and the senders it writes as."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantModel
from helpdesk.zones import zone_names


def check_timezone(value: str) -> None:
    """Raises ValidationError unless `value` is an IANA zone name."""
    if value not in zone_names():
        raise ValidationError(
            _("“%(zone)s” is not a time zone. Use a name like Europe/Berlin."), params={"zone": value}
        )


class Tenant(models.Model):
    """One organisation. Known before any scope opens, so it holds nothing secret and stands outside the walls."""

    PLATFORM = "platform"

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")

    slug = models.CharField(
        _("short name"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\Z", _("Use a–z, 0–9 and dashes."))],
        help_text=_("The first part of its address."),
    )
    name = models.CharField(_("name"), max_length=80)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.ACTIVE)
    locale = models.CharField(_("language"), max_length=12, default="en")
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[check_timezone])
    prefix = models.CharField(
        _("prefix of ticket numbers"),
        max_length=10,
        validators=[
            RegexValidator(r"^[A-Z][A-Z0-9]*\Z", _("Use capital letters A–Z and digits, a letter first."))
        ],
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("tenant")
        verbose_name_plural = _("tenants")

    def __str__(self) -> str:
        return self.name

    @property
    def is_platform(self) -> bool:
        """Whether this is the reserved tenant of the operators, on the bare domain."""
        return self.slug == self.PLATFORM


class TenantHost(models.Model):
    """An own domain of a tenant, beside `<slug>.<BASE_DOMAIN>`. Read before any scope opens."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="hosts")
    host = models.CharField(_("host"), max_length=253, unique=True)

    class Meta:
        verbose_name = _("own domain")
        verbose_name_plural = _("own domains")
        constraints = [models.CheckConstraint(name="tenant_host_lower", condition=Q(host=Lower("host")))]

    def __str__(self) -> str:
        return self.host


class TenantSettings(TenantModel):
    """A tenant's own choices; one row a tenant, made with it."""

    is_setup = True

    signup_open = models.BooleanField(_("people may sign up"), default=True)
    second_factor_required = models.BooleanField(
        _("the team needs a second step to sign in"),
        default=True,
        help_text=_("Agents, team leads and admins who have none set it up when they next open the desk."),
    )
    pending_reminder_days = models.PositiveSmallIntegerField(
        _("remind the customer after days"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    pending_solved_days = models.PositiveSmallIntegerField(
        _("solve without an answer after days"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    solved_closed_days = models.PositiveSmallIntegerField(
        _("close solved tickets after days"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    asks_for_ratings = models.BooleanField(
        _("ask customers by mail what they thought of the help"),
        default=True,
        db_default=True,
        help_text=_("An hour after a ticket was solved, once. On its page they can say it in any case."),
    )
    closed_until = models.DateTimeField(
        _("no new requests until"),
        null=True,
        blank=True,
        help_text=_(
            "Until then the contact form says so, with the reason, and offers your articles. Replies, emails and calls"
            " still come in. Empty: open."
        ),
    )
    closed_reason = models.CharField(
        _("why, as people read it"),
        max_length=300,
        blank=True,
        db_default="",
        help_text=_("For example: We move to a new office. In each language that your customers read."),
    )

    class Meta:
        verbose_name = _("settings")
        verbose_name_plural = _("settings")
        constraints = [
            models.UniqueConstraint(name="one_settings_row_a_tenant", fields=["tenant"]),
            models.CheckConstraint(
                name="closed_with_a_reason",
                condition=Q(closed_until=None) | ~Q(closed_reason=""),
                violation_error_message=_("Say why no new requests are taken."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Settings"))


class Sender(TenantModel):
    """The name and address a tenant writes as to one audience or region."""

    is_setup = True

    audience = models.CharField(
        _("audience"), max_length=60, help_text=_("For example: Europe, or Partners.")
    )
    from_name = models.CharField(_("name"), max_length=80)
    from_address = models.EmailField(_("address"))
    is_default = models.BooleanField(_("used when nothing else fits"), default=False)

    class Meta:
        verbose_name = _("sender")
        verbose_name_plural = _("senders")
        constraints = [
            models.UniqueConstraint(
                name="sender_audience_once",
                fields=["tenant", "audience"],
                violation_error_message=_("There is already a sender for this audience."),
            ),
            models.UniqueConstraint(
                name="one_default_sender",
                fields=["tenant"],
                condition=Q(is_default=True),
                violation_error_message=_("Another sender is the default already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_name} <{self.from_address}>"

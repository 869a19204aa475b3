"""A person of one tenant. The same address in two tenants is two people."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models.tenant import Sender, Tenant, check_timezone
from helpdesk.tenancy import TenantForeignKey, TenantManager, TenantModel, current_tenant_id


class MemberManager(BaseUserManager["Member"], TenantManager["Member"]):
    """The current tenant's people."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Member":
        """Stores a member; without a password the person is a guest, who cannot sign in by password."""
        member = self.model(email=email.strip().lower(), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Member":
        """Stores an operator on the platform, an admin in any other tenant. Whoever runs this vouches for the address."""
        on_platform = Tenant.objects.filter(pk=current_tenant_id(), slug=Tenant.PLATFORM).exists()
        role = Member.Role.OPERATOR if on_platform else Member.Role.ADMIN
        return self.create_user(email, password, **{"role": role, "email_proven_at": now(), **fields})

    def get_by_natural_key(self, email: str | None) -> "Member":
        return self.get(email=(email or "").strip().lower())


class Member(AbstractBaseUser, TenantModel):
    """A person of a tenant: customer, agent, lead, admin, or operator of the platform.

    A guest is a customer without password. `email_proven_at` says since when we know that the address is the person's;
    until then nothing that a stranger typed is mailed to it.
    """

    class Role(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        AGENT = "agent", _("Agent")
        LEAD = "lead", _("Team lead")
        ADMIN = "admin", _("Admin")
        OPERATOR = "operator", _("Operator")

    email = models.EmailField(_("email address"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.CUSTOMER)
    locale = models.CharField(_("language"), max_length=12, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[check_timezone])
    audience = TenantForeignKey(
        Sender,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("audience"),
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    email_proven_at = models.DateTimeField(_("address proven"), null=True, blank=True, editable=False)
    # The desk's keys as this person wants them: {"off": True, "keys": {shipped key: own key}}; see `accounts.keymap`.
    desk_keys = models.JSONField(default=dict, blank=True, editable=False)
    # How somebody of the desk gets tickets by a rule; what it says of anybody else means nothing.
    takes_tickets = models.BooleanField(_("takes new tickets"), default=True, db_default=True)
    back_on = models.DateField(_("on leave, back on"), null=True, blank=True)
    most_tickets = models.PositiveSmallIntegerField(
        _("open tickets at most"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    languages = models.JSONField(
        _("reads and writes"), default=list, blank=True, db_default=models.Value([], models.JSONField())
    )
    joined_at = models.DateTimeField(_("joined"), default=now, editable=False)

    objects: ClassVar[MemberManager] = MemberManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                name="member_email_once",
                fields=["tenant", "email"],
                violation_error_message=_("Somebody with this email address is here already."),
            ),
            models.CheckConstraint(name="member_email_lower", condition=Q(email=Lower("email"))),
        ]
        # Who has some letters in their name, asked through a door (`accounts.doors`).
        indexes = [
            GinIndex(name="member_named", fields=["tenant", "name"], opclasses=["int8_ops", "gin_trgm_ops"])
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email

    @property
    def is_guest(self) -> bool:
        """Whether the person has no password (and so signs in by a mailed code or link only)."""
        return not self.has_usable_password()

    @property
    def is_staff(self) -> bool:
        """Whether the desk (or, for operators, the platform's admin) opens for this person."""
        return self.is_active and self.role != self.Role.CUSTOMER

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """Answers from the role alone; see `accounts.rules.may_use_model`."""
        from accounts.rules import (
            may_use_model,  # rules read models; Django's contract puts this question here
        )

        return self.is_active and may_use_model(self, perm)

    def has_perms(self, perms: list[str], obj: object | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

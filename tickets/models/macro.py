"""Macros: what agents do again and again, kept under one name."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.team import Team
from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.category import Category
from tickets.models.ticket import Priority, Status, Ticket


class Macro(TenantModel):
    """A reply in several languages and the changes that go with it, done together or not at all."""

    class Scope(models.TextChoices):
        PERSONAL = "personal", _("Only me")
        TEAM = "team", _("One team")
        ALL = "all", _("Everybody")

    class Assignment(models.TextChoices):
        KEEP = "", _("Leave as it is")
        ME = "me", _("Whoever uses the macro")
        NOBODY = "nobody", _("Nobody")

    name = models.CharField(_("name"), max_length=80)
    scope = models.CharField(_("who may use it"), max_length=8, choices=Scope, default=Scope.PERSONAL)
    owner = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    team = TenantForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    note = models.TextField(_("internal note"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, null=True, blank=True)
    assignment = models.CharField(
        _("assignee"), max_length=8, choices=Assignment, default=Assignment.KEEP, blank=True
    )
    category = TenantForeignKey(
        Category,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("move to"),
        db_index=False,
    )
    tags = models.CharField(
        _("tags"), max_length=400, blank=True, help_text=_("Put on the ticket; separate them with commas.")
    )
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("macro")
        verbose_name_plural = _("macros")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="macro_scope_told",
                condition=Q(scope="personal", owner__isnull=False, team__isnull=True)
                | Q(scope="team", owner__isnull=True, team__isnull=False)
                | Q(scope="all", owner__isnull=True, team__isnull=True),
            )
        ]
        indexes = [models.Index(name="macro_by_name", fields=["tenant", "name"])]

    def __str__(self) -> str:
        return self.name

    @property
    def tag_names(self) -> list[str]:
        """The names of its tags."""
        return [name.strip() for name in self.tags.split(",") if name.strip()]

    def text_for(self, locales: Iterable[str]) -> "MacroText | None":
        """The reply in the first of `locales` there is one in, else the first; reads `texts` (prefetch them in lists)."""
        by_locale = {text.locale: text for text in self.texts.all()}
        for locale in locales:
            found = by_locale.get(locale) or by_locale.get(locale.split("-")[0])
            if found:
                return found
        return next(iter(by_locale.values()), None)


class MacroText(TenantModel):
    """The reply of a macro in one language."""

    macro = TenantForeignKey(Macro, on_delete=models.CASCADE, related_name="texts", db_index=False)
    locale = models.CharField(_("language"), max_length=12)
    body = models.TextField(_("reply"))

    class Meta:
        verbose_name = _("reply in one language")
        verbose_name_plural = _("replies in each language")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="macro_text_once",
                fields=["tenant", "macro", "locale"],
                violation_error_message=_("This macro has a reply in this language already."),
            )
        ]

    def __str__(self) -> str:
        return self.locale


class MacroUse(TenantModel):
    """A macro was used on a ticket: what its count is made of."""

    append_only = True

    macro = TenantForeignKey(Macro, on_delete=models.CASCADE, related_name="uses", db_index=False)
    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    member = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    key = models.UUIDField(null=True, editable=False)  # of the form or run, so that once pressed is once
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="macro_used_once", fields=["tenant", "key"])]
        indexes = [models.Index(name="macro_uses", fields=["tenant", "macro", "at"])]

    def __str__(self) -> str:
        return f"{self.macro_id} on {self.ticket_id}"

"""What goes wrong for many people at once, said before they ask."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from helpdesk.locales import CHOICES
from helpdesk.mail_address import ADDRESS_LIMIT
from helpdesk.tenancy import TenantForeignKey, TenantModel

INCIDENT_TITLE_LIMIT = 120
NEWS_LIMIT = 2000


class Incident(TenantModel):
    """Something that fails for many; its banner stands on the pages for customers until `ended_at`.

    `titles` holds one sentence a language, `{"en": "Uploads are slow for some people"}`.
    """

    is_setup = True

    titles = models.JSONField(_("what happens"), default=dict)
    started_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("over since"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-started_at", "-id"]

    def __str__(self) -> str:
        return self.titles.get(get_language() or "") or next(iter(self.titles.values()), f"{self.pk}")


class IncidentNews(TenantModel):
    """What was told of an incident at one time, `words` a text a language. Never changed: it was mailed."""

    append_only = True

    incident = TenantForeignKey(Incident, on_delete=models.CASCADE, related_name="news")
    words = models.JSONField(default=dict)
    is_end = models.BooleanField(default=False)
    author = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-told_at", "-id"]

    def __str__(self) -> str:
        return next(iter(self.words.values()), f"{self.pk}")


class IncidentFollower(TenantModel):
    """Somebody who wants to hear by mail how an incident goes on; mailed only once the address is confirmed."""

    incident = TenantForeignKey(Incident, on_delete=models.CASCADE, related_name="followers")
    email = models.EmailField(max_length=ADDRESS_LIMIT)
    locale = models.CharField(max_length=12, choices=CHOICES)
    confirmed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="incident_followed_once", fields=["tenant", "incident", "email"])
        ]

    def __str__(self) -> str:
        return self.email

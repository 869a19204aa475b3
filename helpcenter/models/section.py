"""Where an article stands: a tree of sections with names in each language."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.locales import CHOICES
from helpdesk.tenancy import TenantForeignKey, TenantModel


class Section(TenantModel):
    """A shelf of articles; its names stand in `translations`. One that lacks a language still shows, under another."""

    is_setup = True
    DEPTH_LIMIT = 3

    parent = TenantForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    contact_path = models.CharField(
        _("topic of requests"),
        max_length=190,
        blank=True,
        help_text=_("Where “Contact us about this” leads from the articles of this section."),
    )
    source_key = models.CharField(max_length=190, blank=True, editable=False)  # of an import

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                name="section_source_once",
                fields=["tenant", "source_key"],
                condition=~models.Q(source_key=""),
            )
        ]

    def __str__(self) -> str:
        first = next(iter(self.translations.all()), None)
        return first.name if first else f"{self.pk}"


class SectionTranslation(TenantModel):
    """The name of a section in one language."""

    is_setup = True

    section = TenantForeignKey(Section, on_delete=models.CASCADE, related_name="translations")
    locale = models.CharField(_("language"), max_length=12, choices=CHOICES)
    name = models.CharField(_("name"), max_length=120)
    summary = models.CharField(_("summary"), max_length=240, blank=True)

    class Meta:
        verbose_name = _("name of a section")
        verbose_name_plural = _("names of sections")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="section_translation_once",
                fields=["tenant", "section", "locale"],
                violation_error_message=_("This section has a name in this language already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

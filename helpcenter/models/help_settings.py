"""A tenant's choices about its help center."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.locales import CHOICES
from helpdesk.tenancy import TenantModel


class HelpSettings(TenantModel):
    """The languages of the help center, and a number that every published change raises; one row a tenant.

    Whoever publishes locks this row: publishing is one at a time in a tenant, and readers' copies are told by `version`.
    """

    is_setup = True

    languages = models.JSONField(
        _("languages"),
        default=list,
        help_text=_("The languages that articles are written in, the first ones first."),
    )
    default_locale = models.CharField(
        _("shown where a text is missing"), max_length=12, choices=CHOICES, default="en"
    )
    needs_second_person = models.BooleanField(
        _("another person publishes"),
        default=False,
        help_text=_(
            "Nobody publishes a text that they wrote themselves: somebody else has to look at it first."
        ),
    )
    version = models.PositiveBigIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("help center")
        verbose_name_plural = _("help center")
        constraints = [models.UniqueConstraint(name="one_help_center_a_tenant", fields=["tenant"])]

    def __str__(self) -> str:
        return str(_("Help center"))

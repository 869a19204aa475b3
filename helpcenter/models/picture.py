"""Pictures in articles."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.files import StoredFile
from helpdesk.tenancy import TenantForeignKey


class Picture(StoredFile):
    """A picture that editors put into texts as `![what it shows](picture:<id>)`.

    Readers get it as long as a published text that they may read shows it (`texts`); the team gets every one.
    """

    uploaded_by = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["id"]

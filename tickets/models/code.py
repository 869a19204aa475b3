"""A request that waits until somebody shows that mail to its address arrives at them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantModel


class RequestCode(TenantModel):
    """The code that was mailed to the address of one request in writing; `code_hash` is keyed, so that the row tells nothing.

    Deleted with the request that is sent, or a day after it ended.
    """

    draft_key = models.UUIDField()
    email = models.EmailField()
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    times_mailed = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("code for a request")
        verbose_name_plural = _("codes for requests")
        constraints = [models.UniqueConstraint(name="one_code_a_draft", fields=["tenant", "draft_key"])]
        indexes = [models.Index(name="request_code_ended", fields=["tenant", "expires_at"])]

    def __str__(self) -> str:
        return str(self.draft_key)

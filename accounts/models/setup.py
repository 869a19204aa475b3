"""When a tenant's setup last changed."""

from django.db import models

from helpdesk.tenancy import TenantModel


class SetupStamp(TenantModel):
    """One row a tenant, renewed by the database with every change of a row whose model says `is_setup` (see
    helpdesk.walls): a process that knows the stamp knows whether what it remembers still holds."""

    stamp = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_setup_stamp_a_tenant", fields=["tenant"])]

    def __str__(self) -> str:
        return str(self.stamp)

"""How sign-in speaks to the tenant's people."""

from allauth.account.adapter import DefaultAccountAdapter


class TenantAccountAdapter(DefaultAccountAdapter):
    """Sign-in, sign-up and their mails, per tenant."""

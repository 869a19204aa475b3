"""Facts about tenants and their people."""

from accounts.models.audit import AuditEntry
from accounts.models.invitation import Invitation
from accounts.models.member import Member
from accounts.models.session import Session
from accounts.models.setup import SetupStamp
from accounts.models.team import Team, TeamMembership
from accounts.models.tenant import Sender, Tenant, TenantHost, TenantSettings

__all__ = [
    "AuditEntry",
    "Invitation",
    "Member",
    "Sender",
    "Session",
    "SetupStamp",
    "Team",
    "TeamMembership",
    "Tenant",
    "TenantHost",
    "TenantSettings",
]

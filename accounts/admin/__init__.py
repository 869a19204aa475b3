"""The pages where people, teams and tenants are kept; importing this registers them."""

from accounts.admin import audit, desk, platform

__all__ = ["audit", "desk", "platform"]

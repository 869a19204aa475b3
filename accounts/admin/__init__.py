"""The pages where people, teams and tenants are kept; importing this registers them."""

from accounts.admin import desk, platform

__all__ = ["desk", "platform"]

"""Who: tenants, people, teams, roles, sign-in (floor 1)."""

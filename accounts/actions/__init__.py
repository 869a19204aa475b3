"""Everything that writes people, teams and tenants: one function a verb."""

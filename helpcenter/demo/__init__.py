"""Articles of the demo's two tenants, written for it."""

"""What tests are made of: a fixed cast in two tenants, and builders that say what matters."""

"""The pages of sign-in, profile and second steps; of allauth's own pages `accounts.urls` uses the rest."""

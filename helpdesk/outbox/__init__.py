"""Whatever leaves the building: written in the transaction it speaks of, sent after it (ground floor)."""

"""Figures of the desk: measured in each ticket, added up by day, read by pages that never count tickets themselves."""

"""The work: tickets, their promises, the customers' pages and the agents' desk (floor 3)."""

"""How processes start, are wired, and stop."""

"""The single table of seed 002, `api-dashboard`: sign-in records, claims, sessions, tokens, organisations, API keys.

Each domain builds its own keys in its own `table.py`; only the declaration is shared.
"""

from typing import Final

from data.aws.tables import Index, Table

GSI1: Final = Index("GSI1", "GSI1PK", "GSI1SK")
ITEMS: Final = Index(None, "PK", "SK")  # the table itself, listed by partition
API_DASHBOARD: Final = Table("api-dashboard", ("PK", "SK"), (GSI1,), expires="ttl")

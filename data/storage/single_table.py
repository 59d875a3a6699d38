"""The single table of seed 002, `api-dashboard`: sign-in records, claims, sessions, tokens, organisations, API keys.

Each domain builds its own keys in its own `table.py`. Shared are the declaration and the key of the change feed:

| item                            | key                          |
|---------------------------------|------------------------------|
| an organisation's change number | ORG#{orgId} / GENERATION     |
"""

from typing import Final

from data.aws.tables import Index, Key, Table

GSI1: Final = Index("GSI1", "GSI1PK", "GSI1SK")
ITEMS: Final = Index(None, "PK", "SK")  # the table itself, listed by partition
API_DASHBOARD: Final = Table("api-dashboard", ("PK", "SK"), (GSI1,), expires="ttl")


def generation_key(org_id: str) -> Key:
    """Return the key of the number that a process raises after it has written (`data.storage.change_feed`)."""
    return {"PK": f"ORG#{org_id}", "SK": "GENERATION"}

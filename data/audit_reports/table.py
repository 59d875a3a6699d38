"""How verifications lie in `api-dashboard`: their jobs have the rest.

| item                              | key                         |
|-----------------------------------|-----------------------------|
| the verification asked for last   | ORG#{orgId} / VERIFICATION  |
"""

from data.aws.tables import Key


def verification_key(org_id: str) -> Key:
    return {"PK": f"ORG#{org_id}", "SK": "VERIFICATION"}

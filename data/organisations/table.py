"""How organisations lie in `api-dashboard`.

| item             | key                          |
|------------------|------------------------------|
| the organisation | ORG#{orgId} / ORG, GSI1 ORGS |
| active admins    | ORG#{orgId} / ADMINS         |
| claim on a name  | ORGNAME#{folded} / CLAIM     |
"""

from typing import Final

from data.aws.tables import Key
from data.core.normal_form import normalized
from data.core.text import shown

ALL_ORGANISATIONS: Final = "ORGS"


def organisation_key(org_id: str) -> Key:
    return {"PK": f"ORG#{org_id}", "SK": "ORG"}


def admins_key(org_id: str) -> Key:
    return {"PK": f"ORG#{org_id}", "SK": "ADMINS"}


def name_key(name: str) -> Key:
    folded = normalized("NFKC", shown(name)).casefold().strip()
    return {"PK": f"ORGNAME#{folded}", "SK": "CLAIM"}

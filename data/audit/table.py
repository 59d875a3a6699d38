"""The audit log: one item per change, written with the change it records.

| question                            | answered by        |
|-------------------------------------|--------------------|
| an organisation's trail             | OrgIndex           |
| what somebody did                   | UserCreatedIndex   |
| what happened to something          | EntityCreatedIndex |
| one kind of act in an organisation  | OrgActionIndex     |

In `api-dashboard`, beside the organisation, lies what `data.audit.hash_chains` keeps:

| item                                | key                               |
|-------------------------------------|-----------------------------------|
| the end of a chain of records       | ORG#{orgId} / CHAIN#{runId}-{0..3} |
| which chain was opened last         | ORG#{orgId} / CHAINS              |
"""

from typing import Final

from data.aws.tables import Index, Key, Table

BY_ORG: Final = Index("OrgIndex", "orgId", "createdAt")
BY_ACTOR: Final = Index("UserCreatedIndex", "userId", "createdAt")
BY_ENTITY: Final = Index("EntityCreatedIndex", "entityId", "createdAt")
BY_ACTION: Final = Index("OrgActionIndex", "orgAction", "createdAt")
AUDIT_LOG: Final = Table(
    "audit-log",
    ("logId",),
    (
        Index("UserIdIndex", "userId"),
        Index("EntityIdIndex", "entityId"),
        BY_ORG,
        BY_ACTOR,
        BY_ENTITY,
        BY_ACTION,
        Index("ProjectIdIndex", "projectId", "createdAt"),
    ),
)

CHAIN: Final = "CHAIN#"


def chain_key(org_id: str, name: str) -> Key:
    return {"PK": f"ORG#{org_id}", "SK": f"{CHAIN}{name}"}


def chains_key(org_id: str) -> Key:
    return {"PK": f"ORG#{org_id}", "SK": "CHAINS"}

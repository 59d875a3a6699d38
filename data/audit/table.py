"""The audit log: one item per change, written with the change it records.

| question                            | answered by        |
|-------------------------------------|--------------------|
| an organisation's trail             | OrgIndex           |
| what somebody did                   | UserCreatedIndex   |
| what happened to something          | EntityCreatedIndex |
| one kind of act in an organisation  | OrgActionIndex     |
"""

from typing import Final

from data.aws.tables import Index, Table

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

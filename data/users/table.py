"""How people lie in DynamoDB.

| question                              | answered by     |
|---------------------------------------|-----------------|
| the one with this id                  | key             |
| an organisation's, newest first       | OrgIndex        |
| an organisation's of one role         | OrgRoleIndex    |
| what changed since (the projection)   | OrgUpdatedIndex |

EmailIndex and RoleIndex are seed 000's; they mix organisations, so no list reads them.
"""

from typing import Final

from data.aws.tables import Index, Table

BY_EMAIL: Final = Index("EmailIndex", "email")
BY_ORG: Final = Index("OrgIndex", "orgId", "createdAt")
BY_ORG_ROLE: Final = Index("OrgRoleIndex", "orgRole", "createdAt")
BY_ORG_UPDATED: Final = Index("OrgUpdatedIndex", "orgId", "updatedAt")
USERS: Final = Table(
    "users",
    ("userId",),
    (BY_EMAIL, Index("RoleIndex", "role"), BY_ORG, BY_ORG_ROLE, BY_ORG_UPDATED),
)

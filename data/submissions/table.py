"""How submissions lie in DynamoDB: seed 000's table, with the indexes our lists will read. No rules yet."""

from typing import Final

from data.aws.tables import Index, Table

SUBMISSIONS: Final = Table(
    "submissions",
    ("submissionId",),
    (
        Index("UserIdIndex", "userId"),
        Index("StatusIndex", "status"),
        Index("OrgIndex", "orgId", "createdAt"),
        Index("UserCreatedIndex", "userId", "createdAt"),
        Index("OrgStatusIndex", "orgStatus", "submittedAt"),
        Index("OrgUpdatedIndex", "orgId", "updatedAt"),
    ),
)

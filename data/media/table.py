"""How media lie in DynamoDB: seed 000's table, with the indexes our lists will read. No rules yet."""

from typing import Final

from data.aws.tables import Index, Table

MEDIA: Final = Table(
    "media",
    ("mediaId",),
    (
        Index("UserIdIndex", "userId"),
        Index("SubmissionIdIndex", "submissionId"),
        Index("OrgIndex", "orgId", "createdAt"),
        Index("UserCreatedIndex", "userId", "createdAt"),
        Index("OrgUpdatedIndex", "orgId", "updatedAt"),
        Index("ChecksumIndex", "orgChecksum"),
    ),
)

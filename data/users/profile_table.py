"""How profiles lie in DynamoDB. We make `profileId = userId`; ones made by hand are found by UserIdIndex."""

from typing import Final

from data.aws.tables import Index, Table

BY_USER: Final = Index("UserIdIndex", "userId")
BY_MANAGER: Final = Index(
    "ManagerIdIndex", "managerId"
)  # the manager's userId; check the organisation of what it finds
PROFILES: Final = Table("profiles", ("profileId",), (BY_USER, BY_MANAGER))

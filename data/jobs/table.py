"""How jobs lie in DynamoDB.

| question                            | answered by                                          |
|-------------------------------------|------------------------------------------------------|
| the one with this id                | key                                                  |
| an organisation's, newest first     | OrgIndex                                             |
| what is due (the sweeper)           | DueIndex, one of a few shards; open jobs only        |

A job that has ended loses `shard` and `dueAt`, so that it is no longer in DueIndex.
"""

from typing import Final

from data.aws.tables import Index, Table

BY_ORG: Final = Index("OrgIndex", "orgId", "createdAt")
BY_DUE: Final = Index("DueIndex", "shard", "dueAt")
JOBS: Final = Table("jobs", ("jobId",), (BY_ORG, BY_DUE))

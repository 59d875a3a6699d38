"""How jobs lie in DynamoDB, and in `api-dashboard` the workers.

| question                            | answered by                                          |
|-------------------------------------|------------------------------------------------------|
| the one with this id                | key                                                  |
| an organisation's, newest first     | OrgIndex                                             |
| what is due (the sweeper)           | DueIndex, open ones, in one of a few shards          |
| an organisation's that failed       | DueIndex, shard `failed#{orgId}`                     |
| which workers there are             | WORKERS / {workerId}; forgotten after a day by TTL   |

A job that is done loses `shard` and `dueAt`, so that it is no longer in DueIndex. The sweeper's shards mix
organisations; no list of a person reads them.
"""

from typing import Final

from data.aws.tables import Index, Key, Table

BY_ORG: Final = Index("OrgIndex", "orgId", "createdAt")
BY_DUE: Final = Index("DueIndex", "shard", "dueAt")
JOBS: Final = Table("jobs", ("jobId",), (BY_ORG, BY_DUE))

WORKERS: Final = "WORKERS"


def worker_key(worker_id: str) -> Key:
    return {"PK": WORKERS, "SK": worker_id}

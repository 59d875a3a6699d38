"""What lies in AWS, looked at and not touched: the state of each table and bucket that is declared."""

from dataclasses import dataclass
from functools import partial

from data.aws.bucket_setup import BucketSetup
from data.aws.buckets import Buckets
from data.aws.calls import call
from data.aws.clients import Clients
from data.aws.errors import reading
from data.aws.parallel import together
from data.aws.tables import Table
from data.config import Settings
from data.errors import AppError, Misconfigured
from data.stores import BUCKETS, TABLES, Bucket


@dataclass(frozen=True, slots=True)
class StoreState:
    """One table or bucket. `items` and `size` (bytes) are AWS's own estimate, up to six hours old; None for buckets.

    `problem` says what is wrong with it; empty if nothing is.
    """

    kind: str
    name: str
    real_name: str
    items: int | None = None
    size: int | None = None
    indexes: int = 0
    problem: str = ""


def look(clients: Clients, settings: Settings) -> tuple[StoreState, ...]:
    """Every declared table and bucket, side by side. A failure is that store's problem, not an exception."""
    names = Buckets(clients, settings)
    tables = [partial(_table, clients, settings, table) for table in TABLES]
    buckets = [partial(_bucket, clients, settings, names, bucket) for bucket in BUCKETS]
    return tuple(together(*tables, *buckets))


def _table(clients: Clients, settings: Settings, table: Table) -> StoreState:
    real = settings.table(table.name)
    try:
        with reading(table.name):
            described = call(clients.dynamodb, "describe_table", table.name, TableName=real)["Table"]
    except Misconfigured as error:
        return StoreState("table", table.name, real, problem=f"{error.resource}.")
    except AppError as error:
        return StoreState("table", table.name, real, problem=str(error))
    there = {index["IndexName"]: index.get("IndexStatus") for index in described.get("GlobalSecondaryIndexes", ())}
    absent = [index.name for index in table.indexes if index.name and there.get(index.name) != "ACTIVE"]
    problem = f"Index {', '.join(absent)} is missing or not ready." if absent else ""
    if described["TableStatus"] != "ACTIVE":
        problem = f"The table is {described['TableStatus'].lower()}."
    return StoreState(
        "table", table.name, real, described["ItemCount"], described["TableSizeBytes"], len(there), problem
    )


def _bucket(clients: Clients, settings: Settings, names: Buckets, bucket: Bucket) -> StoreState:
    try:
        there = BucketSetup(clients, settings, names, bucket).there()
        real = names.name(bucket)
    except AppError as error:
        return StoreState("bucket", bucket.name, bucket.name, problem=str(error))
    return StoreState("bucket", bucket.name, real, problem="" if there else "The bucket is not there.")

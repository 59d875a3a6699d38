"""What lies in AWS, looked at and not touched: the state of each table and bucket that is declared."""

from collections.abc import Callable, Iterable
from functools import partial

from data.aws import bucket_state, table_state
from data.aws.bucket_state import BucketRules
from data.aws.buckets import Buckets
from data.aws.calls import call
from data.aws.clients import Clients
from data.aws.errors import reading
from data.aws.store_state import StoreState
from data.aws.tables import Table
from data.config.resources import BUCKETS, Bucket
from data.config.settings import Settings
from data.core.concurrency import together
from data.core.errors import AppError, Misconfigured


class Inspection:
    """Looks at the stores of one installation. A failure is that store's problem, not an exception."""

    def __init__(self, clients: Clients, settings: Settings, tables: Iterable[Table]) -> None:
        self._clients, self._settings, self._names = clients, settings, Buckets(clients, settings)
        self._tables = tuple(tables)

    def stores(self) -> tuple[StoreState, ...]:
        """Every declared table and bucket, side by side: two calls for each."""
        tables = [partial(self._table, table) for table in self._tables]
        buckets = [partial(self._bucket, bucket) for bucket in BUCKETS]
        return tuple(together(*tables, *buckets))

    def rules(self, name: str) -> BucketRules:
        """What is set on the bucket of this short name, by five calls. Raises KeyError for one nobody declared."""
        return bucket_state.rules_of(self._clients, self._names, {each.name: each for each in BUCKETS}[name])

    def _table(self, table: Table) -> StoreState:
        real = self._settings.table(table.name)
        return _explained("table", table.name, real, partial(self._describe, table, real))

    def _describe(self, table: Table, real: str) -> StoreState:
        with reading(table.name):
            there = call(self._clients.dynamodb, "describe_table", table.name, TableName=real)["Table"]
            told = call(self._clients.dynamodb, "describe_time_to_live", table.name, TableName=real)
        state = table_state.state_of(table, real, there, told.get("TimeToLiveDescription", {}))
        return table_state.without_counts(state) if self._clients.endpoint_url else state

    def _bucket(self, bucket: Bucket) -> StoreState:
        look = partial(bucket_state.state_of, self._clients, self._settings, self._names, bucket)
        return _explained("bucket", bucket.name, bucket.name, look)


def _explained(kind: str, name: str, real: str, look: Callable[[], StoreState]) -> StoreState:
    try:
        return look()
    except Misconfigured as error:
        absent = error.resource == f"{name} is not there"
        problem = f"The {kind} is not there." if absent else f"{error.resource}."
        return StoreState(kind, name, real, problem=problem, remedy=error.remedy)
    except AppError as error:
        return StoreState(kind, name, real, problem=str(error))

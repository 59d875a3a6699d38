"""Stores on a bad day: indexes that lag behind their table, and other processes that write at the same moment."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy, deepcopy
from unittest.mock import patch

from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends

from data.aws.dynamodb import Dynamo
from data.aws.tables import Write


@contextmanager
def lagging_indexes(region: str = "us-east-1") -> Iterator[None]:
    """Within the block every query of an index answers as things were at its beginning; the tables go on."""
    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][region]
    then, query = copy(backend), DynamoDBBackend.query  # another view of it, since reads go on beside the query
    then.tables = deepcopy(backend.tables)

    def old(self, table_name, *args, index_name=None, **options):
        return query(then if index_name else self, table_name, *args, index_name=index_name, **options)

    with patch.object(DynamoDBBackend, "query", old):
        yield


@contextmanager
def conflicts(rival: Callable[[Sequence[Write]], object], *, seconds: float = 1) -> Iterator[list[float]]:
    """Within the block, `rival` writes just before each commit, until retries have paused for so many seconds in all.

    Yields the pauses in seconds. They cost no time: the clock of the retries advances by them.
    """
    pauses, commit = list[float](), Dynamo.commit

    def beaten(self: Dynamo, writes: Sequence[Write]) -> None:
        if sum(pauses) < seconds:
            rival(writes)
        commit(self, writes)

    with (
        patch.object(Dynamo, "commit", beaten),
        patch("tenacity.nap.time.sleep", pauses.append),
        patch("tenacity.time.monotonic", lambda: sum(pauses)),
    ):
        yield pauses

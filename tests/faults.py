"""Stores that behave as AWS does on a bad day: indexes that lag behind their table."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy, deepcopy
from unittest.mock import patch

from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends


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

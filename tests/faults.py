"""Stores that behave as AWS does on a bad day: indexes that lag behind their table."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from unittest.mock import patch

from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends


@contextmanager
def lagging_indexes(region: str = "us-east-1") -> Iterator[None]:
    """Within the block every query of an index answers as things were at its beginning; the tables go on."""
    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][region]
    then, query = deepcopy(backend.tables), DynamoDBBackend.query

    def old(self, table_name, *args, index_name=None, **options):
        if not index_name:
            return query(self, table_name, *args, index_name=index_name, **options)
        now, self.tables = self.tables, then
        try:
            return query(self, table_name, *args, index_name=index_name, **options)
        finally:
            self.tables = now

    with patch.object(DynamoDBBackend, "query", old):
        yield

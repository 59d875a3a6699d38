from collections.abc import Iterator

import pytest

from tests.embedded.shapes import ORIGIN, make_table
from tests.engines import Engine, client, running_engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> Iterator[Engine]:
    """One engine for the tests of a module, with a table, a bucket and an object in it."""
    with running_engine(tmp_path_factory.mktemp("engine"), [ORIGIN]) as running:
        make_table(client(running, "dynamodb"))
        client(running, "s3").create_bucket(Bucket="bucket")
        client(running, "s3").put_object(Bucket="bucket", Key="kept", Body=b"kept", ContentType="text/plain")
        yield running

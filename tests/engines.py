"""Real engines for tests: a child process each, in a folder of the test."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from data.aws.embedded import Engine, start
from data.aws.embedded.parent import Child


@contextmanager
def running_engine(folder: Path, origins: Sequence[str] = ()) -> Iterator[Engine]:
    """The engine of `folder`, which ends with the block; its data stays in the folder."""
    with running_child(folder, origins) as child:
        yield child.engine


@contextmanager
def running_child(folder: Path, origins: Sequence[str] = (), **options: Any) -> Iterator[Child]:
    """The same for tests that kill it: the engine and its process."""
    child = start(folder, origins, **options)
    try:
        yield child
    finally:
        child.stop()


def client(engine: Engine, service: str, *, key: str | None = None, secret: str | None = None, **config: Any) -> Any:
    """A boto3 client that tries once and fails soon; `key` and `secret` replace the engine's own."""
    config = {"connect_timeout": 2, "read_timeout": 20, "retries": {"max_attempts": 0}, "proxies": {}} | config
    if service == "s3":
        config |= {"signature_version": "s3v4", "s3": {"addressing_style": "path"}}
    return boto3.client(
        service,
        endpoint_url=engine.url,
        region_name=engine.region,
        aws_access_key_id=key or engine.access_key_id,
        aws_secret_access_key=secret or engine.secret_access_key,
        config=Config(**config),
    )

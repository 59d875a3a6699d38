"""Items, tables and waiting, as the tests of the engine use them."""

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

PATIENCE = 60  # seconds; how soon the engine is there or gone is measured in benchmarks/engine.py
ORIGIN = "http://127.0.0.1:8501"


def text(value: object) -> dict[str, str]:
    return {"S": str(value)}


def number(value: object) -> dict[str, str]:
    return {"N": str(value)}


def key(pk: object, sk: object) -> dict[str, dict[str, str]]:
    return {"PK": text(pk), "SK": text(sk)}


def make_table(dynamodb: Any, name: str = "things") -> None:
    """A table with one index, as most of ours are."""
    attributes = ("PK", "SK", "group", "rank")
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute in attributes],
        KeySchema=schema("PK", "SK"),
        GlobalSecondaryIndexes=[
            {"IndexName": "ByGroup", "KeySchema": schema("group", "rank"), "Projection": {"ProjectionType": "ALL"}}
        ],
    )


def schema(partition: str, sort: str | None = None) -> list[dict[str, str]]:
    kinds = [(partition, "HASH"), (sort, "RANGE")]
    return [{"AttributeName": name, "KeyType": kind} for name, kind in kinds if name]


def everything(dynamodb: Any, name: str = "things") -> dict[tuple[str, str], dict[str, Any]]:
    """All items of a table by their key."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=name)
    return {(item["PK"]["S"], item["SK"]["S"]): item for page in pages for item in page["Items"]}


def refusal(call: Callable[[], Any]) -> str | None:
    """The code of the error that `call` ends in, or None."""
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except BotoCoreError as error:
        return type(error).__name__
    return None


def until(condition: Callable[[], Any]) -> Any:
    """What `condition` gives once it is true; fails after `PATIENCE` seconds."""
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {PATIENCE} s"
        time.sleep(0.02)
    return found


def fill_the_disk(pid: int, folder: Path, room: int | None) -> None:
    """From now on no file of the process grows beyond what it is, or beyond 1,000 bytes."""
    log = (folder / "state.sqlite-wal").stat().st_size
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1_000 if room is None else log + room, resource.RLIM_INFINITY))


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended but was not waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False

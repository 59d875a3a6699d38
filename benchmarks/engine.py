"""The embedded engine with 200,000 items: its start, its pages, its memory."""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from signal import SIGKILL, SIGSTOP
from statistics import median
from typing import Any, Final

from benchmarks.result import Result
from data.emulator import Engine, Supervisor
from data.emulator.journal import Journal
from tests.emulator.memory import Peak
from tests.emulator.owners import owning_process
from tests.emulator.shapes import alive, key, make_table, text, until
from tests.engines import client, running_child, running_engine

ITEMS, LARGE, SMALL, EACH = 200_000, 100_000, 1_000, 100
ROUNDS, STARTS = 40, 3
PART, PARTS = 8 << 20, 63  # 504 MB
SINGLE: Final = 200 << 20


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        return list(_measured(Path(folder)))


def _measured(folder: Path) -> Iterator[Result]:
    _fill(folder)
    starts = [_start(folder) for _ in range(STARTS)]
    yield Result.value("engine: start with 200,000 items until it answers", median(starts), "s", 5)
    with running_child(folder) as child:
        yield Result.value("engine: memory with 200,000 items", Peak(child.engine.pid).held, "MB")
        for name, index in (("table", None), ("index", "ByGroup")):
            large, small = _pages(child.engine, index)
            about = f"engine: first page of 50 by {name}, 100,000 in the partition over 1,000"
            yield Result.ratio(about, large, small, 2)
            yield Result.value(f"engine: that page by {name}, 100,000 in the partition", median(large), "ms")
    yield from _after_a_kill(folder)
    with tempfile.TemporaryDirectory() as empty, running_engine(Path(empty)) as engine:
        client(engine, "s3").create_bucket(Bucket="bucket")
        yield Result.value("engine: memory grows by, 500 MB uploaded in parts", _growth(engine, _in_parts), "MB", 64)
        yield Result.value("engine: memory grows by, 200 MB uploaded at once", _growth(engine, _at_once), "MB", 64)


def _fill(folder: Path) -> None:
    """One large partition, one small, and many smaller; written as the engine writes, without asking it."""
    with running_engine(folder) as engine:
        make_table(client(engine, "dynamodb"))
        arn = client(engine, "dynamodb").describe_table(TableName="things")["Table"]["TableArn"]
    partitions = ["large"] * LARGE + ["small"] * SMALL
    partitions += [f"p{n // EACH}" for n in range(ITEMS - len(partitions))]
    journal = Journal(folder / "state.sqlite")
    for n, partition in enumerate(partitions):
        item = key(partition, f"{n:06}") | {"group": text(partition), "rank": text(f"{n * 7_919 % 1_000_003:07}")}
        item |= {f"field{field}": text(f"{field}-{n:06}-" + "x" * 40) for field in range(8)}
        journal.put(f"items:{arn}", json.dumps([partition, f"{n:06}"]), json.dumps(item))
    journal.commit()
    journal.close()


def _start(folder: Path) -> float:
    began = time.perf_counter()
    with running_engine(folder):
        return time.perf_counter() - began


def _after_a_kill(folder: Path) -> Iterator[Result]:
    """How long an engine is away that was killed, one that hangs, and how long one outlives its dashboard."""
    supervisor = Supervisor(folder, ())
    for how, signalled, most in (("killed", SIGKILL, 5), ("made to hang", SIGSTOP, 30)):
        before = supervisor.start()
        took = _seconds_after(before.pid, signalled, lambda before=before: supervisor.engine.pid != before.pid)
        yield Result.value(f"engine: {how}, until another one is there", took, "s", most)
    supervisor.stop()
    owner, pid = owning_process(folder)
    took = _seconds_after(owner.pid, SIGKILL, lambda: not alive(pid))
    owner.communicate()
    yield Result.value("engine: until it is gone after its dashboard was killed", took, "s", 2)


def _seconds_after(pid: int, signalled: int, over: Callable[[], bool]) -> float:
    os.kill(pid, signalled)
    began = time.perf_counter()
    until(over)
    return time.perf_counter() - began


def _pages(engine: Engine, index: str | None) -> tuple[list[float], list[float]]:
    """Milliseconds of a page of the large partition and of the small one, in turn."""
    asked: dict[str, Any] = {"TableName": "things", "Limit": 50} | ({"IndexName": index} if index else {})
    asked["ExpressionAttributeNames"] = {"#p": "group" if index else "PK"}
    dynamodb, took = client(engine, "dynamodb"), {"large": [], "small": []}
    for _ in range(ROUNDS + 1):
        for partition, times in took.items():
            values = {":p": text(partition)}
            began = time.perf_counter()
            dynamodb.query(KeyConditionExpression="#p = :p", ExpressionAttributeValues=values, **asked)
            times.append((time.perf_counter() - began) * 1000)
    return took["large"][1:], took["small"][1:]  # the first makes the connection


def _growth(engine: Engine, upload: Callable[[Any], None]) -> float:
    upload(client(engine, "s3", read_timeout=120))  # what is loaded and kept once is no growth
    with Peak(engine.pid) as peak:
        upload(client(engine, "s3", read_timeout=120))
    return peak.growth


def _in_parts(s3: Any) -> None:
    place = {"Bucket": "bucket", "Key": "film"}
    place["UploadId"] = s3.create_multipart_upload(**place)["UploadId"]
    body, parts = os.urandom(PART), []
    for number in range(1, PARTS + 1):
        etag = s3.upload_part(**place, PartNumber=number, Body=body)["ETag"]
        parts.append({"PartNumber": number, "ETag": etag})
    s3.complete_multipart_upload(**place, MultipartUpload={"Parts": parts})


def _at_once(s3: Any) -> None:
    s3.put_object(Bucket="bucket", Key="large", Body=bytes(SINGLE))

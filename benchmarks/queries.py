"""What a query costs us, beside boto3's resource API, both asking one embedded engine. Rounds take turns."""

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from zlib import crc32

import boto3
import orjson
import pandas as pd
import urllib3
from boto3.dynamodb.conditions import Key
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from benchmarks.result import Result
from data.aws.clients import Clients, Endpoint
from data.aws.columnar_query import Column
from data.aws.dynamodb import Dynamo
from data.aws.provisioning import setup
from data.config.settings import load
from data.core.concurrency import together
from data.core.models import read_all
from data.emulator import Engine
from data.registry import TABLES
from data.storage.single_table import API_DASHBOARD
from data.users.models import User
from data.users.table import BY_ORG, USERS
from tests.conftest import EMBEDDED
from tests.engines import running_engine

ROUNDS, ITEMS, SIDE_BY_SIDE = 21, 1000, 12
WANTED = ("userId", "email", "username", "firstName", "lastName", "department", "role", "status")
SESSION = {"PK": "SESSION#1", "SK": "SESSION"}
STARTS = {
    "boto3": "import boto3",
    "ours": """
import os
from data.aws.clients import Clients, Endpoint
from data.aws.dynamodb import Dynamo
from data.config.settings import load
from data.core.models import read_all
from data.users.models import User
from data.users.table import BY_ORG, USERS
settings = load(os.environ)
clients = Clients(settings, Endpoint(*os.environ["ENGINE"].split()))
clients.s3
assert len(read_all(User, Dynamo(clients, settings.table).query(USERS, BY_ORG, "acme").items)) == 50
""",
}


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder, running_engine(Path(folder)) as engine:
        sides = Sides(engine)
        gc.collect()
        gc.freeze()  # as the dashboard does before the first visitor comes
        models = _measured({"floor": sides.floor, "boto3": sides.boto3_models, "ours": sides.our_models})
        frames = _measured({"floor": sides.floor, "boto3": sides.boto3_frame, "ours": sides.our_frame})
        many = _measured({"boto3": sides.boto3_at_once, "ours": sides.ours_at_once})
        with replaying(sides.floor_bytes(), Path(folder)) as url:
            far = Sides(replace(engine, url=url), fill=False)
            distant = _measured({"boto3": far.boto3_at_once, "ours": far.ours_at_once})
        two = _measured({"boto3": sides.boto3_two, "ours": sides.our_two}, times=10)
        started = _starts(engine)
    return [
        *_faster(f"query of {ITEMS:,} items to models", models, cpu=4.0),
        *_faster(f"query of {ITEMS:,} items to a frame", frames, cpu=6.0),
        *_faster(f"{SIDE_BY_SIDE} queries of {ITEMS:,} items side by side, each answered in 20 ms", distant, wall=3.0),
        *_faster(f"{SIDE_BY_SIDE} queries of {ITEMS:,} items side by side, the one engine answering", many),
        *_faster("a session and a user read in one request", two),
        Result.value("the same, wall", median(wall for wall, _ in two["ours"]), "ms"),
        Result.ratio("import, two clients and a query over `import boto3`", started["ours"], started["boto3"], 2.5),
    ]


Times = Mapping[str, list[tuple[float, float]]]  # (wall, processor) milliseconds of each round


def _measured(sides: Mapping[str, Callable[[], object]], times: int = 1) -> Times:
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for number in range(ROUNDS + 3):
        for name, act in sides.items():
            wall, cpu = time.perf_counter(), time.process_time()
            for _ in range(times):
                act()
            took = ((time.perf_counter() - wall) * 1000 / times, (time.process_time() - cpu) * 1000 / times)
            if number >= 3:
                found[name].append(took)
    return found


def _faster(name: str, times: Times, *, wall: float | None = None, cpu: float | None = None) -> list[Result]:
    """How many times boto3's side takes what ours does, and ours the floor's."""
    walls, cpus = ({side: [one[part] for one in rounds] for side, rounds in times.items()} for part in (0, 1))
    return [
        Result.ratio(f"{name}, boto3 over ours, processor time", cpus["boto3"], cpus["ours"], cpu, least=True),
        Result.ratio(f"{name}, boto3 over ours, wall", walls["boto3"], walls["ours"], wall, least=True),
        *(
            [Result.ratio(f"{name}, ours over the floor, processor time", cpus["ours"], cpus["floor"], None)]
            if "floor" in cpus
            else []
        ),
    ]


def _starts(engine: Engine) -> dict[str, list[float]]:
    keys = f"{engine.url} {engine.access_key_id} {engine.secret_access_key}"
    found: dict[str, list[float]] = {name: [] for name in STARTS}
    for _ in range(ROUNDS):
        for name, script in STARTS.items():
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", script], check=True, env=os.environ | EMBEDDED | {"ENGINE": keys})
            found[name].append((time.perf_counter() - began) * 1000)
    return found


@contextmanager
def replaying(body: bytes, folder: Path) -> Iterator[str]:
    """The URL of a server beside us that gives `body` to every request, after 20 ms."""
    answer = folder / "answer"
    answer.write_bytes(body)
    command = [sys.executable, "-m", "benchmarks.replaying", str(answer)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"  # type: ignore[union-attr]
        finally:
            server.stdin.close()  # type: ignore[union-attr]


class Sides:
    """The same reads, in ways that are compared. `floor`: what any client has to do to get the rows at all."""

    def __init__(self, engine: Engine, *, fill: bool = True) -> None:
        settings = load(EMBEDDED)
        clients = Clients(settings, Endpoint(engine.url, engine.access_key_id, engine.secret_access_key))
        self.dynamo = Dynamo(clients, settings.table)
        if fill:
            setup(clients, settings, TABLES)
            self.dynamo.put_all(USERS, map(_person, range(ITEMS)))
            self.dynamo.put_all(API_DASHBOARD, [SESSION | _person(0)])
        self._users, self._sessions = settings.table(USERS.name), settings.table(API_DASHBOARD.name)
        keys = {"aws_access_key_id": engine.access_key_id, "aws_secret_access_key": engine.secret_access_key}
        config = Config(proxies={}, max_pool_connections=50)
        self._theirs = boto3.resource(
            "dynamodb", endpoint_url=engine.url, region_name=engine.region, config=config, **keys
        )
        self._table = self._theirs.Table(self._users)
        self._signed = SigV4Auth(Credentials(*keys.values()), "dynamodb", engine.region)
        self._http, self._url = urllib3.PoolManager(), engine.url

    def floor(self) -> list[Any]:
        items: list[Any] = orjson.loads(self.floor_bytes())["Items"]
        return items

    def floor_bytes(self) -> bytes:
        body = orjson.dumps(
            {
                "TableName": self._users,
                "IndexName": BY_ORG.name,
                "KeyConditionExpression": "orgId = :o",
                "ExpressionAttributeValues": {":o": {"S": "acme"}},
            }
        )
        headers = {"X-Amz-Target": "DynamoDB_20120810.Query", "Content-Type": "application/x-amz-json-1.0"}
        request = AWSRequest("POST", self._url + "/", headers, body)
        self._signed.add_auth(request)
        answer = self._http.request("POST", self._url + "/", body=body, headers=dict(request.headers.items()))
        assert crc32(answer.data) == int(answer.headers["x-amz-crc32"])  # noqa: S101
        return answer.data

    def boto3_items(self, table: Any = None) -> list[Any]:
        found = (table or self._table).query(IndexName=BY_ORG.name, KeyConditionExpression=Key("orgId").eq("acme"))
        items: list[Any] = found["Items"]
        return items

    def boto3_models(self) -> list[User]:
        return [User.model_validate(item) for item in self.boto3_items()]

    def our_models(self) -> list[object]:
        return read_all(User, self.dynamo.query(USERS, BY_ORG, "acme", limit=ITEMS).items)

    def boto3_frame(self) -> pd.DataFrame:
        return pd.DataFrame(self.boto3_items())[list(WANTED)]

    def our_frame(self) -> pd.DataFrame:
        columns = [Column(name) for name in WANTED]
        (page,) = self.dynamo.column_pages(USERS, BY_ORG, "acme", columns, page=ITEMS + 1)
        return pd.DataFrame(page.columns)

    def boto3_at_once(self) -> None:
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            list(pool.map(self.boto3_items, [self._table] * SIDE_BY_SIDE))

    def ours_at_once(self) -> None:
        together(*[partial(self.dynamo.query, USERS, BY_ORG, "acme", limit=ITEMS)] * SIDE_BY_SIDE)

    def boto3_two(self) -> Any:
        asked = {self._sessions: {"Keys": [SESSION]}, self._users: {"Keys": [{"userId": "person-0"}]}}
        return self._theirs.batch_get_item(RequestItems=asked)["Responses"]

    def our_two(self) -> Any:
        return self.dynamo.get_together((API_DASHBOARD, SESSION), (USERS, {"userId": "person-0"}))


def _person(number: int) -> dict[str, Any]:
    at = f"2026-11-21T09:00:00.{number:03}Z"
    times = {"createdAt": at, "updatedAt": at, "lastSeenAt": at}
    names = {"firstName": "Lucía", "lastName": "Müller", "department": "Engineering", "managerId": "person-1"}
    rights = {"role": "user", "orgRole": "acme#user", "status": "active", "version": 3, "securityVersion": 1}
    person = {
        "userId": f"person-{number}",
        "orgId": "acme",
        "username": f"person{number}",
        "email": f"{number}@acme.example",
    }
    return times | names | rights | person

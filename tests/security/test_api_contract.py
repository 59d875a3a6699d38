"""The API against its own description: whatever is sent, nothing breaks and every answer is as it was promised."""

import os
from collections import Counter
from functools import cache
from zlib import crc32

import pytest
import schemathesis
from hypothesis import HealthCheck, seed, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from data.aws.clients import Clients, Endpoint
from data.config.settings import load
from data.runtime.wiring import Wiring
from data.web.api import api
from tests.conftest import PRODUCTION, SECRET
from tests.security.cast import ACME, GLOBEX

REQUESTS = int(os.environ.get("API_REQUESTS", "400"))
SEED = int(os.environ.get("API_SEED", "0"))  # 0: always the same requests
CHECKS = (
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
PEOPLE = [name for name, _, _ in ACME if name != "root"] + [f"{name}.globex" for name, _, _ in GLOBEX]
IDS = ("userId", "user_id", "profileId", "managerId")


def description():
    """The description, from an installation that nobody calls; without its tokens, as all is asked with a session."""
    settings = load(PRODUCTION)
    clients = Clients(settings, Endpoint(access_key_id="test", secret_access_key="test"))
    told = api(Wiring(settings, clients, secret=SECRET.encode())()).openapi()
    for operation in (operation for path in told["paths"].values() for operation in path.values()):
        operation.pop("security", None)
    return told


described = schemathesis.openapi.from_dict(description())
described.config.phases.coverage.enabled = SEED < 2  # what each limit allows and refuses is the same for every seed
VARIED = [
    operation
    for path in described.raw_schema["paths"].values()
    for operation in path.values()
    if operation.get("parameters") or operation.get("requestBody")
]


@pytest.fixture(scope="module")
def counted(record_testsuite_property):
    """How many requests were made, and how they were answered."""
    counts = Counter()
    yield counts
    for name, count in counts.items():
        record_testsuite_property(f"{name}", count)


@cache
def somebody(seed):
    """One of the cast, so that not all is asked about nobody."""
    return PEOPLE[seed % len(PEOPLE)]


def about_somebody(values):
    """Every other id is one that there is: chosen by the generated value, so the same each time."""
    for name in IDS:
        if isinstance(values, dict) and isinstance(values.get(name), str):
            seed = crc32(values[name].encode(errors="replace"))
            values[name] = somebody(seed) if seed % 2 else values[name]


@described.parametrize()
@seed(SEED)
@settings(
    max_examples=-(-REQUESTS // len(VARIED)),
    deadline=None,
    derandomize=not SEED,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent_gets_a_promised_answer(case, stage, counted):
    for part in (case.path_parameters, case.query, case.body):
        about_somebody(part)
    ours = {
        name: value for name, value in stage.client("admin").headers.items() if name in ("cookie", "sec-fetch-site")
    }
    answer = case.call(app=stage.door, base_url="https://ops.example.com/api", headers=ours)
    counted.update(["requests", f"{answer.status_code // 100}xx"])
    if case.method != "GET" and answer.status_code < 400:
        stage.put_back()
    case.validate_response(answer, checks=CHECKS)
    if answer.status_code >= 400:
        error = answer.json()["error"]
        assert {"code", "message", "correlationId"} <= error.keys()
        assert error["correlationId"] == answer.headers["x-correlation-id"][0]

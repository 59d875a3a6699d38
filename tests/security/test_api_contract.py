"""The API against its own description: whatever is sent, nothing breaks and every answer is as it was promised."""

import os
from functools import cache
from zlib import crc32

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from data.api.app import api
from data.aws.clients import Clients, Endpoint
from data.bootstrap import wire
from data.config import load
from tests.conftest import PRODUCTION, SECRET
from tests.security.cast import ACME, GLOBEX

REQUESTS = 50_000 if os.environ.get("PROOFS") == "long" else 400
OPERATIONS = 17  # each is also asked what its limits are, about 40 times
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
    told = api(wire(settings, clients, secret=SECRET.encode())).openapi()
    for operation in (operation for path in told["paths"].values() for operation in path.values()):
        operation.pop("security", None)
    return told


described = schemathesis.openapi.from_dict(description())


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
@settings(
    max_examples=REQUESTS // OPERATIONS,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent_gets_a_promised_answer(case, stage):
    for part in (case.path_parameters, case.query, case.body):
        about_somebody(part)
    ours = {
        name: value for name, value in stage.client("admin").headers.items() if name in ("cookie", "sec-fetch-site")
    }
    answer = case.call(app=stage.door, base_url="https://ops.example.com/api", headers=ours)
    if case.method != "GET" and answer.status_code < 400:
        stage.put_back()
    case.validate_response(answer, checks=CHECKS)
    if answer.status_code >= 400:
        error = answer.json()["error"]
        assert {"code", "message", "correlationId"} <= error.keys()
        assert error["correlationId"] == answer.headers["x-correlation-id"][0]

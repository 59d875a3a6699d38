"""A line for each call to AWS: for whom, what, what came of it, at what cost. Never what was sent or answered."""

import logging
from contextlib import suppress

import pytest

from data.aws.conditions import absent
from data.aws.s3 import Objects
from data.aws.tables import create
from data.config.resources import DOCUMENTS
from data.core.errors import AlreadyThere, AppError
from data.users.table import USERS
from tests import test_logs
from tests.aws.faults import Refusal, failing
from tests.doors import PASSWORD, Browser
from tests.screens import screen
from tests.security.canaries import found

CANARIES = {
    "key": "canary-of-a-key-in-a-table",
    "value": "canary-of-a-value-in-an-item",
    "body": "canary-in-a-body-of-s3",
}
lines = test_logs.lines
NEW = {"userId": CANARIES["key"], "phone": CANARIES["value"]}


@pytest.fixture
def told(caplog):
    """What the log says of calls, from now on."""
    caplog.set_level(logging.INFO, "data.aws.calls")
    return lambda: [vars(record) for record in caplog.records if record.name == "data.aws.calls"]


def test_each_call_has_a_line_with_its_cost(world, told):
    world.dynamo.get(USERS, {"userId": "ann"}, consistent=True)
    (line,) = told()
    what = {"service": "dynamodb", "operation": "get_item", "resource": "users", "status": 200, "retries": 0}
    assert what.items() <= line.items()
    assert {"ms", "units", "bytes"} <= line.keys()
    assert "error" not in line


def test_a_refused_call_is_told_with_its_code(world, told):
    with failing(world.clients.dynamodb, then=Refusal("AccessDeniedException")), pytest.raises(AppError):
        world.dynamo.get(USERS, {"userId": "ann"})
    assert {"status": 400, "error": "AccessDeniedException"}.items() <= told()[0].items()


def test_no_line_holds_what_was_sent_or_answered(world, told):
    objects, bob = Objects(world.clients, world.settings), {"userId": "bob", "phone": CANARIES["value"]}
    for _ in range(2):  # the second one is refused, and answers with what is stored
        with suppress(AlreadyThere):
            world.dynamo.commit([create(USERS, NEW, when=absent(USERS), otherwise=AlreadyThere("There already."))])
    world.dynamo.put_all(USERS, [bob])
    assert world.dynamo.get(USERS, {"userId": CANARIES["key"]}) == NEW
    assert len(world.items(USERS)) == 2
    objects.put(DOCUMENTS, "a", CANARIES["body"].encode(), content_type="text/plain")
    assert objects.get(DOCUMENTS, "a") == CANARIES["body"].encode()
    assert len(told()) >= 7
    assert found(CANARIES, str(told()).encode()) == []


def test_calls_of_the_api_are_logged_for_whom_they_are(world, lines):
    ann, browser = world.person("admin", password=PASSWORD), Browser(world)
    browser.sign_in(ann.username)
    assert browser.http.get("/api/users").status_code == 200
    listing = [line for line in lines() if line.get("operation") == "query"][-1]
    assert (listing["organisation"], listing["person"]) == ("acme", "ann")
    assert listing["correlation_id"]
    assert found({"password": PASSWORD}, str(lines()).encode()) == []


def test_calls_of_a_page_are_logged_for_whom_they_are(world, lines):
    screen(world, world.person("admin"), "audit")
    listing = [line for line in lines() if line.get("operation") == "query"][-1]
    assert (listing["organisation"], listing["person"]) == ("acme", "ann")
    assert listing["correlation_id"]

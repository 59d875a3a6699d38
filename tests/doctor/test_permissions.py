"""Each permission that the host's policy gives is probed: denied, it is named with the statement that gives it back."""

import json

import pytest

from data.config.iam_policies import policy
from data.config.settings import load
from data.doctor import State, diagnose
from data.registry import TABLES
from data.users.table import USERS
from tests.aws.operations import model

SERVE = policy(load({}), "serve", "", [table.name for table in TABLES])["Statement"]
SEEN_BY = {  # permission: the calls that need it, where it has another name than they
    "dynamodb:ConditionCheckItem": ["TransactWriteItems"],
    "s3:ListBucket": ["HeadBucket", "ListObjectsV2"],
    "s3:GetBucketCORS": ["GetBucketCors"],
    "s3:GetBucketPublicAccessBlock": ["GetPublicAccessBlock"],
    "s3:GetEncryptionConfiguration": ["GetBucketEncryption"],
    "s3:GetLifecycleConfiguration": ["GetBucketLifecycleConfiguration"],
}
ALLOWED = sorted({action for statement in SERVE for action in statement["Action"]})


@pytest.fixture
def deny(world):
    """AWS denies the calls that a permission is for."""
    undone = []

    def denied(http_response, parsed, **_):
        parsed.clear()
        parsed["Error"] = {"Code": "AccessDenied", "Message": "arn:aws:iam::1:role/canary may not"}
        http_response.status_code = 403

    def denying(action):
        service, _, name = action.partition(":")
        for operation in SEEN_BY.get(action, [name]):
            assert operation in model(service).operation_names
            events, event = getattr(world.clients, service).meta.events, f"after-call.{service}.{operation}"
            events.register_first(event, denied, unique_id=event)
            undone.append((events, event))

    yield denying
    for events, event in undone:
        events.unregister(event, unique_id=event)


def statements(finding):
    return json.loads(f"[{finding.remedy}]")


@pytest.mark.parametrize("action", ALLOWED)
def test_each_permission_that_is_denied_is_named_with_its_statement(world, deny, action):
    deny(action)
    findings = [finding for finding in diagnose(world.clients, world.settings, TABLES) if finding.state is State.DENIED]
    given = [statement for finding in findings for statement in statements(finding)]
    assert action in {allowed for statement in given for allowed in statement["Action"]}
    wanted = {name for statement in SERVE if action in statement["Action"] for name in statement["Resource"]}
    named = {name for statement in given if action in statement["Action"] for name in statement["Resource"]}
    assert {plain(name) for name in named} <= {plain(name) for name in wanted}
    assert len({plain(name).partition("/index")[0] for name in named}) >= 3
    assert "canary" not in str(findings)


def plain(arn):
    """Without region, account and the name of the index."""
    parts = arn.split(":")
    return ":".join([parts[2], *parts[5:]]).partition("/index/")[0]


def test_a_statement_gives_no_more_than_what_is_denied(world, deny):
    for action in ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"):
        deny(action)
    denied = [finding for finding in diagnose(world.clients, world.settings, TABLES) if not finding.ok]
    assert {finding.area for finding in denied} == {"permission"}
    users = next(finding for finding in denied if finding.name == "pre-work-users-dev")
    table = "arn:aws:dynamodb:us-east-1:123456789012:table/pre-work-users-dev"
    items, queries = statements(users)
    assert items == {"Effect": "Allow", "Action": ["dynamodb:PutItem", "dynamodb:UpdateItem"], "Resource": [table]}
    assert queries["Action"] == ["dynamodb:Query"]
    assert set(queries["Resource"]) == {table, *(f"{table}/index/{index.name}" for index in USERS.indexes)}
    assert users.problem == "AWS does not allow PutItem, Query and UpdateItem."

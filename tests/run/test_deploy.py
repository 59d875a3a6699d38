"""What deploy/ says about us must be true of us."""

import ast
import json
import re

import pytest
from cryptography.fernet import Fernet

from data.config import load
from data.stores import BUCKETS, TABLES
from tests.dashboards import ROOT

SERVE, SETUP = (json.loads((ROOT / "deploy" / "iam" / f"{name}.json").read_text()) for name in ("serve", "setup"))
OTHER_NAMES = {  # calls whose permission is called otherwise than they are
    "create_bucket": "s3:CreateBucket",
    "get_bucket_cors": "s3:GetBucketCORS",
    "get_bucket_encryption": "s3:GetEncryptionConfiguration",
    "get_bucket_lifecycle_configuration": "s3:GetLifecycleConfiguration",
    "get_public_access_block": "s3:GetBucketPublicAccessBlock",
    "head_bucket": "s3:ListBucket",
    "head_object": "s3:GetObject",
    "list_objects_v2": "s3:ListBucket",
    "put_bucket_cors": "s3:PutBucketCORS",
    "put_bucket_encryption": "s3:PutEncryptionConfiguration",
    "put_bucket_lifecycle_configuration": "s3:PutLifecycleConfiguration",
    "put_public_access_block": "s3:PutBucketPublicAccessBlock",
    "transact_write_items": "dynamodb:ConditionCheckItem",
}
FREE = {"get_caller_identity", "read_timeout", "connect_timeout", "get_secret_value"}  # no permission, or no call
VERBS = r"(get|put|update|delete|describe|create|head|list|scan|query|batch|transact)(_[a-z_0-9]+)?"


def called():
    """Every operation of AWS that data/aws names."""
    for path in (ROOT / "data" / "aws").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(VERBS, node.value):
                yield node.value


def actions(policy):
    return {action for statement in policy["Statement"] for action in statement["Action"]}


@pytest.mark.parametrize("operation", sorted(set(called()) - FREE))
def test_every_call_we_make_is_permitted_to_somebody(operation):
    camel = "".join(map(str.capitalize, operation.split("_")))
    permission = OTHER_NAMES.get(operation) or f"{'s3' if operation.endswith('_object') else 'dynamodb'}:{camel}"
    assert permission in actions(SERVE) | actions(SETUP)


@pytest.mark.parametrize("policy", [SERVE, SETUP], ids=["serve", "setup"])
def test_policies_name_each_store_and_nothing_else(policy):
    settings = load({})
    names = {settings.table(table.name) for table in TABLES} | {settings.bucket(one.name, "") for one in BUCKETS}
    named = [resource for statement in policy["Statement"] for resource in statement["Resource"]]
    assert {re.split(r"[:/]", resource.removesuffix("/index/*").removesuffix("/*"))[-1] for resource in named} == names
    assert not [action for action in actions(policy) if "*" in action]


def test_who_serves_can_make_and_remove_no_store():
    assert not {action for action in actions(SERVE) if re.search("(Create|Delete|Update)(Table|Bucket)", action)}


def test_the_example_of_settings_holds_all_that_production_needs():
    lines = (ROOT / "deploy" / "environment.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    empty = [name for name, value in given.items() if not value]
    assert empty == ["DASHBOARD_SECRET_KEY", "DASHBOARD_MASTER_KEYS"]
    settings = load(given | dict.fromkeys(empty, Fernet.generate_key().decode()))
    assert settings.production


def test_the_proxy_forwards_what_the_gate_looks_at():
    proxy = (ROOT / "deploy" / "nginx.conf").read_text()
    for directive in (
        "proxy_set_header Host $host;",
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        'proxy_set_header X-Dashboard-User "";',
        'proxy_set_header X-Dashboard-Session "";',
        "client_max_body_size 8m;",
    ):
        assert directive in proxy

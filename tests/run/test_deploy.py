"""What deploy/ says about us must be true of us."""

import re

import pytest
from cryptography.fernet import Fernet

from data.config.iam_policies import policy
from data.config.resources import BUCKETS, QUEUES, TOPICS
from data.config.settings import load
from data.registry import TABLES
from tests.aws.operations import operations
from tests.dashboards import ROOT

SERVE, SETUP = (policy(load({}), purpose, "", [table.name for table in TABLES]) for purpose in ("serve", "setup"))
OTHER_NAMES = {  # calls whose permission is called otherwise than they are
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
MULTIPART = dict.fromkeys(("create_multipart_upload", "upload_part", "complete_multipart_upload"), "s3:PutObject")
FREE = {"get_caller_identity", "get_id", "get_credentials_for_identity"}  # they need no permission


@pytest.mark.parametrize("operation", sorted(operations()))
def test_every_call_we_make_is_permitted_to_somebody(operation):
    service, name = operation
    if name not in FREE:
        permission = (OTHER_NAMES | MULTIPART).get(name) or f"{service}:{operations()[operation]}"
        assert permission in actions(SERVE) | actions(SETUP)


def actions(policy):
    return {action for statement in policy["Statement"] for action in statement["Action"]}


OTHERWISE = {"DASHBOARD_PREFIX": "acme", "DASHBOARD_STAGE": "prod", "DASHBOARD_TABLE_USERS": "people"}


@pytest.mark.parametrize("purpose", ["serve", "setup"])
@pytest.mark.parametrize("environ", [{}, OTHERWISE], ids=["usual", "otherwise"])
def test_policies_name_each_store_and_nothing_else(purpose, environ):
    settings, account_id = load(environ), "123456789012"
    given = policy(settings, purpose, account_id, [table.name for table in TABLES])
    names = {settings.table(table.name) for table in TABLES} | {
        settings.bucket(one.name, account_id) for one in BUCKETS
    }
    names |= {settings.message_name(name) for queue in QUEUES for name in (queue.name, queue.dead)}
    names |= {settings.message_name(topic.name) for topic in TOPICS}
    named = [resource for statement in given["Statement"] for resource in statement["Resource"]]
    assert {re.split(r"[:/]", resource.removesuffix("/index/*").removesuffix("/*"))[-1] for resource in named} == names
    assert not [action for action in actions(given) if "*" in action]


def test_who_serves_can_make_and_remove_no_store():
    assert not {
        action for action in actions(SERVE) if re.search("(Create|Delete|Update|Set)(Table|Bucket|Queue|Topic)", action)
    }


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

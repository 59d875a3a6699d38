"""Everything that doctor reports is broken here, found, named with its remedy, and mended by it."""

import json
import shlex

import pytest

from data.aws.provisioning import setup
from data.config.resources import BUCKETS, PUBLISH_QUEUE, QUEUES, TOPICS
from data.config.settings import load
from data.doctor import State, diagnose
from data.registry import TABLES
from tests.aws.faults import Refusal, failing
from tests.conftest import EMBEDDED

USERS, FILES = "pre-work-users-dev", "pre-work-media-dev"
SETUP = "python -m data setup"


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    """Retries without pauses."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    monkeypatch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda *_: True)


def wrong(world, clients=None):
    """Whatever is not well."""
    return [finding for finding in diagnose(clients or world.clients, world.settings, TABLES) if not finding.ok]


def one(world, area):
    (finding,) = wrong(world)
    assert finding.area == area
    assert finding.problem.endswith(".")
    return finding


def queue(world, name=FILES):
    return world.clients.sqs.get_queue_url(QueueName=name)["QueueUrl"]


def topic(world):
    return next(each["TopicArn"] for each in world.clients.sns.list_topics()["Topics"] if "role-changes" in str(each))


def everything(world):
    """What lies in all stores."""
    items = [world.items(table) for table in TABLES]
    s3, sqs = world.clients.s3, world.clients.sqs
    objects = [s3.list_objects_v2(Bucket=world.settings.bucket(each.name, "")).get("Contents", []) for each in BUCKETS]
    counts = [
        sqs.get_queue_attributes(
            QueueUrl=queue(world, world.settings.message_name(name)), AttributeNames=["ApproximateNumberOfMessages"]
        )["Attributes"]
        for each in QUEUES
        for name in (each.name, each.dead)
    ]
    return items, objects, counts


def test_a_whole_installation_has_nothing_to_mend(world):
    findings = diagnose(world.clients, world.settings, TABLES)
    assert [finding for finding in findings if not finding.ok] == []
    names = {finding.name for finding in findings if finding.area in ("table", "bucket", "queue", "topic")}
    assert names == {
        *(world.settings.table(each.name) for each in TABLES),
        *(world.settings.bucket(each.name, "") for each in BUCKETS),
        *(world.settings.message_name(name) for each in QUEUES for name in (each.name, each.dead)),
        *(world.settings.message_name(each.name) for each in TOPICS),
    }
    indexes = {finding.name for finding in findings if finding.area == "index"}
    assert len(indexes) == sum(len(table.indexes) for table in TABLES)
    permissions = [finding for finding in findings if finding.area == "permission"]
    assert len(permissions) == len(TABLES) + len(BUCKETS) + len(QUEUES) + len(TOPICS)


def test_a_look_leaves_everything_as_it_was(world):
    world.person("admin")
    before = everything(world)
    diagnose(world.clients, world.settings, TABLES)
    assert everything(world) == before


STORES = {
    "table": (USERS, lambda world: world.clients.dynamodb.delete_table(TableName=USERS)),
    "index": (
        f"OrgIndex of {USERS}",
        lambda world: world.clients.dynamodb.update_table(
            TableName=USERS, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "OrgIndex"}}]
        ),
    ),
    "expiry": (
        "api-dashboard",
        lambda world: world.clients.dynamodb.update_time_to_live(
            TableName="api-dashboard", TimeToLiveSpecification={"Enabled": False, "AttributeName": "ttl"}
        ),
    ),
    "bucket": (
        "pre-work-documents-dev",
        lambda world: world.clients.s3.delete_bucket(Bucket="pre-work-documents-dev"),
    ),
    "queue": (FILES, lambda world: world.clients.sqs.delete_queue(QueueUrl=queue(world))),
    "topic": ("pre-work-role-changes-dev", lambda world: world.clients.sns.delete_topic(TopicArn=topic(world))),
}
RULES = {
    "public access block": lambda s3, name: s3.delete_public_access_block(Bucket=name),
    "encryption": lambda s3, name: s3.delete_bucket_encryption(Bucket=name),
    "cors": lambda s3, name: s3.delete_bucket_cors(Bucket=name),
    "lifecycle": lambda s3, name: s3.delete_bucket_lifecycle(Bucket=name),
}


@pytest.mark.parametrize("area", STORES)
def test_what_is_gone_is_named_and_setup_mends_it(world, area):
    name, remove = STORES[area]
    remove(world)
    finding = one(world, area)
    assert (finding.name, finding.state, finding.remedy) == (name, State.MISSING, SETUP)
    setup(world.clients, world.settings, TABLES)
    assert wrong(world) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_a_bucket_lost_is_named(world, rule):
    RULES[rule](world.clients.s3, "pre-work-documents-dev")
    finding = one(world, "bucket rules")
    assert (finding.name, finding.state, finding.remedy) == ("pre-work-documents-dev", State.BROKEN, SETUP)
    assert rule in finding.problem
    setup(world.clients, world.settings, TABLES)
    assert wrong(world) == []


def test_dead_letters_that_go_nowhere_are_named(world):
    world.clients.sqs.set_queue_attributes(QueueUrl=queue(world), Attributes={"RedrivePolicy": ""})
    finding = one(world, "redrive")
    assert (finding.name, finding.state, finding.remedy) == (FILES, State.MISSING, SETUP)


def test_dead_letters_that_go_elsewhere_are_brought_back_by_the_remedy(world):
    dead = world.clients.sqs.get_queue_attributes(
        QueueUrl=queue(world, world.settings.message_name(PUBLISH_QUEUE.dead)), AttributeNames=["QueueArn"]
    )["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 9})
    world.clients.sqs.set_queue_attributes(QueueUrl=queue(world), Attributes={"RedrivePolicy": policy})
    finding = one(world, "redrive")
    assert finding.state is State.BROKEN
    words = shlex.split(finding.remedy)
    assert words[:3] == ["aws", "sqs", "set-queue-attributes"]
    given = dict(zip(words[3::2], words[4::2], strict=True))
    world.clients.sqs.set_queue_attributes(QueueUrl=given["--queue-url"], Attributes=json.loads(given["--attributes"]))
    assert wrong(world) == []


def test_a_table_with_other_keys_is_not_ours(world):
    dynamodb = world.clients.dynamodb
    dynamodb.delete_table(TableName=USERS)
    dynamodb.create_table(
        TableName=USERS,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    table = next(finding for finding in wrong(world) if finding.area == "table")
    assert (table.name, table.state) == (USERS, State.BROKEN)
    assert "DASHBOARD_TABLE_USERS" in table.remedy


def test_items_that_expire_by_another_attribute_are_named(world):
    for enabled, attribute in ((False, "ttl"), (True, "other")):
        world.clients.dynamodb.update_time_to_live(
            TableName="api-dashboard", TimeToLiveSpecification={"Enabled": enabled, "AttributeName": attribute}
        )
    assert one(world, "expiry").state is State.BROKEN


def test_a_bucket_in_another_region_is_named(world):
    world.clients.s3.delete_bucket(Bucket="pre-work-documents-dev")
    place = {"LocationConstraint": "eu-west-1"}
    world.clients.s3.create_bucket(Bucket="pre-work-documents-dev", CreateBucketConfiguration=place)
    finding = one(world, "bucket")
    assert (finding.name, finding.state) == ("pre-work-documents-dev", State.BROKEN)
    assert "AWS_REGION" in finding.remedy


def test_without_credentials_only_that_is_said(world):
    with failing(world.clients.sts, then=Refusal("InvalidClientTokenId", 403)):
        (finding,) = diagnose(world.clients, world.settings, TABLES)
    assert (finding.area, finding.state) == ("credentials", State.BROKEN)
    assert "credentials" in finding.remedy


@pytest.mark.parametrize("fault", [Refusal("InternalError", 500), Refusal("ThrottlingException")])
def test_what_aws_does_not_answer_is_unknown_and_not_well(world, fault):
    faults = [failing(getattr(world.clients, service), then=fault) for service in ("dynamodb", "s3", "sqs", "sns")]
    with faults[0], faults[1], faults[2], faults[3]:
        findings = diagnose(world.clients, world.settings, TABLES)
    assert {finding.state for finding in findings[:-1]} == {State.UNKNOWN}
    assert (findings[-1].area, findings[-1].ok) == ("credentials", True)


def test_a_laptop_is_asked_for_no_permissions(world):
    findings = diagnose(world.clients, load(EMBEDDED), TABLES)
    assert not [finding for finding in findings if finding.area == "permission"]

"""Isolation of the tests on moto: what one test writes, the next does not see, for each store."""

import boto3

from data.core import invalid_items
from data.core.permissions import Role
from data.users.profile_table import PROFILES
from tests.conftest import PRODUCTION, new_world


def changes(world):
    """Return one change of each store, by name."""
    clients, name = world.clients, world.settings.table(PROFILES.name)
    bucket = clients.s3.list_buckets()["Buckets"][0]["Name"]
    queue = clients.sqs.list_queues()["QueueUrls"][0]
    expiry = {"Enabled": False, "AttributeName": "ttl"}
    return {
        "user": lambda: world.person(Role.ADMIN, name="left"),
        "item": lambda: clients.dynamodb.put_item(TableName=name, Item={"profileId": {"S": "left"}}),
        "object": lambda: clients.s3.put_object(Bucket=bucket, Key="left", Body=b"left"),
        "S3 bucket": lambda: clients.s3.create_bucket(Bucket="left"),
        "message": lambda: clients.sqs.send_message(QueueUrl=queue, MessageBody="left"),
        "queue": lambda: clients.sqs.delete_queue(QueueUrl=queue),
        "topic": lambda: clients.sns.create_topic(Name="left"),
        "table": lambda: clients.dynamodb.delete_table(TableName=name),
        "expiry": lambda: clients.dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=expiry),
        "other service": lambda: parameters().put_parameter(Name="left", Value="left", Type="String"),
        "unreadable items": lambda: invalid_items._found.update({("user", "left"): None}),  # noqa: SLF001
    }


def parameters():
    """Return a client of a service that `setup` does not use."""
    return boto3.client("ssm", region_name=PRODUCTION["AWS_REGION"])


def seen(world):
    """Return everything that a test can see of the stores and of the process."""
    clients, dynamodb, sqs = world.clients, world.clients.dynamodb, world.clients.sqs
    tables = dynamodb.list_tables()["TableNames"]
    buckets = [each["Name"] for each in clients.s3.list_buckets()["Buckets"]]
    queues = sqs.list_queues().get("QueueUrls", [])
    return {
        "items": {name: dynamodb.scan(TableName=name)["Items"] for name in tables},
        "expiry": {name: dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"] for name in tables},
        "objects": {name: clients.s3.list_objects_v2(Bucket=name)["KeyCount"] for name in buckets},
        "queues": {url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"] for url in queues},
        "topics": clients.sns.list_topics()["Topics"],
        "other services": parameters().describe_parameters()["Parameters"],
        "unreadable items": set(invalid_items._found),  # noqa: SLF001
    }


def test_a_test_sees_nothing_that_an_earlier_test_changed(moto_account, clients):
    world = new_world(moto_account, clients, PRODUCTION)
    first = seen(world)
    for name, change in changes(world).items():
        change()
        assert seen(world) != first, name
        world = new_world(moto_account, clients, PRODUCTION)
        assert seen(world) == first, name


def test_each_change_is_seen_until_the_next_test(world):
    world.person(Role.ADMIN, name="left")
    assert world.services.users.find("left")
    assert [item["userId"] for item in world.dynamo.scan(PROFILES)] == ["left"]


def test_an_empty_account_has_no_tables_even_after_a_world(moto_account, clients):
    new_world(moto_account, clients, PRODUCTION)
    assert clients.dynamodb.list_tables()["TableNames"]
    moto_account.empty()
    assert clients.dynamodb.list_tables()["TableNames"] == []
    assert new_world(moto_account, clients, PRODUCTION).items(PROFILES) == []

"""What outlives a kill besides plain items, and what a disk that cannot be written does."""

import asyncio
import contextlib
import hashlib
import importlib
import json
import secrets
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from data.emulator.journal import Journal
from tests.emulator.shapes import (
    PATIENCE,
    everything,
    fill_the_disk,
    key,
    make_table,
    number,
    refusal,
    schema,
    text,
    until,
)
from tests.engines import client, running_child, running_engine

pytestmark = pytest.mark.engine
PART = 5 << 20
CANNOT_SAVE = 74


@pytest.fixture
def reborn(tmp_path):
    """Do one thing in an engine, kill it, and do another in the next one of the same folder."""

    def run(before, after, **options):
        with running_child(tmp_path, **options) as child:
            carried = before(child.engine)
            child.process.kill()
        with running_engine(tmp_path) as engine:
            return after(engine, carried)

    return run


def counting(token=None):
    update = {
        "TableName": "things",
        "Key": key("a", "b"),
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": number(1)},
    }
    return {"TransactItems": [{"Update": update}]} | ({"ClientRequestToken": token} if token else {})


def test_a_retried_transaction_applies_once_over_a_kill(reborn):
    def before(engine):
        make_table(client(engine, "dynamodb"))
        client(engine, "dynamodb").transact_write_items(**counting("token-of-the-first-try"))

    def after(engine, _):
        client(engine, "dynamodb").transact_write_items(**counting("token-of-the-first-try"))
        client(engine, "dynamodb").transact_write_items(**counting("another-token"))
        return everything(client(engine, "dynamodb"))["a", "b"]["n"]

    assert reborn(before, after) == number(2)


def expiring(dynamodb):
    make_table(dynamodb)
    setting = {"Enabled": True, "AttributeName": "ttl"}
    dynamodb.update_time_to_live(TableName="things", TimeToLiveSpecification=setting)


def test_expired_items_go_and_stay_away(tmp_path):
    now = int(time.time())
    times = {"past": number(now - 10), "future": number(now + 999), "ancient": number(now - 6 * 366 * 86_400)}
    times["worded"] = text(now - 10)
    with running_child(tmp_path, reap_seconds=0.1) as child:
        dynamodb = client(child.engine, "dynamodb")
        expiring(dynamodb)
        for name, moment in times.items():
            dynamodb.put_item(TableName="things", Item=key("t", name) | {"ttl": moment})
        until(lambda: ("t", "past") not in everything(dynamodb))
        child.process.kill()
    with running_engine(tmp_path) as engine:
        assert {sk for _, sk in everything(client(engine, "dynamodb"))} == times.keys() - {"past"}


@pytest.mark.soak
def test_items_that_expired_meanwhile_are_left_out_at_start(reborn, tmp_path):
    def before(engine):
        expiring(client(engine, "dynamodb"))
        item = key("t", "brief") | {"ttl": number(int(time.time()) - 1)}
        client(engine, "dynamodb").put_item(TableName="things", Item=item)
        assert everything(client(engine, "dynamodb"))

    assert reborn(before, lambda engine, _: everything(client(engine, "dynamodb"))) == {}
    with sqlite3.connect(tmp_path / "state.sqlite") as rows:
        assert rows.execute("SELECT * FROM entries WHERE space LIKE 'items:%'").fetchall() == []


@pytest.mark.soak
def test_a_number_is_one_key_however_it_is_written(reborn):
    def place(written):
        return {"PK": text("n"), "SK": {"N": written}}

    def before(engine):
        dynamodb = client(engine, "dynamodb")
        dynamodb.create_table(
            TableName="numbers",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in (("PK", "S"), ("SK", "N"))],
            KeySchema=schema("PK", "SK"),
        )
        for written in ("5", "5.0", "05", "0.5E1", "100", "1E2", "0", "-0.0"):
            update = counting()["TransactItems"][0]["Update"] | {"TableName": "numbers", "Key": place(written)}
            dynamodb.update_item(**update)

    def after(engine, _):
        dynamodb = client(engine, "dynamodb")
        dynamodb.delete_item(TableName="numbers", Key=place("100.0"))
        return {item["SK"]["N"]: item["n"]["N"] for item in dynamodb.scan(TableName="numbers")["Items"]}

    assert reborn(before, after) == {"5": "4", "0": "2"}


@pytest.mark.soak
def test_odd_values_come_back_as_they_were(reborn):
    odd = key("é😀", "\0") | {
        "bytes": {"B": b"\0\xff"},
        "exact": number("0.12345678901234567890123456789012345678"),
        "empty": {"M": {"s": text(""), "n": {"NULL": True}, "l": {"L": []}}},
        "sets": {"SS": ["a", "b"]},
    }

    def before(engine):
        make_table(client(engine, "dynamodb"))
        client(engine, "dynamodb").put_item(TableName="things", Item=odd)

    def after(engine, _):
        return client(engine, "dynamodb").get_item(TableName="things", Key=key("é😀", "\0"))["Item"]

    assert reborn(before, after) == odd


@pytest.mark.soak
def test_a_deleted_table_leaves_no_items_to_its_successor(reborn):
    def before(engine):
        dynamodb = client(engine, "dynamodb")
        make_table(dynamodb)
        dynamodb.put_item(TableName="things", Item=key("a", "b"))
        dynamodb.delete_table(TableName="things")
        make_table(dynamodb)

    assert reborn(before, lambda engine, _: everything(client(engine, "dynamodb"))) == {}


@pytest.mark.soak
def test_an_index_added_later_survives_with_its_items(reborn):
    def before(engine):
        dynamodb = client(engine, "dynamodb")
        make_table(dynamodb)
        dynamodb.put_item(TableName="things", Item=key("a", "b") | {"colour": text("red")})
        index = {"IndexName": "ByColour", "KeySchema": schema("colour"), "Projection": {"ProjectionType": "ALL"}}
        dynamodb.update_table(
            TableName="things",
            AttributeDefinitions=[{"AttributeName": "colour", "AttributeType": "S"}],
            GlobalSecondaryIndexUpdates=[{"Create": index}],
        )

    def after(engine, _):
        return client(engine, "dynamodb").query(
            TableName="things",
            IndexName="ByColour",
            KeyConditionExpression="colour = :red",
            ExpressionAttributeValues={":red": text("red")},
        )["Count"]

    assert reborn(before, after) == 1


def test_an_unfinished_upload_goes_on_after_a_kill(reborn, tmp_path):
    first, second = secrets.token_bytes(PART), b"tail"

    def before(engine):
        s3 = client(engine, "s3")
        s3.create_bucket(Bucket="bucket")
        upload = s3.create_multipart_upload(Bucket="bucket", Key="film", ContentType="video/mp4")["UploadId"]
        place = {"Bucket": "bucket", "Key": "film", "UploadId": upload}
        return place, s3.upload_part(**place, PartNumber=1, Body=first)["ETag"]

    def after(engine, carried):
        s3, (place, etag) = client(engine, "s3"), carried
        parts = [{"PartNumber": 1, "ETag": etag}]
        parts.append({"PartNumber": 2, "ETag": s3.upload_part(**place, PartNumber=2, Body=second)["ETag"]})
        s3.complete_multipart_upload(**place, MultipartUpload={"Parts": parts})
        found = s3.get_object(Bucket="bucket", Key="film")
        return found["Body"].read(), found["ContentType"], found["ETag"]

    body, kind, etag = reborn(before, after)
    assert (body == first + second, kind) == (True, "video/mp4")
    digests = b"".join(hashlib.md5(part).digest() for part in (first, second))  # noqa: S324 - S3's ETag
    assert etag == f'"{hashlib.md5(digests).hexdigest()}-2"'  # noqa: S324 - S3's ETag
    assert list((tmp_path / "uploads").iterdir()) == []


@pytest.mark.soak
def test_an_ended_upload_leaves_the_others_alone(tmp_path):
    with running_engine(tmp_path) as engine:
        s3 = client(engine, "s3")
        s3.create_bucket(Bucket="bucket")
        begun = [s3.create_multipart_upload(Bucket="bucket", Key=name)["UploadId"] for name in ("a", "b")]
        places = [
            {"Bucket": "bucket", "Key": name, "UploadId": upload} for name, upload in zip("ab", begun, strict=True)
        ]
        parts = [
            {"PartNumber": 1, "ETag": s3.upload_part(**place, PartNumber=1, Body=b"x")["ETag"]} for place in places
        ]
        s3.abort_multipart_upload(**places[0])
        assert refusal(lambda: s3.abort_multipart_upload(**places[0] | {"UploadId": "../uploads"})) == "NoSuchUpload"
        s3.complete_multipart_upload(**places[1], MultipartUpload={"Parts": parts[1:]})
        assert s3.get_object(Bucket="bucket", Key="b")["Body"].read() == b"x"


@pytest.mark.soak
def test_versions_and_delete_markers_survive_a_kill(reborn):
    def before(engine):
        s3 = client(engine, "s3")
        s3.create_bucket(Bucket="bucket")
        s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
        made = [s3.put_object(Bucket="bucket", Key="k", Body=body)["VersionId"] for body in (b"1", b"2", b"3")]
        s3.delete_object(Bucket="bucket", Key="k")
        return made

    def after(engine, made):
        s3 = client(engine, "s3")
        assert refusal(lambda: s3.get_object(Bucket="bucket", Key="k")) == "NoSuchKey"
        return [s3.get_object(Bucket="bucket", Key="k", VersionId=version)["Body"].read() for version in made]

    assert reborn(before, after) == [b"1", b"2", b"3"]


@pytest.mark.soak
def test_a_buckets_settings_and_topics_survive_a_kill(reborn):
    closed = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    rules = [{"AllowedOrigins": ["http://127.0.0.1:8501"], "AllowedMethods": ["PUT"], "MaxAgeSeconds": 3000}]

    def before(engine):
        s3 = client(engine, "s3")
        s3.create_bucket(Bucket="bucket")
        s3.put_public_access_block(Bucket="bucket", PublicAccessBlockConfiguration=closed)
        s3.put_bucket_cors(Bucket="bucket", CORSConfiguration={"CORSRules": rules})
        return client(engine, "sns").create_topic(Name="news")["TopicArn"]

    def after(engine, topic):
        s3 = client(engine, "s3")
        assert s3.get_public_access_block(Bucket="bucket")["PublicAccessBlockConfiguration"] == closed
        assert s3.get_bucket_cors(Bucket="bucket")["CORSRules"] == rules
        assert client(engine, "sns").list_topics()["Topics"] == [{"TopicArn": topic}]

    reborn(before, after)


@pytest.mark.soak
def test_tags_of_objects_survive_a_kill(reborn):
    tags = [{"Key": "state", "Value": "quarantined"}]

    def before(engine):
        s3 = client(engine, "s3")
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="tagged", Body=b"x")
        s3.put_object_tagging(Bucket="bucket", Key="tagged", Tagging={"TagSet": tags})
        s3.put_object(Bucket="bucket", Key="born", Body=b"z", Tagging="state=quarantined")

    def after(engine, _):
        s3 = client(engine, "s3")
        return [s3.get_object_tagging(Bucket="bucket", Key=name)["TagSet"] for name in ("tagged", "born")]

    assert reborn(before, after) == [tags, tags]


def test_queues_keep_order_handles_and_deletions(reborn):
    def before(engine):
        sqs = client(engine, "sqs")
        ordered = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
        fifo = sqs.create_queue(QueueName="f.fifo", Attributes=ordered)["QueueUrl"]
        plain = sqs.create_queue(QueueName="plain")["QueueUrl"]
        for n in range(4):
            sqs.send_message(QueueUrl=fifo, MessageBody=f"m{n}", MessageGroupId="g")
            sqs.send_message(QueueUrl=plain, MessageBody=f"m{n}")
        taken = sqs.receive_message(QueueUrl=plain, MaxNumberOfMessages=2)["Messages"]
        sqs.delete_message(QueueUrl=plain, ReceiptHandle=taken[0]["ReceiptHandle"])
        return fifo, plain, taken[1]["ReceiptHandle"]

    def after(engine, carried):
        sqs, (fifo, plain, handle) = client(engine, "sqs"), carried
        sqs.delete_message(QueueUrl=plain, ReceiptHandle=handle)
        sqs.send_message(QueueUrl=fifo, MessageBody="m2", MessageGroupId="g")
        bodies = [
            [message["Body"] for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]]
            for url in (fifo, plain)
        ]
        return bodies[0], set(bodies[1])

    assert reborn(before, after) == (["m0", "m1", "m2", "m3"], {"m2", "m3"})


@pytest.mark.soak
def test_what_a_topic_or_bucket_sends_is_saved_with_it(reborn):
    def allowed(service, source, queue):
        condition = {"ArnEquals": {"aws:SourceArn": source}}
        principal = {"Service": f"{service}.amazonaws.com"}
        rule = {"Effect": "Allow", "Principal": principal, "Action": "sqs:SendMessage", "Resource": queue}
        return {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [rule | {"Condition": condition}]})}

    def before(engine):
        sqs, sns, s3 = (client(engine, service) for service in ("sqs", "sns", "s3"))
        topic = sns.create_topic(Name="news")["TopicArn"]
        s3.create_bucket(Bucket="bucket")
        for name, service, source in (("told", "sns", topic), ("stored", "s3", "arn:aws:s3:::bucket")):
            url = sqs.create_queue(QueueName=name)["QueueUrl"]
            arn = f"arn:aws:sqs:us-east-1:000000000000:{name}"
            sqs.set_queue_attributes(QueueUrl=url, Attributes=allowed(service, source, arn))
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:000000000000:told")
        target = {"QueueArn": "arn:aws:sqs:us-east-1:000000000000:stored", "Events": ["s3:ObjectCreated:*"]}
        notification = {"QueueConfigurations": [target]}
        s3.put_bucket_notification_configuration(Bucket="bucket", NotificationConfiguration=notification)
        sns.publish(TopicArn=topic, Message="the message")
        s3.put_object(Bucket="bucket", Key="the-object", Body=b"x")

    def after(engine, _):
        sqs = client(engine, "sqs")
        urls = [sqs.get_queue_url(QueueName=name)["QueueUrl"] for name in ("told", "stored")]
        received = [sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"] for url in urls]
        return [" ".join(message["Body"] for message in messages) for messages in received]

    told, stored = reborn(before, after)
    assert "the message" in told
    assert "the-object" in stored


BIG = "z" * 3_000
WRITES = {
    "put": lambda dynamodb, **_: dynamodb.put_item(TableName="things", Item=key("f", "base") | {"v": text(BIG)}),
    "transaction": lambda dynamodb, **_: dynamodb.transact_write_items(
        TransactItems=[{"Put": {"TableName": "things", "Item": key("f", n) | {"v": text(BIG)}}} for n in range(3)]
    ),
    "batch": lambda dynamodb, **_: dynamodb.batch_write_item(
        RequestItems={"things": [{"PutRequest": {"Item": key("f", n) | {"v": text(BIG)}}} for n in range(3)]}
    ),
    "message": lambda sqs, queue, **_: sqs.send_message(QueueUrl=queue, MessageBody=BIG),
    "object": lambda s3, **_: s3.put_object(Bucket="bucket", Key="kept", Body=b"n" * 5_000),
    "part": lambda s3, upload, **_: s3.upload_part(
        Bucket="bucket", Key="film", UploadId=upload, PartNumber=1, Body=b"n" * 5_000
    ),
}

SHORT = {"transaction", "object"}
WRITES_BY_COST = [name if name in SHORT else pytest.param(name, marks=pytest.mark.soak) for name in WRITES]


@pytest.mark.parametrize("what", WRITES_BY_COST)
def test_a_failed_save_is_an_error_and_changes_nothing(tmp_path, what):
    with running_child(tmp_path) as child:
        dynamodb, s3, sqs = (client(child.engine, service) for service in ("dynamodb", "s3", "sqs"))
        make_table(dynamodb)
        dynamodb.put_item(TableName="things", Item=key("f", "base"))
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="kept", Body=b"kept")
        upload = s3.create_multipart_upload(Bucket="bucket", Key="film")["UploadId"]
        queue = sqs.create_queue(QueueName="q")["QueueUrl"]
        fill_the_disk(child.engine.pid, tmp_path, 2_000 if what not in ("object", "part") else None)
        failed = refusal(lambda: WRITES[what](dynamodb=dynamodb, s3=s3, sqs=sqs, queue=queue, upload=upload))
        assert failed in ("InternalServerError", "500", "InternalError")
        assert refusal(lambda: dynamodb.get_item(TableName="things", Key=key("f", "base")))
        assert child.process.wait(PATIENCE) == CANNOT_SAVE
    with running_engine(tmp_path) as engine:
        assert everything(client(engine, "dynamodb")) == {("f", "base"): key("f", "base")}
        assert client(engine, "s3").get_object(Bucket="bucket", Key="kept")["Body"].read() == b"kept"
        assert "Messages" not in client(engine, "sqs").receive_message(QueueUrl=queue)


def test_a_handler_that_breaks_half_way_ends_the_engine(ministack, tmp_path, monkeypatch):  # noqa: ARG001 - imported safely
    saving = importlib.import_module("data.emulator.saving")
    journal, ended, sent = Journal(tmp_path / "state.sqlite"), [], []
    monkeypatch.setattr(saving, "EXIT_SECONDS", 0)
    monkeypatch.setattr(saving, "exit_at_once", ended.append)

    async def breaking(*_):
        journal.fail(ValueError("half a change"))
        raise ValueError("half a change")

    async def asked_twice():
        inner = saving.Saving(breaking, journal, None, None)
        for _ in range(2):
            with contextlib.suppress(ValueError):
                await inner("dynamodb", {"method": "POST", "headers": []}, None, send)
        await asyncio.sleep(0.01)

    async def send(message):
        sent.append(message)

    with ThreadPoolExecutor(1) as apart:  # a browser that other tests left open keeps a loop in this thread
        apart.submit(asyncio.run, asked_twice()).result()
    assert ended == [CANNOT_SAVE]
    assert sent[0]["status"] == 500

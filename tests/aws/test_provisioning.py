from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from data.aws.clients import Clients, Endpoint
from data.aws.metering import metered
from data.aws.provisioning import missing, setup
from data.aws.s3 import Objects
from data.config.resources import BUCKETS, DOCUMENTS, MEDIA_UPLOADS
from data.config.settings import load
from data.core.errors import Misconfigured, Unavailable
from data.registry import TABLES
from data.storage.single_table import API_DASHBOARD
from data.users.table import USERS
from tests.aws.faults import Refusal, failing
from tests.conftest import PRODUCTION

SETTINGS = load(PRODUCTION)


def described(clients, table, settings=SETTINGS):
    return clients.dynamodb.describe_table(TableName=settings.table(table.name))["Table"]


def keys(schema):
    return tuple(key["AttributeName"] for key in sorted(schema, key=lambda key: key["KeyType"]))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_tables_are_made_as_they_are_declared(world, table):
    there = described(world.clients, table)
    assert there["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert keys(there["KeySchema"]) == table.key
    assert {
        index["IndexName"]: (*keys(index["KeySchema"]), index["Projection"]["ProjectionType"])
        for index in there.get("GlobalSecondaryIndexes", ())
    } == {index.name: (*filter(None, (index.partition, index.sort)), "ALL") for index in table.indexes}


def test_sessions_and_counters_expire_by_themselves(world):
    name = SETTINGS.table(API_DASHBOARD.name)
    expiry = world.clients.dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}


@pytest.mark.parametrize("bucket", BUCKETS, ids=lambda bucket: bucket.name)
def test_buckets_are_closed_encrypted_tidied_and_open_to_our_pages(world, bucket):
    s3, name = world.clients.s3, SETTINGS.bucket(bucket.name, "")
    assert all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values())
    assert s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    (rule,) = s3.get_bucket_cors(Bucket=name)["CORSRules"]
    assert rule["AllowedOrigins"] == ["https://ops.example.com"]
    assert set(rule["AllowedMethods"]) == {"GET", "PUT", "POST", "DELETE"}
    assert (rule["ExposeHeaders"], rule["MaxAgeSeconds"]) == (["ETag"], 3000)
    rules = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    days = {rule["Filter"]["Prefix"]: rule["Expiration"]["Days"] for rule in rules if "Expiration" in rule}
    assert days == dict(bucket.expiring)
    assert [rule["AbortIncompleteMultipartUpload"] for rule in rules if "AbortIncompleteMultipartUpload" in rule]
    (tiering,) = [rule["Transitions"][0] for rule in rules if "Transitions" in rule]
    assert (tiering["Days"], tiering["StorageClass"]) == (30, "INTELLIGENT_TIERING")


def test_a_complete_installation_is_only_looked_at(world):
    with metered() as bill:
        assert setup(world.clients, world.settings, TABLES).made == ()
    assert all(call.operation.startswith(("describe", "get", "head")) for call in bill.calls)
    assert len(bill.calls) <= 50
    assert missing(world.clients, world.settings, TABLES) == ()


def test_what_is_missing_is_told_and_only_that_is_made(world):
    world.clients.dynamodb.delete_table(TableName=SETTINGS.table("media"))
    index = {"Delete": {"IndexName": "OrgIndex"}}
    world.clients.dynamodb.update_table(TableName=SETTINGS.table("users"), GlobalSecondaryIndexUpdates=[index])
    world.clients.s3.delete_bucket(Bucket="pre-work-documents-dev")
    world.store(USERS, {"userId": "ann", "orgId": "acme"})
    expected = {"table pre-work-media-dev", "index OrgIndex of pre-work-users-dev", "bucket pre-work-documents-dev"}
    assert set(missing(world.clients, world.settings, TABLES)) == expected
    assert expected <= set(setup(world.clients, world.settings, TABLES).made)
    assert missing(world.clients, world.settings, TABLES) == ()
    assert world.dynamo.get(USERS, {"userId": "ann"})


def test_rules_of_others_on_a_bucket_are_kept(world):
    s3, name = world.clients.s3, "pre-work-documents-dev"
    theirs = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "x/"}, "Expiration": {"Days": 90}}
    cors = {"ID": "theirs", "AllowedMethods": ["GET"], "AllowedOrigins": ["https://else.example"]}
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [theirs]})
    s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [cors]})
    setup(world.clients, world.settings, TABLES)
    rules = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert {"theirs", "dashboard-expire-incoming"} <= {rule["ID"] for rule in rules}
    origins = [rule["AllowedOrigins"] for rule in s3.get_bucket_cors(Bucket=name)["CORSRules"]]
    assert origins == [["https://else.example"], ["https://ops.example.com"]]


def test_a_new_public_url_is_let_in_at_the_next_setup(world):
    moved = load({**PRODUCTION, "DASHBOARD_PUBLIC_URL": "https://new.example.com"})
    setup(world.clients, moved, TABLES)
    (rule,) = world.clients.s3.get_bucket_cors(Bucket="pre-work-documents-dev")["CORSRules"]
    assert rule["AllowedOrigins"] == ["https://new.example.com"]


def test_two_setups_at_once_do_no_harm(aws):
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: setup(aws, SETTINGS, TABLES), range(2)))
    assert reports[0].made or reports[1].made
    assert missing(aws, SETTINGS, TABLES) == ()
    assert setup(aws, SETTINGS, TABLES).made == ()


@pytest.mark.parametrize(
    "code",
    ["ResourceInUseException", "LimitExceededException", "ValidationException"],
    ids=["in use", "limit", "already"],
)
def test_what_another_process_makes_just_now_is_waited_for(aws, code):
    setup(aws, SETTINGS, TABLES)
    name = SETTINGS.table("users")
    aws.dynamodb.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "OrgIndex"}}])
    message = "Attempting to create an index which already exists" if code == "ValidationException" else "busy"
    refused = []

    def refuse_once(params, model, **_):
        if model.name == "UpdateTable" and not refused:
            refused.append(params)
            raise ClientError(
                {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": 400}},
                "UpdateTable",
            )

    events = aws.dynamodb.meta.events
    events.register("before-call.dynamodb.UpdateTable", refuse_once, unique_id="once")
    try:
        setup(aws, SETTINGS, TABLES)
    finally:
        events.unregister("before-call.dynamodb.UpdateTable", unique_id="once")
    assert refused
    assert missing(aws, SETTINGS, TABLES) == ()


def test_a_taken_bucket_name_stops_before_anything_is_made(aws):
    with failing(aws.s3, then=Refusal("403", 403)), pytest.raises(Misconfigured) as refused:
        setup(aws, SETTINGS, TABLES)
    assert "is taken" in str(refused.value)
    assert "DASHBOARD_BUCKET_" in refused.value.remedy
    assert aws.dynamodb.list_tables()["TableNames"] == []
    assert aws.s3.list_buckets()["Buckets"] == []


def test_a_bucket_taken_between_look_and_making_is_told_alike(aws):
    def taken(**_):
        raise ClientError({"Error": {"Code": "BucketAlreadyExists"}, "ResponseMetadata": {}}, "CreateBucket")

    aws.s3.meta.events.register("before-call.s3.CreateBucket", taken, unique_id="taken")
    try:
        with pytest.raises(Misconfigured, match="is taken"):
            setup(aws, SETTINGS, TABLES)
    finally:
        aws.s3.meta.events.unregister("before-call.s3.CreateBucket", unique_id="taken")


@pytest.mark.parametrize("part", ["table", "index"])
def test_a_table_with_other_keys_is_refused_and_left_alone(aws, part):
    name, key = SETTINGS.table("api-dashboard"), [{"AttributeName": "PK", "KeyType": "HASH"}]
    full = [*key, {"AttributeName": "SK", "KeyType": "RANGE"}]
    index = {"IndexName": "GSI1", "KeySchema": key, "Projection": {"ProjectionType": "ALL"}}
    aws.dynamodb.create_table(
        TableName=name,
        KeySchema=key if part == "table" else full,
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("PK", "SK")][
            : 1 + (part == "index")
        ],
        BillingMode="PAY_PER_REQUEST",
        **({"GlobalSecondaryIndexes": [index]} if part == "index" else {}),
    )
    with pytest.raises(Misconfigured, match="other keys") as refused:
        setup(aws, SETTINGS, TABLES)
    assert "DASHBOARD_TABLE_API_DASHBOARD" in refused.value.remedy


def test_names_can_all_be_set_and_carry_the_account_beyond_dev(aws):
    environ = {
        **PRODUCTION,
        "DASHBOARD_STAGE": "prod",
        "DASHBOARD_TABLE_USERS": "People",
        "DASHBOARD_BUCKET_DOCUMENTS": "our-papers",
    }
    settings = load(environ)
    setup(aws, settings, TABLES)
    assert {"People", "pre-work-media-prod", "api-dashboard-prod"} <= set(aws.dynamodb.list_tables()["TableNames"])
    names = {bucket["Name"] for bucket in aws.s3.list_buckets()["Buckets"]}
    assert names == {"our-papers", "pre-work-media-uploads-prod-123456789012", "pre-work-thumbnails-prod-123456789012"}
    objects = Objects(aws, settings)
    objects.put(DOCUMENTS, "a", b"x", content_type="text/plain")
    assert "https://pre-work-media-uploads-prod-123456789012." in objects.url(MEDIA_UPLOADS, "a", content_type="x/y")


@pytest.mark.usefixtures("aws")
def test_other_regions_keep_their_buckets():
    settings = load({**PRODUCTION, "AWS_REGION": "eu-central-1"})
    clients = Clients(settings, Endpoint(access_key_id="test", secret_access_key="test"))
    setup(clients, settings, TABLES)
    where = clients.s3.get_bucket_location(Bucket="pre-work-documents-dev")
    assert where["LocationConstraint"] == "eu-central-1"
    url = Objects(clients, settings).url(DOCUMENTS, "a", content_type="text/plain")
    assert url.startswith("https://pre-work-documents-dev.s3.eu-central-1.amazonaws.com/a?")


def test_a_table_that_stays_unfinished_is_told_and_not_waited_for_forever(aws, monkeypatch):
    setup(aws, SETTINGS, TABLES)
    monkeypatch.setattr("data.aws.table_setup.LONGEST_WAIT", 0)
    with pytest.raises(Unavailable, match="still being made"):
        setup(aws, SETTINGS, TABLES)

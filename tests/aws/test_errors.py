"""No exception of botocore leaves the AWS layer, whatever fails and in whatever call."""

import json
from string import Formatter

import botocore.exceptions
import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from data.aws.conditions import absent, at_version, more_than, present
from data.aws.provisioning import missing, setup
from data.aws.s3 import Objects
from data.aws.tables import add, change, create, remove
from data.config.resources import DOCUMENTS
from data.core.errors import (
    AlreadyThere,
    AppError,
    Conflict,
    Defect,
    InvalidInput,
    Misconfigured,
    NotFound,
    OutcomeUnknown,
    Unavailable,
)
from data.storage.single_table import API_DASHBOARD, GSI1
from data.users.table import USERS
from tests.aws.faults import DONE_BUT_LOST, LOST, Refusal, answering, failing

ANN, BOB = {"userId": "ann"}, {"userId": "bob"}
ADMINS = {"PK": "ORG#acme", "SK": "ADMINS"}
TAKEN, MOVED = AlreadyThere("There already."), Conflict("Moved.")
NEW = create(USERS, ANN | {"name": "Ann", "version": 1}, when=absent(USERS), otherwise=TAKEN)
OTHER = create(USERS, BOB, when=absent(USERS), otherwise=TAKEN)
REFUSED = EndpointConnectionError(endpoint_url="https://aws")

READS = {
    "get": lambda world: world.dynamo.get(USERS, ANN),
    "get_together": lambda world: world.dynamo.get_together((USERS, ANN), (API_DASHBOARD, ADMINS)),
    "query": lambda world: world.dynamo.query(API_DASHBOARD, GSI1, "ORGS"),
    "walk": lambda world: list(world.dynamo.walk(API_DASHBOARD, GSI1, "ORGS")),
    "scan": lambda world: list(world.dynamo.scan(USERS)),
}
CHANGES = {
    "one write": lambda world: world.dynamo.commit([NEW]),
    "transaction": lambda world: world.dynamo.commit([NEW, OTHER]),
    "put_all": lambda world: world.dynamo.put_all(USERS, [ANN]),
}
OBJECT_READS = {
    "get object": lambda objects: objects.get(DOCUMENTS, "a"),
    "head": lambda objects: objects.head(DOCUMENTS, "a"),
    "walk objects": lambda objects: list(objects.walk(DOCUMENTS, "a")),
}
OBJECT_CHANGES = {
    "put object": lambda objects: objects.put(DOCUMENTS, "a", b"x", content_type="text/plain"),
    "delete": lambda objects: objects.delete(DOCUMENTS, "a"),
}
REFUSALS = {
    Misconfigured: [
        *("ResourceNotFoundException", "NoSuchBucket", "AccessDeniedException", "AccessDenied"),
        *("UnrecognizedClientException", "InvalidSignatureException", "InvalidAccessKeyId", "SignatureDoesNotMatch"),
        *("ExpiredTokenException", "ExpiredToken", "RequestTimeTooSkewed", "IncompleteSignature"),
    ],
    Unavailable: [
        *("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "SlowDown"),
        *("LimitExceededException",),
    ],
    InvalidInput: ["EntityTooLarge", "ItemCollectionSizeLimitExceededException"],
    Defect: ["ValidationException", "SerializationException", "InvalidArgument", "NoCodeOfAnyonesAtAll"],
    NotFound: ["NoSuchKey"],
}


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    """Retries without pauses, as many as it takes."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    monkeypatch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda *_: True)
    monkeypatch.setattr("data.aws.dynamodb._pause", lambda _: None)


def raised(act, subject):
    try:
        act(subject)
    except AppError as error:
        return type(error)
    return None


@pytest.mark.parametrize("name", READS | CHANGES)
def test_each_refusal_of_dynamodb_becomes_an_error_of_ours(world, name):
    act = (READS | CHANGES)[name]
    for expected, codes in REFUSALS.items():
        for code in codes:
            with failing(world.clients.dynamodb, then=Refusal(code)):
                assert raised(act, world) is expected, code


@pytest.mark.parametrize("name", OBJECT_READS | OBJECT_CHANGES)
def test_each_refusal_of_s3_becomes_an_error_of_ours(world, name):
    act, objects = (OBJECT_READS | OBJECT_CHANGES)[name], Objects(world.clients, world.settings)
    objects.put(DOCUMENTS, "a", b"x", content_type="text/plain")
    for expected, codes in REFUSALS.items():
        for code in codes:
            with failing(world.clients.s3, then=Refusal(code)):
                assert raised(act, objects) is expected, code


@pytest.mark.parametrize(
    "fault",
    [
        Refusal("InternalServerError", 500),
        Refusal("ServiceUnavailable", 503),
        LOST,
        ConnectionClosedError(endpoint_url="x"),
        ResponseParserError("torn"),
    ],
    ids=["500", "503", "timeout", "closed", "torn"],
)
def test_a_change_without_an_answer_is_not_called_failed(world, fault):
    objects = Objects(world.clients, world.settings)
    with failing(world.clients.dynamodb, then=fault), failing(world.clients.s3, then=fault):
        assert {name: raised(act, world) for name, act in READS.items()} == dict.fromkeys(READS, Unavailable)
        assert {name: raised(act, world) for name, act in CHANGES.items()} == dict.fromkeys(CHANGES, OutcomeUnknown)
        found = {name: raised(act, objects) for name, act in OBJECT_READS.items()}
        assert found == dict.fromkeys(OBJECT_READS, Unavailable)
        done = {name: raised(act, objects) for name, act in OBJECT_CHANGES.items()}
        assert done == dict.fromkeys(OBJECT_CHANGES, OutcomeUnknown)


@pytest.mark.parametrize("fault", [REFUSED, ConnectTimeoutError(endpoint_url="x")], ids=["refused", "no connection"])
def test_what_never_arrived_changed_nothing(world, fault):
    with failing(world.clients.dynamodb, then=fault):
        assert {raised(act, world) for act in (READS | CHANGES).values()} == {Unavailable}


def botocore_errors():
    for kind in vars(botocore.exceptions).values():
        if isinstance(kind, type) and issubclass(kind, BotoCoreError):
            fields = {field for _, field, _, _ in Formatter().parse(kind.fmt) if field}
            more = {"error": ValueError("x")} if issubclass(kind, botocore.exceptions.HTTPClientError) else {}
            more |= {"last_response": {}} if kind is botocore.exceptions.WaiterError else {}
            yield kind(**dict.fromkeys(fields, "x") | more)


def test_every_exception_of_botocore_is_understood(world):
    objects, errors = Objects(world.clients, world.settings), list(botocore_errors())
    assert len(errors) > 90
    for error in errors:

        def fail(error=error, **_):
            raise error

        events = [world.clients.dynamodb.meta.events, world.clients.s3.meta.events]
        for event in events:
            event.register("before-call", fail, unique_id="fail")
        try:
            for subject, acts in ((world, READS | CHANGES), (objects, OBJECT_READS | OBJECT_CHANGES)):
                assert all(raised(act, subject) for act in acts.values()), type(error)
        finally:
            for event in events:
                event.unregister("before-call", unique_id="fail")


@pytest.mark.parametrize("fault", [Refusal("AccessDenied", 403), Refusal("InternalError", 500), REFUSED, LOST])
@pytest.mark.parametrize("act", [setup, missing])
def test_setup_fails_in_words_of_ours_too(world, act, fault):
    for client in (world.clients.dynamodb, world.clients.s3):
        with failing(client, then=fault), pytest.raises(AppError):
            act(world.clients, world.settings)


def test_the_text_of_aws_is_in_no_message(world):
    denied = Refusal("AccessDeniedException", message="arn:aws:iam::123:role/x")
    with failing(world.clients.dynamodb, then=denied), pytest.raises(Misconfigured) as told:
        world.dynamo.get(USERS, ANN)
    assert "arn:" not in f"{told.value} {told.value.remedy}"


def test_a_write_whose_answer_was_lost_is_not_taken_for_anothers(world):
    with failing(world.clients.dynamodb, DONE_BUT_LOST) as attempts:
        world.dynamo.commit([NEW])
    assert len(attempts) == 2
    assert world.dynamo.get(USERS, ANN) == NEW.values


def test_a_transaction_is_sent_again_as_the_same_one(world):
    """AWS and the engine then do it once; moto does not know that, so here it does not arrive the first time."""
    with failing(world.clients.dynamodb, LOST) as attempts:
        world.dynamo.commit([NEW, OTHER])
    assert len(attempts) == 2
    assert len(tokens_of(attempts)) == 1


def tokens_of(attempts):
    return {json.loads(attempt.body)["ClientRequestToken"] for attempt in attempts}


@pytest.mark.parametrize(
    "write",
    [
        change(USERS, BOB, {"name": "Bob", "old": None, "version": 2}, when=at_version(1), otherwise=MOVED),
        remove(USERS, BOB, when=present(USERS), otherwise=MOVED),
    ],
    ids=["change", "removal"],
)
def test_a_change_whose_answer_was_lost_is_known_by_what_is_stored(world, write):
    world.store(USERS, BOB | {"version": 1, "old": "x"})
    with failing(world.clients.dynamodb, DONE_BUT_LOST):
        world.dynamo.commit([write])
    kept = BOB | {"name": "Bob", "version": 2}
    assert world.dynamo.get(USERS, BOB) == (kept if write.operation == "Update" else None)


def test_a_lost_answer_does_not_hide_that_somebody_was_faster(world):
    world.store(USERS, ANN | {"name": "Another", "version": 1})
    with failing(world.clients.dynamodb, LOST), pytest.raises(AlreadyThere) as refused:
        world.dynamo.commit([NEW])
    assert refused.value.stored["name"] == "Another"


def test_a_counter_cannot_tell_and_says_so(world):
    world.store(API_DASHBOARD, ADMINS | {"count": 2})
    fewer = add(API_DASHBOARD, ADMINS, {"count": -1}, when=more_than("count", 1), otherwise=MOVED)
    with failing(world.clients.dynamodb, DONE_BUT_LOST), pytest.raises(OutcomeUnknown):
        world.dynamo.commit([fewer])
    assert world.dynamo.get(API_DASHBOARD, ADMINS)["count"] == 1


def test_a_lost_answer_before_a_refused_connection_is_unknown(world):
    with failing(world.clients.dynamodb, DONE_BUT_LOST, then=REFUSED), pytest.raises(OutcomeUnknown):
        world.dynamo.commit([NEW])
    assert world.dynamo.get(USERS, ANN) == NEW.values


def cancelled(*codes, message="x"):
    reasons = [{"Code": code, "Message": message} if code else {"Code": "None"} for code in codes]
    return Refusal("TransactionCanceledException", more={"CancellationReasons": reasons})


def test_a_transaction_held_by_others_is_tried_again_as_the_same(world):
    held = [cancelled(None, "TransactionConflict"), Refusal("TransactionInProgressException")]
    with failing(world.clients.dynamodb, *held) as attempts:
        world.dynamo.commit([NEW, OTHER])
    assert len(tokens_of(attempts)) == 1
    assert len(world.items(USERS)) == 2


def test_a_transaction_that_others_keep_holding_is_a_conflict(world, monkeypatch):
    monkeypatch.setattr("data.core.retries.MIN_SECONDS", 0)
    held = failing(world.clients.dynamodb, then=cancelled("TransactionConflict", None))
    with held as attempts, pytest.raises(Conflict, match="Others are changing"):
        world.dynamo.commit([NEW, OTHER])
    assert len(attempts) >= 4


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (cancelled("ConditionalCheckFailed", "TransactionConflict"), AlreadyThere),
        (cancelled("TransactionConflict", "ConditionalCheckFailed"), AlreadyThere),
        (cancelled("ThrottlingError", None), Unavailable),
        (cancelled(None, "ProvisionedThroughputExceeded"), Unavailable),
        (cancelled("ValidationError", None, message="Item size has exceeded the maximum allowed size"), InvalidInput),
        (cancelled("ItemCollectionSizeLimitExceeded", None), InvalidInput),
        (cancelled("ValidationError", None), Defect),
        (cancelled("DuplicateItem", None), Conflict),
    ],
)
def test_each_reason_of_a_cancelled_transaction_means_something(world, fault, expected):
    with failing(world.clients.dynamodb, then=fault), pytest.raises(AppError) as told:
        world.dynamo.commit([NEW, OTHER])
    assert type(told.value) is expected


def test_keys_left_unprocessed_are_asked_for_again(world):
    world.dynamo.put_all(USERS, ({"userId": str(number)} for number in range(40)))
    table = world.dynamo.name(USERS)

    def leave_half(parsed):
        found = parsed["Responses"][table]
        left, parsed["Responses"][table] = found[20:], found[:20]
        keys = [{"userId": item["userId"]} for item in left]
        parsed["UnprocessedKeys"] = {table: {"Keys": keys, "ConsistentRead": True}} if keys else {}

    asked = [(USERS, {"userId": str(number)}) for number in range(40)]
    with answering(world.clients.dynamodb, "BatchGetItem", leave_half) as requests:
        assert None not in world.dynamo.get_together(*asked)
    assert [len(request["RequestItems"][table]["Keys"]) for request in requests] == [40, 20]
    assert all(request["RequestItems"][table]["ConsistentRead"] for request in requests)


def test_keys_never_processed_are_not_taken_for_absent(world):
    world.store(USERS, ANN)
    table = world.dynamo.name(USERS)

    def leave_all(parsed):
        parsed["Responses"] = {}
        parsed["UnprocessedKeys"] = {table: {"Keys": [{"userId": {"S": "ann"}}]}}

    with answering(world.clients.dynamodb, "BatchGetItem", leave_all), pytest.raises(Unavailable):
        world.dynamo.get_together((USERS, ANN))


def test_items_left_unprocessed_are_put_again(world):
    table = world.dynamo.name(USERS)

    def leave_three(parsed):
        parsed["UnprocessedItems"] = {
            table: [
                {"PutRequest": {"Item": {"userId": {"S": str(number)}, "late": {"BOOL": True}}}} for number in range(3)
            ]
        }

    with answering(world.clients.dynamodb, "BatchWriteItem", leave_three, lambda _: None) as requests:
        assert world.dynamo.put_all(USERS, ({"userId": str(number)} for number in range(30))) == 30
    assert [len(request["RequestItems"][table]) for request in requests] == [25, 3, 5]
    assert len([item for item in world.items(USERS) if item.get("late")]) == 3
    with answering(world.clients.dynamodb, "BatchWriteItem", leave_three), pytest.raises(Unavailable):
        world.dynamo.put_all(USERS, [ANN])


def test_faults_are_real_ones_of_botocore(world):
    """What the other tests inject is what a bare client raises."""
    with failing(world.clients.dynamodb, then=Refusal("SomeCode")), pytest.raises(ClientError, match="SomeCode"):
        world.clients.dynamodb.get_item(TableName="x", Key={"a": {"S": "b"}})
    with failing(world.clients.dynamodb, then=LOST), pytest.raises(ReadTimeoutError):
        world.clients.dynamodb.get_item(TableName="x", Key={"a": {"S": "b"}})

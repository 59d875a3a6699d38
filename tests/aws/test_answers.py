"""What comes back from DynamoDB is taken as it is meant, or not at all."""

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from zlib import crc32

import pytest
from boto3.dynamodb.types import Binary, TypeDeserializer
from hypothesis import given, settings
from hypothesis import strategies as st

from data.aws.clients import Clients, Endpoint
from data.aws.columnar_query import Column
from data.aws.conditions import absent, at_version, more_than
from data.aws.dynamodb import Dynamo
from data.aws.response_parsing import as_sent
from data.aws.tables import add, change, create, marshal, unmarshal
from data.config.settings import load
from data.core.errors import AlreadyThere, Conflict, Defect, OutcomeUnknown, Unavailable
from data.users.table import BY_ORG, USERS
from tests.conftest import EMBEDDED

ANN = {"userId": "ann", "name": "Ann", "version": Decimal(1)}
KEY = {"userId": "ann"}
TAKEN, MOVED = AlreadyThere("There already."), Conflict("Moved.")
NEW = create(USERS, ANN, when=absent(USERS), otherwise=TAKEN)
OTHER = create(USERS, {"userId": "bob"}, when=absent(USERS), otherwise=TAKEN)
FEWER = add(USERS, KEY, {"left": -1}, when=more_than("left", 0), otherwise=MOVED)


@dataclass(frozen=True)
class Answer:
    """One of the server's; the sum is that of `meant`, where there is one. `promised`: more bytes than come."""

    body: bytes
    status: int = 200
    meant: bytes | None = None
    promised: int = 0


def sound(status=200, **body):
    text = json.dumps(body).encode()
    return Answer(text, status, meant=text)


def altered(answer):
    """One letter is another, and it is still JSON."""
    return Answer(answer.body.replace(b"Ann", b"Bnn").replace(b"x#", b"y#"), answer.status, answer.meant)


def half(answer, **more):
    return Answer(answer.body[: len(answer.body) // 2], answer.status, **more)


ITEM = marshal(ANN)
FOUND = sound(Item=ITEM, note="Ann")
LISTED = sound(Items=[ITEM], ScannedCount=1, Count=1)
TOGETHER = sound(Responses={load(EMBEDDED).table("users"): [ITEM]}, UnprocessedKeys={})
DONE = sound(note="Ann")
FAILED = sound(400, __type="x#ConditionalCheckFailedException", Item=ITEM)
TEARS = {
    "altered": altered,
    "cut short": lambda answer: half(answer, promised=len(answer.body)),
    "half of it": lambda answer: half(answer, meant=answer.body),
    "half of it, no sum": half,
    "no text": lambda _: Answer(b"\xff\xfe\xfd"),
    "no object": lambda _: Answer(b'["Ann"]'),
}
READS = {
    "get": (FOUND, lambda dynamo: dynamo.get(USERS, KEY)),
    "query": (LISTED, lambda dynamo: dynamo.query(USERS, BY_ORG, "acme").items[0]),
    "scan": (LISTED, lambda dynamo: next(dynamo.scan(USERS))),
    "get_together": (TOGETHER, lambda dynamo: dynamo.get_together((USERS, KEY))[0]),
    "columns": (LISTED, lambda dynamo: person(next(dynamo.column_pages(USERS, BY_ORG, "acme", COLUMNS)))),
}
COLUMNS = (Column("userId", needed=True), Column("name"), Column("version", int))
CHANGES = {
    "one write": lambda dynamo: dynamo.commit([NEW]),
    "transaction": lambda dynamo: dynamo.commit([NEW, OTHER]),
    "put_all": lambda dynamo: dynamo.put_all(USERS, [KEY]),
}


def person(page):
    return {name: values[0] for name, values in page.columns.items()}


@dataclass
class Server:
    """Gives `answers` in turn, the last for all that follow, and counts."""

    dynamo: Dynamo
    answers: list[Answer] = field(default_factory=list)
    asked: int = 0

    def next(self) -> Answer:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture(scope="module")
def serving() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            answer = made.next()
            self.send_response(answer.status)
            self.send_header("content-length", str(answer.promised or len(answer.body)))
            if answer.meant is not None:
                self.send_header("x-amz-crc32", str(crc32(answer.meant)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        endpoint = Endpoint(f"http://127.0.0.1:{listening.server_port}", "key", "secret")
        made = Server(Dynamo(Clients(load(EMBEDDED), endpoint), load(EMBEDDED).table))
        thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield made
        listening.shutdown()
        thread.join()


@pytest.fixture
def server(serving, monkeypatch) -> Server:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    monkeypatch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda *_: True)
    monkeypatch.setattr("data.aws.dynamodb._pause", lambda _: None)
    serving.asked = 0
    return serving


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("tear", TEARS)
def test_a_read_whose_answer_is_torn_is_made_again(server, name, tear):
    answer, read = READS[name]
    server.answers = [TEARS[tear](answer), answer]
    assert read(server.dynamo) == ANN
    assert server.asked == 2


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("tear", TEARS)
def test_a_read_that_stays_torn_is_unavailable(server, name, tear):
    answer, read = READS[name]
    server.answers = [TEARS[tear](answer)]
    with pytest.raises(Unavailable):
        read(server.dynamo)
    assert server.asked == 4


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("tear", TEARS)
def test_a_change_that_stays_torn_is_not_called_failed(server, name, tear):
    server.answers = [TEARS[tear](DONE)]
    with pytest.raises(OutcomeUnknown):
        CHANGES[name](server.dynamo)


@pytest.mark.parametrize("tear", TEARS)
def test_a_write_whose_answer_was_torn_is_known_by_what_is_stored(server, tear):
    server.answers = [TEARS[tear](DONE), FAILED]
    server.dynamo.commit([NEW])
    assert server.asked == 2


@pytest.mark.parametrize("tear", TEARS)
def test_a_counter_whose_answer_was_torn_cannot_tell(server, tear):
    server.answers = [TEARS[tear](DONE), FAILED]
    with pytest.raises(OutcomeUnknown):
        server.dynamo.commit([FEWER])


def test_a_refusal_that_was_altered_is_not_believed(server):
    refusal = sound(400, __type="x#ResourceNotFoundException", message="no such table")
    server.answers = [altered(refusal), FOUND]
    assert server.dynamo.get(USERS, KEY) == ANN
    server.answers = [altered(refusal)]
    with pytest.raises(Unavailable):
        server.dynamo.get(USERS, KEY)
    renamed = change(USERS, KEY, {"name": "x"}, when=at_version(1), otherwise=MOVED)
    with pytest.raises(OutcomeUnknown):
        server.dynamo.commit([renamed])


@pytest.mark.parametrize("body", [b'"no"', b"[]", b"\xff", b"<html>no"])
def test_a_refusal_in_no_form_at_all_is_an_error_of_ours(server, body):
    server.answers = [Answer(body, 400)]
    with pytest.raises((Unavailable, Defect)):
        server.dynamo.get(USERS, KEY)


def test_half_a_letter_hides_nothing_that_stands_beside_it(server):
    body = json.dumps({"Items": [ITEM, marshal({"userId": "bob", "name": "x"})], "ScannedCount": 2})
    server.answers = [Answer(body.replace('"x"', '"\\ud83d"').encode())]
    assert [item["userId"] for item in server.dynamo.query(USERS, BY_ORG, "acme").items] == ["ann", "bob"]
    page = next(server.dynamo.column_pages(USERS, BY_ORG, "acme", COLUMNS))
    assert page.columns["name"] == ["Ann"]
    assert [item["userId"] for item in page.unreadable] == ["bob"]


def test_who_asks_a_client_directly_gets_what_botocore_gives(world):
    world.store(USERS, ANN | {"blob": Binary(b"\xff")})
    found = world.clients.dynamodb.get_item(TableName=world.dynamo.name(USERS), Key=marshal(KEY))
    assert found["Item"] == ITEM | {"blob": {"B": b"\xff"}}


texts = st.text(st.characters(exclude_categories=["Cs"]))
numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**28), max_value=10**28, places=8)
blobs = st.binary().map(Binary)
sets = st.sets(texts, min_size=1) | st.sets(numbers, min_size=1) | st.sets(blobs, min_size=1)
scalars = st.none() | st.booleans() | texts | numbers | blobs | sets
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=8)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(texts, values, max_size=8))
def test_every_value_is_read_as_boto3_reads_it(values):
    stored = marshal(values)
    sent = json.dumps({"Item": stored}, default=lambda blob: b64encode(bytes(blob)).decode()).encode()
    found = unmarshal(as_sent(sent)["Item"])
    theirs = {name: TypeDeserializer().deserialize(value) for name, value in stored.items()}
    assert found == theirs == unmarshal(stored)
    assert kinds(found) == kinds(theirs)


def kinds(value):
    if isinstance(value, dict):
        return {name: kinds(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [kinds(inner) for inner in value]
    if isinstance(value, set):
        return {type(inner) for inner in value}
    return str(value) if isinstance(value, Decimal) else type(value)

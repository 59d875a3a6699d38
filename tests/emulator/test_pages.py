"""Our pages beside ministack's own on random data: the same answers, status and body, and each item once."""
# ruff: noqa: SLF001 - the names are those of internals.py

import importlib
import json
import os

import pytest

from tests.emulator.random_items import RandomTables, places
from tests.emulator.shapes import schema, text

pytestmark = pytest.mark.engine
QUERIES = int(os.environ.get("ENGINE_TEST_QUERIES", "100"))


class Both:
    """Asks twice: with our pages, and as ministack would without them."""

    def __init__(self, ddb, pages):
        self._ddb, self._pages = ddb, pages

    def is_ours(self, request):
        """Whether we pick the page of a Query ourselves."""
        try:
            return bool(self._pages.query_page(self._ddb._tables[request["TableName"]], request).found)
        except Exception:  # noqa: BLE001 - then ministack answers
            return False

    def ask(self, handler, request):
        """The answer to a request, once both have given it."""
        ours = getattr(self._ddb, handler)
        theirs = ours.args[-1]  # what `around` keeps
        answers = [self.call(handler, request, function) for function in (ours, theirs)]
        assert answers[0] == answers[1], request
        return answers[0]

    def call(self, handler, request, function=None):
        status, _, body = (function or getattr(self._ddb, handler))(json.loads(json.dumps(request)))
        return status, json.loads(body)

    def make(self, definition):
        assert self.call("_create_table", definition)[0] == 200


@pytest.fixture
def both(ministack):
    made = Both(ministack, importlib.import_module("data.emulator.pages"))
    yield made
    for name in list(ministack._tables):
        made.call("_delete_table", {"TableName": name})


@pytest.fixture
def packed():
    return importlib.import_module("data.emulator.packed")


@pytest.fixture
def story(both):
    tables = RandomTables(seed=int(os.environ.get("ENGINE_TEST_SEED", "1")))
    for definition in tables.definitions():
        both.make(definition)
    for _ in range(500):
        both.call(*tables.write())
    return tables


def test_random_queries_answer_as_ministack_does(both, story, record_property):
    record_property("queries", QUERIES)
    refused = ours = 0
    for _ in range(QUERIES):
        for _ in range(3):
            both.call(*story.write())
        request = story.query()
        ours += both.is_ours(request)
        status, body = both.ask("_query", request)
        refused += status != 200
        if "LastEvaluatedKey" in body:
            turn = {"ScanIndexForward": story.perhaps(0.5)}
            both.ask("_query", request | {"ExclusiveStartKey": body["LastEvaluatedKey"]} | turn)
    assert 0 < refused < QUERIES / 2 < 2 * ours


def test_random_scans_answer_as_ministack_does(both, story):
    for _ in range(QUERIES // 20):
        both.call(*story.write())
        request, after = story.scan(), {}
        for _ in range(20):
            _, body = both.ask("_scan", request | after)
            if "LastEvaluatedKey" not in body:
                break
            after = {"ExclusiveStartKey": body["LastEvaluatedKey"]}


def test_paging_to_the_end_gives_each_item_once(both, story):
    ended = 0
    while ended < QUERIES // 30:
        request = story.query()
        for option in ("Select", "ProjectionExpression", "FilterExpression"):
            request.pop(option, None)
        request["ExpressionAttributeValues"].pop(":f", None)
        status, whole = both.call("_query", {name: value for name, value in request.items() if name != "Limit"})
        if status != 200:
            continue
        seen, after = [], {}
        while after is not None:
            _, body = both.ask("_query", {"Limit": 7} | request | after)
            seen += places(body["Items"])
            last = body.get("LastEvaluatedKey")
            after = {"ExclusiveStartKey": last} if last else None
        assert seen == places(whole["Items"])
        ended += 1


def test_paging_goes_on_behind_a_deleted_item(both):
    both.make(plain("Gaps"))
    for n in range(200):
        both.call("_put_item", {"TableName": "Gaps", "Item": {"pk": text("p"), "sk": text(f"{n:03}")}})
    request = {"TableName": "Gaps", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": text("p")}}
    _, body = both.ask("_query", request | {"Limit": 50})
    both.call("_delete_item", {"TableName": "Gaps", "Key": body["LastEvaluatedKey"]})
    _, after = both.ask("_query", request | {"ExclusiveStartKey": body["LastEvaluatedKey"]})
    assert [item["sk"]["S"] for item in after["Items"]] == [f"{n:03}" for n in range(50, 200)]


def test_pages_end_at_a_megabyte_like_ministacks(both):
    both.make(plain("Large"))
    for n in range(200):
        pad = text("x" * (n * 7_919 % 30_000))
        both.call("_put_item", {"TableName": "Large", "Item": {"pk": text("p"), "sk": text(f"{n:03}"), "pad": pad}})
    request = {
        "TableName": "Large",
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": text("p")},
    }
    after, counts = {}, []
    while after is not None:
        _, body = both.ask("_query", request | after)
        both.ask("_scan", {"TableName": "Large"} | after)
        counts.append(body["Count"])
        last = body.get("LastEvaluatedKey")
        after = {"ExclusiveStartKey": last} if last else None
    assert sum(counts) == 200
    assert len(counts) > 2


@pytest.mark.parametrize("size", [100, 1_000])
@pytest.mark.parametrize("index", [{}, {"IndexName": "by_text"}], ids=["table", "index"])
def test_a_page_touches_no_more_items_in_a_larger_partition(both, packed, monkeypatch, size, index):
    both.make(RandomTables(seed=1).definitions()[0])
    for n in range(size):
        keys = {"pk": text("p"), "sk": text(f"{n:04}"), "group": text("p"), "text": text(f"{n * 7 % size:04}")}
        both.call("_put_item", {"TableName": "TextKeys", "Item": keys})
    request = {"TableName": "TextKeys", "Limit": 10, "ExpressionAttributeValues": {":p": text("p")}} | index
    request |= {"KeyConditionExpression": "#p = :p", "ExpressionAttributeNames": {"#p": "group" if index else "pk"}}
    first = both.call("_query", request)
    looked, decode = [], packed.decode
    monkeypatch.setattr(packed, "decode", lambda item: looked.append(item) or decode(item))
    assert both.call("_query", request) == first
    assert len(first[1]["Items"]) == 10
    assert 10 <= len(looked) <= 12


def plain(name):
    kinds = [{"AttributeName": attribute, "AttributeType": "S"} for attribute in ("pk", "sk")]
    keys = {"AttributeDefinitions": kinds, "KeySchema": schema("pk", "sk")}
    return {"TableName": name, "BillingMode": "PAY_PER_REQUEST"} | keys

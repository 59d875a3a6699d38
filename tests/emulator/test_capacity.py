"""The bill: reads cost what they read, whatever was filtered out or projected away."""

import pytest

from tests.emulator.shapes import key, text
from tests.engines import client

pytestmark = pytest.mark.engine
KILOBYTE = "x" * 1_000


@pytest.fixture(scope="module")
def dynamodb(engine):
    made = client(engine, "dynamodb")
    for partition, count in (("many", 100), ("few", 20)):
        for first in range(0, count, 20):
            items = [
                key(partition, f"{n:03}") | {"group": text(partition), "rank": text(f"{n:03}"), "pad": text(KILOBYTE)}
                for n in range(first, first + 20)
            ]
            made.batch_write_item(RequestItems={"things": [{"PutRequest": {"Item": item}} for item in items]})
    made.put_item(TableName="things", Item=key("one", "9K") | {"pad": text(KILOBYTE * 9)})
    return made


def query(dynamodb, partition="many", index=None, values=None, **options):
    request = {"TableName": "things", "ReturnConsumedCapacity": "INDEXES"} | options
    request |= {"IndexName": index} if index else {}
    request["ExpressionAttributeNames"] = {"#p": "group" if index else "PK"}
    request["ExpressionAttributeValues"] = {":p": text(partition)} | (values or {})
    return dynamodb.query(KeyConditionExpression="#p = :p", **request)


def units(answer):
    return answer["ConsumedCapacity"]["CapacityUnits"]


@pytest.mark.parametrize(("partition", "limit", "least", "most"), [("many", 50, 6.5, 7.5), ("few", 20, 2.5, 3)])
def test_a_query_costs_the_bytes_it_read(dynamodb, partition, limit, least, most):
    answer = query(dynamodb, partition, Limit=limit)
    assert least <= units(answer) <= most
    assert answer["ConsumedCapacity"]["Table"]["CapacityUnits"] == units(answer)


def test_consistent_reads_cost_twice_as_much(dynamodb):
    assert units(query(dynamodb, Limit=50, ConsistentRead=True)) == 2 * units(query(dynamodb, Limit=50))


def test_what_a_filter_drops_is_paid_for(dynamodb):
    filtered = {"FilterExpression": "SK = :none", "values": {":none": text("none")}}
    filtered = query(dynamodb, "many", "ByGroup", Limit=50, **filtered)
    assert (filtered["Count"], filtered["ScannedCount"]) == (0, 50)
    assert units(filtered) == units(query(dynamodb, "many", "ByGroup", Limit=50))


def test_a_read_of_an_index_is_billed_to_it(dynamodb):
    cost = query(dynamodb, "many", "ByGroup", Limit=50)["ConsumedCapacity"]
    assert cost["GlobalSecondaryIndexes"]["ByGroup"]["CapacityUnits"] == cost["CapacityUnits"] > 6
    assert cost["Table"]["CapacityUnits"] == 0


def test_an_empty_answer_costs_half_a_unit(dynamodb):
    assert units(query(dynamodb, "nobody")) == 0.5


def get(dynamodb, sk="9K", **options):
    return units(dynamodb.get_item(TableName="things", Key=key("one", sk), ReturnConsumedCapacity="TOTAL", **options))


def test_an_item_costs_its_size_however_little_is_shown(dynamodb):
    assert get(dynamodb) == get(dynamodb, ProjectionExpression="SK") == 1.5
    assert get(dynamodb, ConsistentRead=True) == 3
    assert get(dynamodb, "absent") == 0.5


def test_a_batch_costs_what_its_items_would_alone(dynamodb):
    keys = {"Keys": [key("one", "9K"), key("one", "absent")]}
    requests = [{"things": keys}, {"things": keys | {"ConsistentRead": True}}]
    answers = [dynamodb.batch_get_item(RequestItems=wanted, ReturnConsumedCapacity="TOTAL") for wanted in requests]
    assert [answer["ConsumedCapacity"] for answer in answers] == [
        [{"TableName": "things", "CapacityUnits": 2.0}],
        [{"TableName": "things", "CapacityUnits": 4.0}],
    ]
    assert "ConsumedCapacity" not in dynamodb.batch_get_item(RequestItems=requests[0])


def test_a_scan_costs_the_bytes_it_read(dynamodb):
    answer = dynamodb.scan(TableName="things", Limit=50, ReturnConsumedCapacity="TOTAL")
    assert 6.5 <= units(answer) <= 8.5


def test_a_write_with_an_index_costs_both(dynamodb):
    item = key("one", "written") | {"group": text("g"), "rank": text("r"), "pad": text(KILOBYTE + "x" * 500)}
    cost = dynamodb.put_item(TableName="things", Item=item, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    assert (cost["CapacityUnits"], cost["Table"]["CapacityUnits"]) == (4, 2)

import pytest

from data.aws.conditions import absent
from data.aws.metering import hit, metered, open_bill
from data.aws.tables import create
from data.core.concurrency import together
from data.core.errors import AlreadyThere, Unavailable
from data.users.table import BY_ORG, USERS
from tests.aws.faults import Refusal, failing

ANN = {"userId": "ann"}


def put(world, item):
    world.dynamo.commit([create(USERS, item, when=absent(USERS), otherwise=AlreadyThere("There already."))])


def test_every_call_is_on_the_bill_with_what_it_cost(world):
    with metered() as bill:
        put(world, ANN | {"bio": "x" * 3_000})
        world.dynamo.get(USERS, ANN)
        world.dynamo.query(USERS, BY_ORG, "acme")
    assert [(call.service, call.operation, call.resource) for call in bill.calls] == [
        ("dynamodb", "put_item", "users"),
        ("dynamodb", "get_item", "users"),
        ("dynamodb", "query", "users OrgIndex"),
    ]
    assert all(call.units > 0 and call.milliseconds > 0 for call in bill.calls)
    assert bill.units == sum(call.units for call in bill.calls)


def test_retries_and_failed_calls_are_on_the_bill_too(world, monkeypatch):
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    throttled = Refusal("ThrottlingException")
    with metered() as bill, failing(world.clients.dynamodb, throttled, throttled):
        world.dynamo.get(USERS, ANN)
    assert [call.retries for call in bill.calls] == [2]
    with metered() as bill, failing(world.clients.dynamodb, then=throttled), pytest.raises(Unavailable):
        world.dynamo.get(USERS, ANN)
    assert [(call.operation, call.retries) for call in bill.calls] == [("get_item", 3)]


def test_reads_side_by_side_are_on_the_same_bill(world):
    world.store(USERS, ANN)
    with metered() as bill:
        found = together(*[lambda: world.dynamo.get(USERS, ANN)] * 8, hit)
    assert found == [ANN] * 8 + [None]
    assert (len(bill.calls), bill.hits) == (8, 1)


def test_the_first_failed_read_is_raised_after_all_have_ended():
    ended = []

    def fail():
        raise Unavailable("first")

    with pytest.raises(Unavailable, match="first"):
        together(lambda: ended.append(1), fail, lambda: ended.append(2))
    assert sorted(ended) == [1, 2]


def test_bills_of_others_stay_theirs(world):
    with metered() as outer:
        with metered() as inner:
            world.dynamo.get(USERS, ANN)
        world.dynamo.get(USERS, ANN)
    assert (len(outer.calls), len(inner.calls)) == (1, 1)
    world.dynamo.get(USERS, ANN)
    assert len(outer.calls) == 1
    bill = open_bill()
    world.dynamo.get(USERS, ANN)
    assert len(bill.calls) == 1

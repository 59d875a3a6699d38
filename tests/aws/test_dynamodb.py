from decimal import Decimal

import pytest
from boto3.dynamodb.types import Binary

from data.aws.conditions import absent, absent_or, at_version, holds, more_than, present, unchanged
from data.aws.metering import metered
from data.aws.tables import add, change, create, remove, require
from data.core.errors import AlreadyThere, AppError, Conflict, InvalidInput, NotFound
from data.storage.single_table import API_DASHBOARD, GSI1, ITEMS
from data.users.table import BY_ORG, USERS

TAKEN, MOVED = AlreadyThere("There already."), Conflict("Moved.")
ANN = {"userId": "ann"}
ADMINS = {"PK": "ORG#acme", "SK": "ADMINS"}
EVERYTHING = {
    "large": Decimal(12345678901234567890123456789012345678),
    "exact": Decimal("0.10"),
    "small": Decimal("-1.2345678901234567890123456789012345678E-90"),
    "negative": Decimal(-7),
    "words": {"one", "two"},
    "numbers": {Decimal(1), Decimal("2.5")},
    "blobs": {Binary(b"\x00"), Binary(b"\xff")},
    "raw": Binary(bytes(range(256))),
    "nothing": None,
    "empty": "",
    "yes": True,
    "list": ["", None, [], {}, Decimal("1E+20")],
    "map": {"N": "S", "set": {"x"}, "deep": {"deeper": [{"deepest": ""}]}},
    "naughty #:. name": "᚛ᚄᚓᚐᚋᚒᚄ᚜ 👩‍👩‍👧 \u202e \x00",
}


def test_what_others_left_survives_an_edit_of_another_field(world):
    world.store(USERS, ANN | EVERYTHING | {"version": 1})
    world.dynamo.commit([change(USERS, ANN, {"name": "Ann", "version": 2}, when=at_version(1), otherwise=MOVED)])
    assert world.dynamo.get(USERS, ANN) == ANN | EVERYTHING | {"version": 2, "name": "Ann"}


def test_everything_comes_back_as_it_was_put(world):
    world.dynamo.commit([create(USERS, ANN | EVERYTHING, when=absent(USERS), otherwise=TAKEN)])
    found = world.dynamo.get(USERS, ANN, consistent=True)
    assert found == ANN | EVERYTHING
    assert str(found["exact"]) in {"0.10", "0.1"}


@pytest.mark.parametrize("number", [Decimal("1." + "1" * 40), Decimal("1E+200")])
def test_a_number_that_cannot_be_kept_exact_is_refused(world, number):
    with pytest.raises(InvalidInput, match="attention") as refused:
        world.dynamo.commit([create(USERS, ANN | {"odd": number}, when=absent(USERS), otherwise=TAKEN)])
    assert "odd" in refused.value.fields
    assert world.dynamo.get(USERS, ANN) is None


def test_none_removes_one_attribute_and_leaves_the_rest(world):
    world.store(USERS, ANN | {"name": "Ann", "size": 1, "status": "x"})
    world.dynamo.commit([change(USERS, ANN, {"name": None, "size": 2}, when=present(USERS), otherwise=MOVED)])
    assert world.dynamo.get(USERS, ANN) == ANN | {"size": 2, "status": "x"}


def test_an_item_that_is_absent_is_none(world):
    assert world.dynamo.get(USERS, {"userId": "nobody"}) is None


def test_counters_begin_at_nothing_and_add(world):
    begun = absent_or(API_DASHBOARD, more_than("count", 0))
    for _ in range(3):
        world.dynamo.commit([add(API_DASHBOARD, ADMINS, {"count": 2}, when=begun, otherwise=MOVED)])
    assert world.dynamo.get(API_DASHBOARD, ADMINS) == ADMINS | {"count": 6}


def test_a_transaction_holds_wholly_or_not_at_all(world):
    gone = NotFound("The user is gone.")
    with pytest.raises(NotFound) as refused:
        world.dynamo.commit(
            [
                create(API_DASHBOARD, ADMINS | {"count": 1}, when=absent(API_DASHBOARD), otherwise=TAKEN),
                require(USERS, {"userId": "nobody"}, when=present(USERS), otherwise=gone),
            ]
        )
    assert refused.value is gone
    assert world.dynamo.get(API_DASHBOARD, ADMINS) is None


def test_all_kinds_of_write_hold_in_one_transaction(world):
    world.store(API_DASHBOARD, ADMINS | {"count": 1})
    world.store(USERS, ANN | {"version": 1})
    world.store(USERS, {"userId": "bob", "version": 4})
    world.store(USERS, {"userId": "cleo"})
    world.dynamo.commit(
        [
            add(API_DASHBOARD, ADMINS, {"count": 2}, when=more_than("count", 0), otherwise=MOVED),
            remove(USERS, ANN, when=at_version(1), otherwise=MOVED),
            change(USERS, {"userId": "bob"}, {"version": 5}, when=at_version(4), otherwise=MOVED),
            create(USERS, {"userId": "dan"}, when=absent(USERS), otherwise=TAKEN),
            require(USERS, {"userId": "cleo"}, when=present(USERS), otherwise=MOVED),
        ]
    )
    asked = [(API_DASHBOARD, ADMINS), *((USERS, {"userId": name}) for name in ("ann", "bob", "dan"))]
    assert world.dynamo.get_together(*asked) == [
        ADMINS | {"count": 3},
        None,
        {"userId": "bob", "version": 5},
        {"userId": "dan"},
    ]


@pytest.mark.parametrize("writes", ["alone", "with another"])
@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("version", at_version(7)),
        ("value", holds("status", "inactive")),
        ("absence", holds("status", None)),
        ("counter", more_than("count", 1)),
        ("unchanged", unchanged({"status": "active", "count": 1}, "status", "count", "version")),
    ],
)
def test_a_failed_condition_tells_what_is_stored(world, name, condition, writes):
    stored = ANN | {"version": 1, "status": "active", "count": 1}
    world.store(USERS, stored)
    failed = Conflict(f"The {name} is not as it was.")
    with pytest.raises(Conflict) as refused:
        world.dynamo.commit(
            [
                change(USERS, ANN, {"name": "x"}, when=condition, otherwise=failed),
                *([create(USERS, {"userId": "new"}, when=absent(USERS), otherwise=TAKEN)] if writes != "alone" else []),
            ]
        )
    assert refused.value is failed
    assert refused.value.stored == stored
    assert len(world.items(USERS)) == 1


def test_creating_what_is_there_means_what_the_write_says(world):
    world.store(USERS, ANN)
    with pytest.raises(AlreadyThere) as refused:
        world.dynamo.commit([create(USERS, ANN | {"name": "x"}, when=absent(USERS), otherwise=TAKEN)])
    assert refused.value.stored == ANN


def test_the_first_write_that_fails_names_the_error(world):
    world.store(USERS, ANN | {"version": 2})
    first, second = NotFound("first"), InvalidInput({"second": "x"})
    with pytest.raises(NotFound):
        world.dynamo.commit(
            [
                create(USERS, {"userId": "new"}, when=absent(USERS), otherwise=TAKEN),
                change(USERS, ANN, {"name": "x"}, when=at_version(1), otherwise=first),
                remove(USERS, {"userId": "bob"}, when=present(USERS), otherwise=second),
            ]
        )


def test_no_writes_are_no_call_and_too_many_are_refused(world):
    with metered() as bill:
        world.dynamo.commit([])
    assert bill.calls == []
    one = require(USERS, ANN, when=absent(USERS), otherwise=MOVED)
    with pytest.raises(ValueError, match="at most 100"):
        world.dynamo.commit([one] * 101)


def test_more_than_a_hundred_items_are_got_in_their_order(world):
    names = [f"person-{number:03}" for number in range(230)]
    assert world.dynamo.put_all(USERS, ({"userId": name, "n": number} for number, name in enumerate(names))) == 230
    world.store(API_DASHBOARD, ADMINS)
    asked = [(USERS, {"userId": name}) for name in reversed(names)]
    with metered() as bill:
        found = world.dynamo.get_together(*asked, (API_DASHBOARD, ADMINS), (USERS, {"userId": "nobody"}), asked[0])
    assert [item["n"] for item in found[:230]] == list(reversed(range(230)))
    assert found[230:] == [ADMINS, None, {"userId": "person-229", "n": 229}]
    assert [call.operation for call in bill.calls] == ["batch_get_item"] * 3


def test_keys_are_found_whatever_the_order_of_their_parts(world):
    world.store(API_DASHBOARD, ADMINS)
    assert world.dynamo.get_together((API_DASHBOARD, dict(reversed(ADMINS.items())))) == [ADMINS]


def test_pages_of_an_index_hold_every_item_once(world):
    for number in range(23):
        world.store(USERS, {"userId": f"u{number}", "orgId": "acme", "createdAt": f"2026-01-{number // 2 + 1:02}"})
    world.store(USERS, {"userId": "other", "orgId": "globex", "createdAt": "2026-01-01"})
    seen, after, examined = [], None, 0
    while True:
        found = world.dynamo.query(USERS, BY_ORG, "acme", limit=5, after=after)
        seen += [item["userId"] for item in found.items]
        examined += found.examined
        if (after := found.position) is None:
            break
    assert sorted(seen) == sorted(f"u{number}" for number in range(23))
    assert examined == 23
    assert seen[0] in {"u22", "u21"}
    assert [item["userId"] for item in world.dynamo.walk(USERS, BY_ORG, "acme", page=4)][-1] in {"u22", "u21"}


def test_a_query_can_begin_at_a_moment(world):
    for day in ("01", "02", "03"):
        world.store(USERS, {"userId": day, "orgId": "acme", "createdAt": f"2026-01-{day}"})
    found = world.dynamo.query(USERS, BY_ORG, "acme", since="2026-01-02", newest_first=False)
    assert [item["userId"] for item in found.items] == ["02", "03"]


def test_the_table_itself_is_listed_by_partition(world):
    for name in ("b", "a"):
        world.store(API_DASHBOARD, {"PK": "ORG#acme", "SK": name, "GSI1PK": "ORGS", "GSI1SK": name})
    found = world.dynamo.query(API_DASHBOARD, ITEMS, "ORG#acme", newest_first=False, consistent=True)
    assert [item["SK"] for item in found.map(dict).items] == ["a", "b"]
    assert [item["SK"] for item in world.dynamo.query(API_DASHBOARD, GSI1, "ORGS").items] == ["b", "a"]


def test_a_scan_reads_every_page_of_the_table(world):
    world.dynamo.put_all(USERS, ({"userId": str(number)} for number in range(60)))
    assert len(list(world.dynamo.scan(USERS, page=7))) == 60


def test_what_is_too_large_is_the_callers_to_mend(world):
    huge = create(USERS, ANN | {"bio": "x" * 410_000}, when=absent(USERS), otherwise=TAKEN)
    with pytest.raises(InvalidInput):
        world.dynamo.commit([huge])
    assert world.dynamo.get(USERS, ANN) is None


@pytest.mark.parametrize("value", [1.5, object(), {1.5}, [Decimal("NaN")]])
def test_a_float_never_reaches_the_store(world, value):
    with pytest.raises((TypeError, AppError)):
        world.dynamo.commit([create(USERS, ANN | {"x": value}, when=absent(USERS), otherwise=TAKEN)])
    assert world.dynamo.get(USERS, ANN) is None

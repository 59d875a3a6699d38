"""Stored items become records, each as it is and exact, or stand as unreadable: nothing in between."""

from decimal import Decimal

import pytest

from data.core import invalid_items
from data.core.models import Unreadable, read, read_all
from data.users.models import User
from data.users.table import BY_ORG, USERS

TIMES = {"createdAt": "2026-01-01", "updatedAt": "2026-01-01T10:00:00.123Z"}
ANN = {"userId": "ann", "orgId": "acme", "email": "ann@x.example", "firstName": "Ann"}
ITEM = ANN | TIMES | {"version": Decimal(3), "pictureKey": None}
BOB = ITEM | {"userId": "bob"}
WRONG = [
    *({"firstName": Decimal(5)}, {"firstName": {"S": "x"}}, {"firstName": ["x"]}, {"firstName": {"x"}}),
    *({"managerId": True}, {"lastSeenAt": "yesterday"}, {"version": Decimal("1.5")}, {"version": "one"}),
    *({"role": "king"}, {"role": Decimal(1)}, {"username": None}, {"updatedAt": "soon"}),
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_stored_attribute_of_another_type_is_never_its_default(world, wrong):
    world.store(USERS, ITEM | wrong)
    world.store(USERS, BOB)
    found = read_all(User, world.dynamo.query(USERS, BY_ORG, "acme").items)
    (bad,) = [one for one in found if isinstance(one, Unreadable)]
    assert bad.item == ITEM | wrong
    assert [name for name in wrong if name in bad.problems] == list(wrong)
    assert [one.id for one in found if isinstance(one, User)] == ["bob"]


def test_items_read_together_are_what_each_is_alone():
    items = [
        ITEM,
        BOB | {"role": "king"},
        BOB | {"role": "admin", "version": Decimal("12E+1")},
        {"userId": "dan", "orgId": "nowhere"},
    ]
    assert read_all(User, items[::2][:1]) == [read(User, ITEM)]
    assert read_all(User, items) == [read(User, item) for item in items]
    assert read_all(User, items)[2].version == 120
    assert read_all(User, []) == []


def test_an_item_that_was_mended_is_no_longer_told():
    broken = BOB | {"userId": "cleo", "orgId": "mended", "role": "king"}
    read_all(User, [ITEM, broken])
    assert [one.id for one in invalid_items.noted("mended")] == ["cleo"]
    read_all(User, [ITEM, broken | {"role": "user"}])
    assert invalid_items.noted("mended") == ()

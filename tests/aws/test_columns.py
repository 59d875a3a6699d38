"""A partition as columns: what is wanted, exact and whole, and nothing taken for what it is not."""

import pytest
from boto3.dynamodb.types import Binary

from data.aws.columnar_query import Column
from data.aws.metering import metered
from data.users.table import BY_ORG, BY_ORG_UPDATED, USERS

WANTED = (Column("userId", needed=True), Column("department"), Column("version", int), Column("odd name", bool))
OTHERS = {"blob": Binary(b"\xff"), "list": ["", None], "map": {"S": "N"}, "set": {"x"}}


def people(number, **more):
    common = {"orgId": "acme", "createdAt": f"2026-01-01T{number:04}", "updatedAt": f"2026-02-01T{number:04}"}
    return {"userId": f"u{number:02}", "department": f"Team {number}", "version": number, **common, **OTHERS, **more}


def read(world, **options):
    return list(world.dynamo.column_pages(USERS, BY_ORG, "acme", WANTED, **options))


def test_columns_hold_every_row_of_a_partition_once(world):
    world.dynamo.put_all(USERS, (people(number) for number in range(23)))
    world.store(USERS, people(99, orgId="globex"))
    with metered() as bill:
        pages = read(world, page=10)
    assert [len(page.columns["userId"]) for page in pages] == [10, 10, 3]
    assert [name for page in pages for name in page.columns["userId"]] == [f"u{number:02}" for number in range(23)]
    assert [number for page in pages for number in page.columns["version"]] == list(range(23))
    assert sum(page.examined for page in pages) == 23
    assert (pages[0].position["userId"], pages[-1].position) == ("u09", None)
    assert len(bill.calls) == 3
    assert all(call.units for call in bill.calls)


def test_what_a_row_has_not_is_none_in_its_column(world):
    world.store(USERS, people(1, **{"odd name": True}))
    without = people(2, department=None, **{"odd name": False})
    del without["version"]
    world.store(USERS, without)
    (page,) = read(world)
    assert page.columns == {
        "userId": ["u01", "u02"],
        "department": ["Team 1", None],
        "version": [1, None],
        "odd name": [True, False],
    }
    assert not page.unreadable


@pytest.mark.parametrize(
    "wrong",
    [
        *({"department": 5}, {"department": {"S": "x"}}, {"department": Binary(b"x")}),
        *({"department": True}, {"department": ["x"]}),
        *({"version": "1"}, {"version": True}, {"odd name": "yes"}, {"odd name": 1}, {"version": 10**30}),
    ],
    ids=str,
)
def test_a_row_that_is_not_as_declared_is_given_whole(world, wrong):
    world.store(USERS, people(1))
    world.store(USERS, people(2, **wrong))
    world.store(USERS, people(3))
    (page,) = read(world)
    assert page.columns["userId"] == ["u01", "u03"]
    assert [item["userId"] for item in page.unreadable] == ["u02"]
    assert page.unreadable[0]["set"] == {"x"}
    assert page.examined == 3


def test_a_row_without_what_is_needed_is_unreadable(world):
    world.store(USERS, people(1))
    world.store(USERS, people(2, department=None))
    (page,) = world.dynamo.column_pages(USERS, BY_ORG, "acme", [Column("department", needed=True)])
    assert page.columns == {"department": ["Team 1"]}
    assert [item["userId"] for item in page.unreadable] == ["u02"]


def test_columns_can_begin_at_a_moment(world):
    world.dynamo.put_all(USERS, (people(number) for number in range(5)))
    columns = (Column("userId", needed=True),)
    (page,) = world.dynamo.column_pages(USERS, BY_ORG_UPDATED, "acme", columns, since="2026-02-01T0003")
    assert page.columns == {"userId": ["u03", "u04"]}


def test_an_empty_partition_is_one_page_of_nothing(world):
    (page,) = read(world)
    assert page.columns == {"userId": [], "department": [], "version": [], "odd name": []}
    assert (page.examined, page.position) == (0, None)

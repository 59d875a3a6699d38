"""What this process wrote stands in every list at once, however far the indexes lag behind."""

import pytest

from data.audit.table import AUDIT_LOG
from data.aws.conditions import present
from data.aws.tables import Index, Slice, Table, remove
from data.core.errors import NotFound, OutcomeUnknown
from data.core.permissions import Role
from data.storage.projection import Projection
from data.storage.recent_writes import LAG, Overlay, laid_over
from data.users.filters import UserFilter
from data.users.models import CreatePerson, EditPerson, Status
from data.users.table import USERS
from tests.faults import lagging_indexes

TABLE = Table("things", ("id",))
BY_OWNER = Index("OwnerIndex", "owner", "at")


@pytest.fixture(autouse=True)
def unloaded(monkeypatch):
    """Lists are read from indexes, not from what is in memory."""
    monkeypatch.setattr(Projection, "_read_all", lambda *_: None)


@pytest.fixture
def root(world):
    return world.person(Role.ADMIN, name="root")


@pytest.fixture
def crowd(world, root):
    """Eight people of each role in turn, p0 the oldest; every page holds few."""
    for number in range(8):
        world.person(list(Role)[number % 4], name=f"p{number}", department="Sales")
    return root


def everybody(world, actor, limit=3, **filters):
    """The ids of a whole list, page by page."""
    seen, cursor, wanted = [], None, UserFilter(**{"status": Status.ACTIVE} | filters)
    while True:
        page = world.services.directory.list_newest(actor, wanted, cursor=cursor, limit=limit)
        seen += [user.user_id for user in page.items]
        if (cursor := page.next_cursor) is None:
            return seen


def as_it_is(world, **filters):
    """What a list without lag, cache and overlay would show."""
    keep = filters.get("keep", lambda item: item["status"] == "active")
    people = [item for item in world.items(USERS) if item["orgId"] == "acme" and keep(item)]
    return [item["userId"] for item in sorted(people, key=lambda item: item["createdAt"], reverse=True)]


def test_new_people_stand_in_lists_that_lag(world, crowd):
    everybody(world, crowd)
    with lagging_indexes():
        made = world.services.users.create(crowd, CreatePerson.of(email="new@x.example", username="new")).person
        assert everybody(world, crowd) == as_it_is(world)
        assert everybody(world, crowd, roles={Role.USER})[0] == made.id
        assert everybody(world, crowd, limit=1) == as_it_is(world)


def test_who_moves_between_partitions_stands_in_the_right_one(world, crowd):
    with lagging_indexes():
        world.services.users.edit(crowd, "p0", EditPerson.of(role="manager"))
        world.services.users.edit(crowd, "p5", EditPerson.of(role="user"))
        managers, users = (everybody(world, crowd, roles={role}) for role in (Role.MANAGER, Role.USER))
        assert managers == as_it_is(world, keep=lambda item: item["role"] == "manager")
        assert users == as_it_is(world, keep=lambda item: item["role"] == "user")
        assert ("p0" in managers, "p5" in users) == (True, True)


def test_who_leaves_a_filter_is_gone_from_it(world, crowd):
    with lagging_indexes():
        world.services.users.deactivate(crowd, "p3")
        world.services.users.edit(crowd, "p4", EditPerson.of(department="Design"))
        assert "p3" not in everybody(world, crowd)
        assert everybody(world, crowd, status=Status.INACTIVE) == ["p3"]
        assert everybody(world, crowd, departments={"Design"}) == ["p4"]
        assert "p4" not in everybody(world, crowd, departments={"Sales"})


def test_a_write_whose_answer_was_lost_is_shown_as_it_ended(world, crowd, monkeypatch):
    commit = type(world.dynamo).commit

    def lost(self, writes):
        commit(self, writes)
        raise OutcomeUnknown("It is not known whether this was saved.")

    world.services.users.edit(crowd, "p7", EditPerson.of(department="Support"))  # the trail has a chain to go on with
    with lagging_indexes():
        monkeypatch.setattr(type(world.dynamo), "commit", lost)
        with pytest.raises(OutcomeUnknown):
            world.services.users.edit(crowd, "p1", EditPerson.of(department="Design"))
        assert everybody(world, crowd, departments={"Design"}) == ["p1"]


def test_lists_are_kept_briefly_while_an_index_may_lag(world, crowd, monkeypatch):
    reads, query = [], type(world.dynamo).query

    def counted(self, *args, **options):
        reads.append(args)
        return query(self, *args, **options)

    monkeypatch.setattr(type(world.dynamo), "query", counted)

    def listed():
        return everybody(world, crowd, limit=50)

    listed()
    world.ticks.pass_(LAG + 1)
    world.services.users.edit(crowd, "p1", EditPerson.of(department="Design"))
    reads.clear()
    told = []
    for seconds in (0.0, 0.5, 0.6, 3.5, 0.6, 20.0):  # in all 0, 0.5, 1.1, 4.6, 5.2 and 25.2 after the write
        world.ticks.pass_(seconds)
        listed()
        told.append(len(reads))
    assert told == [1, 1, 2, 3, 3, 4]


def row(id, at, owner="ann"):
    return {"id": id, "at": at, "owner": owner}


@pytest.mark.parametrize(
    ("after", "position", "expected"),
    [
        (None, row("b", "3"), ["new", "d", "b"]),
        (row("b", "3"), None, ["tie", "a"]),
        (row("d", "5"), row("b", "3"), ["b"]),
    ],
)
def test_each_fresh_item_stands_on_one_page_only(after, position, expected):
    pages = {None: [row("d", "5"), row("b", "3")], "b": [row("a", "1")], "d": [row("b", "3")]}
    items = tuple(pages[after["id"] if after else None])
    fresh = {("new",): row("new", "7"), ("tie",): row("aa", "3") | {"id": "tie"}, ("gone",): None}
    fresh[("tie",)] = row("tie", "2")
    fresh[("moved",)] = row("moved", "9", owner="bob")
    found = laid_over(Slice(items, position, 2), fresh, table=TABLE, index=BY_OWNER, partition="ann", after=after)
    assert [item["id"] for item in found.items] == expected


def remembered(overlay):
    """How many keys it holds, also those that nobody asks for."""
    return sum(map(len, overlay._written.values()))  # noqa: SLF001 - what it costs is seen from nowhere else


def test_nothing_is_remembered_beyond_the_lag(world):
    now = [0.0]
    overlay = Overlay(world.dynamo, timer=lambda: now[0])
    write = remove(USERS, {"userId": "ann"}, when=present(USERS), otherwise=NotFound("She is gone."))
    overlay.wrote("acme", [write])
    assert overlay.recent("acme", USERS) == (("ann",),)
    assert overlay.recent("globex", USERS) == ()
    now[0] = LAG
    assert overlay.recent("acme", USERS) == ()


def test_keys_that_nobody_asks_for_are_let_go_of_too(world):
    now = [0.0]
    overlay = Overlay(world.dynamo, timer=lambda: now[0])
    for second in range(100):
        now[0] = float(second)
        for table in (USERS, AUDIT_LOG):
            key = {table.key[0]: f"{table.name}-{second}"}
            overlay.wrote("acme", [remove(table, key, when=present(table), otherwise=NotFound("It is gone."))])
    assert remembered(overlay) == 2 * LAG
    assert len(overlay.recent("acme", USERS)) == LAG


def test_a_key_written_again_is_remembered_from_then_on(world):
    now = [0.0]
    overlay = Overlay(world.dynamo, timer=lambda: now[0])
    write = remove(USERS, {"userId": "ann"}, when=present(USERS), otherwise=NotFound("She is gone."))
    overlay.wrote("acme", [write])
    now[0] = LAG - 1
    overlay.wrote("acme", [write, write])
    now[0] = LAG
    assert overlay.recent("acme", USERS) == (("ann",),)
    now[0] = 2 * LAG
    assert (overlay.recent("acme", USERS), remembered(overlay)) == ((), 0)

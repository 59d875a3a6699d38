"""Who is above a person and who reports to them, loaded or not."""

import pytest

from data.core.errors import NotPermitted
from data.core.permissions import Role
from data.users.filters import UserFilter
from data.users.profile_table import PROFILES
from data.users.table import USERS
from data.users.team import LeftBehind


@pytest.fixture
def root(world):
    root = world.person(Role.ADMIN, name="root")
    for name, boss, more in (("max", "root", {}), ("tim", "max", {}), ("abe", "max", {"status": "inactive"})):
        world.person(Role.MANAGER if name == "max" else Role.USER, name=name)
        place(world, name, boss, **more)
    return root


def place(world, name, boss, **more):
    for table, key in ((USERS, {"userId": name}), (PROFILES, {"profileId": name})):
        world.store(table, {**world.dynamo.get(table, key), "managerId": boss, **(more if table is USERS else {})})
    world.platform.memory.forget("acme")


def around(world, actor, user_id):
    found = world.services.teams.around(actor, user_id)
    return [user.user_id for user in found.above], [user.user_id for user in found.reports]


@pytest.mark.parametrize("loaded", [False, True])
def test_the_way_up_and_the_reports_are_told(world, root, loaded):
    if loaded:
        world.services.directory.search(root, UserFilter())
    assert around(world, root, "tim") == (["max", "root"], [])
    assert around(world, root, "max") == (["root"], ["tim", "abe"])
    assert around(world, root, "root") == ([], ["max"])
    assert around(world, root, "nobody") == ([], [])


@pytest.mark.parametrize("loaded", [False, True])
def test_a_successor_from_below_takes_the_place_above(world, root, loaded):
    place(world, "abe", "root", status="inactive")
    place(world, "max", "abe")
    if loaded:
        world.services.directory.search(root, UserFilter())
    succession = world.services.teams.succession
    assert succession(root, "max", "tim") == {"manager_id": "root"}
    assert succession(root, "root", "tim") == {"manager_id": None}
    assert succession(root, "tim", "max") == succession(root, "max", "nobody") == {}


def test_those_whom_leavers_leave_without_an_active_manager_are_counted(world, root):
    count = world.services.teams.left_behind
    assert count(root, ["max"]) == LeftBehind(people=1, managers=1)
    assert count(root, ["max", "root"]) == LeftBehind(people=1, managers=1)
    assert count(root, ["max", "tim"]) == count(root, ["nobody"]) == count(root, []) == LeftBehind(0, 0)
    with pytest.raises(NotPermitted):
        count(world.person(Role.USER, name="uma"), ["max"])


def test_who_has_left_already_leaves_nobody_behind(world, root):
    place(world, "max", "root", status="inactive")
    assert world.services.teams.left_behind(root, ["max"]) == LeftBehind(0, 0)


def test_in_a_loop_nobody_comes_under_themselves(world, root):
    place(world, "root", "max")
    assert world.services.teams.succession(root, "root", "max") == {"manager_id": None}


def test_a_loop_and_a_gap_end_the_way_up(world, root):
    place(world, "root", "tim")
    assert around(world, root, "tim")[0] == ["max", "root"]
    place(world, "root", "nobody-here")
    assert around(world, root, "tim")[0] == ["max", "root"]


def test_who_sees_no_addresses_sees_none_here(world, root):
    ana = world.person(Role.ANALYST, name="ana")
    found = world.services.teams.around(ana, "max")
    assert {user.email for user in (*found.above, *found.reports)} == {None}
    assert world.services.teams.around(root, "max").above[0].email == "root@acme.example"
    with pytest.raises(NotPermitted):
        world.services.teams.around(world.person(Role.USER, name="uma"), "max")

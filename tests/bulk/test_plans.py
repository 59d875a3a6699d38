"""Plans: who would be changed and how, who not and why, frozen until they are applied."""

import pytest

from data.bulk.models import MOST_ROWS, Act, PlannedRow
from data.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from data.core.permissions import Permission, Role
from data.users.models import EditPerson
from data.users.profile_table import PROFILES
from data.users.table import USERS


def reasons(floor, batch):
    return {user_id: row.reasons for user_id, row in floor.planned(batch).items() if row.act is Act.REJECT}


def test_a_plan_says_what_each_person_would_become(floor):
    floor.people("tim", "zoe", department="Sales")
    floor.people("bob")
    rows = floor.planned(floor.plan(["zoe", "bob", "tim"], department="Finance"))
    assert [(row.number, row.user_id, row.name) for row in rows.values()] == [
        (1, "zoe", "Zoe Acme"),
        (2, "bob", "Bob Acme"),
        (3, "tim", "Tim Acme"),
    ]
    assert (rows["zoe"].before, rows["zoe"].after) == ({"department": "Sales"}, {"department": "Finance"})
    assert (rows["bob"].before, rows["bob"].version) == ({"department": None}, 1)
    assert floor.user("zoe").department == "Sales"


def test_each_refusal_stands_in_the_plan_with_its_reason(floor, world):
    floor.people("tim", "low", managerId="root")
    floor.people("top")
    world.person(Role.ADMIN, org="globex", name="eve")
    floor.edit("root", manager_id="top")
    batch = floor.plan(["tim", "low", "root", "top", "eve.globex", "nobody"], manager_id="low")
    found = reasons(floor, batch)
    assert set(found) == {"low", "root", "top", "eve.globex", "nobody"}
    assert found["low"] == {"managerId": "Nobody reports to themselves; choose somebody else."}
    assert "that would be a loop" in found["top"]["managerId"]
    assert found["eve.globex"] == found["nobody"] == {"": "Nothing in your organisation has this ID."}
    assert batch.counts == {Act.CHANGE: 1, Act.REJECT: 5}
    assert (batch.rows, batch.to_do) == (6, 1)


def test_who_is_so_already_is_left_alone(floor):
    floor.people("tim", department="Finance")
    floor.people("zoe")
    assert reasons(floor, floor.plan(["tim", "zoe"], department="Finance")) == {"tim": {"": "This is so already."}}


def test_one_admin_stays_whoever_is_selected(floor, world):
    for name in ("ada", "ann"):
        world.person(Role.ADMIN, name=name)
    batch = floor.plan(["ada", "root", "ann"], role=Role.USER)
    assert reasons(floor, batch) == {
        "ann": {"": "This would leave no active admin. Make somebody else an admin first."}
    }


def test_nobody_plans_to_deactivate_themselves(floor):
    floor.people("tim")
    found = reasons(floor, floor.plan(["tim", "root"], status="inactive"))
    assert found == {"root": {"": "You cannot deactivate yourself. Ask another admin."}}


def test_a_manager_plans_only_for_people_below(floor, world):
    mia = world.person(Role.MANAGER, name="mia")
    floor.people("low", managerId="mia")
    floor.people("lower", managerId="low")
    floor.people("beside")
    batch = floor.plan(["low", "lower", "beside", "mia"], by=mia, department="Finance")
    acts = {user_id: row.act for user_id, row in floor.planned(batch, by=mia).items()}
    assert acts == {"low": Act.CHANGE, "lower": Act.CHANGE, "beside": Act.REJECT, "mia": Act.REJECT}
    with pytest.raises(NotPermitted):
        floor.plan(["low"], by=mia, role=Role.ANALYST)


def test_who_cannot_be_read_is_named_in_the_plan(floor, world):
    floor.people("tim", "zoe")
    world.store(USERS, {**world.dynamo.get(USERS, {"userId": "tim"}), "role": "emperor"})
    found = reasons(floor, floor.plan(["tim", "zoe"], department="Finance"))
    assert "cannot be read" in found["tim"][""]
    assert set(found) == {"tim"}


def test_somebody_selected_twice_is_planned_once(floor):
    floor.people("tim")
    assert floor.plan(["tim", "tim"], department="Finance").rows == 1


def test_nobody_and_too_many_are_refused(floor):
    with pytest.raises(InvalidInput, match="attention"):
        floor.plan([], department="Finance")
    row = PlannedRow(number=1, act=Act.REJECT, user_id="x", name="X", reasons={"": "No."})
    with pytest.raises(InvalidInput):
        floor.batches.plan(floor.root, (row for _ in range(MOST_ROWS + 1)), cause="import", title="Too many")


def test_many_are_planned_from_what_lists_show(floor, world, monkeypatch):
    monkeypatch.setattr("data.users.change_preview.MANY", 2)
    floor.people("tim", "zoe", "bob", department="Sales")
    world.services.directory.progress(floor.root)
    read = []
    monkeypatch.setattr(type(world.dynamo), "get_together", lambda *_: read.append(1))
    rows = floor.planned(floor.plan(["tim", "zoe", "bob"], department="Finance"))
    assert {user_id: (row.act, row.before, row.version) for user_id, row in rows.items()} == {
        name: (Act.CHANGE, {"department": "Sales"}, 1) for name in ("tim", "zoe", "bob")
    }
    assert not read


def test_pages_of_a_plan_are_read_by_act(floor):
    rows = [
        PlannedRow(
            number=n, act=Act.REJECT if n % 3 else Act.CHANGE, user_id=f"p{n}", name=f"P {n}", after={"bio": "x"}
        )
        for n in range(1, 1_001)
    ]
    batch = floor.batches.plan(floor.root, iter(rows), cause="import", title="Many")
    assert len(batch.parts) == 5

    def numbers(**asked):
        found = floor.batches.rows(floor.root, batch.batch_id, **asked)
        return [row.number for row in found.items], found.page, found.total

    assert numbers(page=3, size=100) == (list(range(201, 301)), 3, 1_000)
    changed = [n for n in range(1, 1_001) if n % 3 == 0]
    assert numbers(act=Act.CHANGE, page=2, size=70) == (changed[70:140], 2, 333)
    assert numbers(act=Act.CHANGE, page=99, size=50) == (changed[300:], 7, 333)
    assert numbers(act=Act.CREATE) == ([], 1, 0)


def test_a_plan_is_only_for_who_made_it(floor, world):
    floor.people("tim", managerId="mia")
    mia, max_ = world.person(Role.MANAGER, name="mia"), world.person(Role.MANAGER, name="max")
    eve = world.person(Role.ADMIN, org="globex", name="eve")
    batch = floor.plan(["tim"], by=mia, department="Finance")
    for stranger in (max_, eve):
        with pytest.raises(NotFound):
            floor.batches.rows(stranger, batch.batch_id)
    assert floor.batches.rows(floor.root, batch.batch_id).total == 1
    with pytest.raises(NotPermitted, match="Only who made this plan"):
        floor.batches.apply(floor.root, batch.batch_id)
    for odd in ("../acme", "", "a b", "x" * 200):
        with pytest.raises(NotFound):
            floor.batches.get(floor.root, odd)


def test_plans_end_after_a_week(floor, world):
    floor.people("tim")
    batch = floor.plan(["tim"], department="Finance")
    world.clock.pass_(days=8)
    with pytest.raises(NotFound, match="kept for 7 days"):
        floor.batches.apply(floor.root, batch.batch_id)


def test_a_plan_of_nothing_is_not_applied(floor):
    floor.people("tim", department="Finance")
    with pytest.raises(Conflict, match="Nothing of this plan"):
        floor.batches.apply(floor.root, floor.plan(["tim"], department="Finance").batch_id)


def test_planning_writes_nothing_of_anybody(floor, world):
    floor.people("tim")
    before = world.items(USERS), world.items(PROFILES)
    batch = floor.plan(["tim"], role=Role.ANALYST, department="Finance")
    assert (world.items(USERS), world.items(PROFILES)) == before
    assert set(batch.needs) == {Permission.EDIT_USERS, Permission.EDIT_PROFILES}
    assert world.trail(batch.batch_id) == ()


def test_an_edit_of_ones_own_is_planned_for_each(floor):
    floor.people("tim", "zoe")
    edits = {"tim": {"manager_id": "root"}, "zoe": {"status": "inactive"}}
    rows = floor.planned(floor.batches.plan_edits(floor.root, edits, title="Both"))
    assert {user_id: row.after for user_id, row in rows.items()} == edits
    with pytest.raises(InvalidInput):
        floor.batches.plan_edits(floor.root, {"tim": {"status": "sleepy"}}, title="Odd")


def test_the_planner_takes_no_field_that_is_none(floor):
    floor.people("tim")
    with pytest.raises(InvalidInput):
        floor.batches.plan_change(floor.root, ["tim"], EditPerson.of(orgId="globex"), title="Odd")

"""Taking a batch back, and trying again what failed: each a plan of its own, looked at before it is done."""

from dataclasses import replace

import pytest

from data.bulk.models import Act, Outcome, PlannedRow
from data.config.resources import FILES_QUEUE
from data.core.errors import Conflict, NotFound, NotPermitted
from data.core.permissions import Role
from data.users.models import Status


@pytest.fixture
def done(floor):
    """Four people of Sales who were moved to Finance."""
    floor.people("tim", "zoe", "bob", "amy", department="Sales")
    batch = floor.plan(["tim", "zoe", "bob", "amy"], department="Finance", manager_id="root")
    floor.apply(batch)
    return batch


def departments(floor):
    return {name: floor.user(name).department for name in floor.names}


def test_undo_restores_what_nobody_changed_since_and_only_that(floor, done):
    floor.edit("tim", department="Board")
    floor.edit("zoe", phone="+44 1 2")
    floor.edit("bob", manager_id=None)
    back = floor.batches.undo(floor.root, done.batch_id)
    planned = floor.planned(back)
    assert {name: row.act for name, row in planned.items()} == {
        "tim": Act.REJECT,
        "zoe": Act.CHANGE,
        "bob": Act.REJECT,
        "amy": Act.CHANGE,
    }
    assert planned["tim"].reasons == {"department": "Somebody changed this since; it stays as it is now."}
    assert (back.cause, back.title, back.source) == ("undo", "Undo: A change", done.batch_id)
    assert set(floor.apply(back)) == {"zoe", "amy"}
    assert departments(floor) == {"tim": "Board", "zoe": "Sales", "bob": "Finance", "amy": "Sales"}
    assert [floor.user(name).manager_id for name in ("tim", "zoe", "amy")] == ["root", None, None]
    assert floor.world.services.users.get_person_for(floor.root, "zoe", "users:read").profile.phone == "+44 1 2"


def test_the_rows_of_an_undo_are_numbered_in_the_order_of_its_plan(floor, done):
    back = floor.batches.undo(floor.root, done.batch_id)
    numbered = {name: row.number for name, row in floor.planned(back).items()}
    assert numbered == {"amy": 1, "bob": 2, "zoe": 3, "tim": 4}
    assert list(numbered) == ["amy", "bob", "zoe", "tim"]


def test_an_undo_can_itself_be_taken_back(floor, done):
    back = floor.batches.undo(floor.root, done.batch_id)
    floor.apply(back)
    forth = floor.batches.undo(floor.root, back.batch_id)
    assert forth.title == "Redo: A change"
    floor.apply(forth)
    assert set(departments(floor).values()) == {"Finance"}


def test_who_changes_between_plan_and_undo_is_left(floor, done):
    back = floor.batches.undo(floor.root, done.batch_id)
    floor.edit("amy", department="Board")
    assert floor.apply(back)["amy"].outcome is Outcome.MOVED
    assert floor.user("amy").department == "Board"


def test_rows_that_were_so_already_are_not_undone(floor):
    floor.people("tim", "zoe", department="Sales")
    batch = floor.plan(["tim", "zoe"], department="Finance")
    floor.edit("tim", phone="+44 1 2")
    floor.edit("tim", department="Finance")
    floor.apply(batch)
    assert set(floor.planned(floor.batches.undo(floor.root, batch.batch_id))) == {"zoe"}


def test_new_people_are_deactivated_and_not_deleted(floor):
    after = {"email": "ned@acme.example", "username": "ned"}
    row = PlannedRow(number=1, act=Act.CREATE, user_id="id-ned", name="Ned", after=after)
    batch = floor.batches.plan(floor.root, [row], cause="import", title="New people")
    floor.apply(batch)
    floor.apply(floor.batches.undo(floor.root, batch.batch_id))
    assert not floor.user("id-ned").active
    again = floor.batches.undo(floor.root, batch.batch_id)
    assert floor.planned(again)["id-ned"].reasons == {"": "This is so already."}


def test_a_deactivation_is_undone_with_the_role_kept(floor):
    floor.people("ana", role=Role.ANALYST)
    batch = floor.plan(["ana"], status="inactive")
    floor.apply(batch)
    assert not floor.user("ana").active
    floor.apply(floor.batches.undo(floor.root, batch.batch_id))
    assert (floor.user("ana").active, floor.user("ana").role) == (True, Role.ANALYST)


def test_what_failed_is_tried_again_on_what_is_now(floor):
    floor.people("tim", "zoe", "low", department="Sales")
    batch = floor.plan(["tim", "zoe"], department="Finance", manager_id="low")
    floor.edit("tim", department="Board")
    floor.edit("low", manager_id="zoe")
    floor.apply(batch)
    assert floor.came_to(batch) == {"tim": Outcome.MOVED, "zoe": Outcome.REFUSED}
    floor.edit("low", manager_id=None)
    again = floor.batches.retry(floor.root, batch.batch_id)
    rows = floor.planned(again)
    assert (again.cause, rows["tim"].before["department"], rows["tim"].version) == ("retry", "Board", 2)
    assert floor.apply(again).keys() == {"tim", "zoe"}
    assert departments(floor) == {"tim": "Finance", "zoe": "Finance", "low": "Sales"}


def test_what_went_well_is_not_tried_again(floor, done):
    with pytest.raises(Conflict, match="No row failed"):
        floor.batches.retry(floor.root, done.batch_id)
    assert {floor.user(name).version for name in floor.names} == {2}


def test_new_people_who_were_refused_are_tried_again(floor):
    after = {"email": "root@acme.example", "username": "ned"}
    row = PlannedRow(number=1, act=Act.CREATE, user_id="id-ned", name="Ned", after=after)
    batch = floor.batches.plan(floor.root, [row], cause="import", title="New people")
    floor.apply(batch)
    floor.edit("root", email="moved@acme.example")
    assert floor.apply(floor.batches.retry(floor.root, batch.batch_id))["id-ned"].outcome is Outcome.CREATED


def test_nothing_is_undone_before_it_is_over(floor, world):
    floor.people("tim")
    batch = floor.plan(["tim"], department="Finance")
    for act in (floor.batches.undo, floor.batches.retry):
        with pytest.raises(Conflict, match="was not applied"):
            act(floor.root, batch.batch_id)
    floor.batches.apply(floor.root, batch.batch_id)
    with pytest.raises(Conflict, match="still at it"):
        floor.batches.undo(floor.root, batch.batch_id)
    world.services.worker.turn(FILES_QUEUE)
    assert floor.batches.undo(floor.root, batch.batch_id).to_do == 1


def test_an_admin_undoes_what_another_did(floor, world, done):
    ada, mia = world.person(Role.ADMIN, name="ada"), world.person(Role.MANAGER, name="mia")
    with pytest.raises(NotFound):
        floor.batches.undo(mia, done.batch_id)
    back = floor.batches.undo(ada, done.batch_id)
    assert set(floor.apply(back, by=ada)) == set(floor.names)


def test_who_lost_the_right_cannot_take_it_back(floor, world):
    ada = world.person(Role.ADMIN, name="ada")
    floor.people("tim")
    batch = floor.plan(["tim"], by=ada, role=Role.ANALYST)
    floor.apply(batch, by=ada)
    floor.edit("ada", role=Role.MANAGER)
    back = floor.batches.undo(replace(ada, role=Role.MANAGER), batch.batch_id)
    assert {row.act for row in floor.planned(back).values()} == {Act.REJECT}
    with pytest.raises(Conflict):
        floor.batches.apply(ada, back.batch_id)


def test_of_a_job_cut_short_what_was_done_is_undone(floor, world, monkeypatch):
    monkeypatch.setattr("data.bulk.repository.CHUNK", 2)
    names = floor.people("tim", "zoe", "bob", "amy", department="Sales")
    ada = world.person(Role.ADMIN, name="ada")
    batch = floor.plan(names, by=ada, department="Finance")
    floor.batches.apply(ada, batch.batch_id)
    users = type(world.services.users)
    real = users.update_user

    def demoting(self, actor, user_id, command, **more):
        changed = real(self, actor, user_id, command, **more)
        if user_id == "zoe":
            real(self, floor.root, "ada", type(command).of(status="inactive"))
        return changed

    monkeypatch.setattr(users, "update_user", demoting)
    floor.work()
    assert departments(floor) == {"tim": "Finance", "zoe": "Finance", "bob": "Sales", "amy": "Sales"}
    back = floor.batches.undo(floor.root, batch.batch_id)
    assert set(floor.apply(back)) == {"tim", "zoe"}
    assert set(departments(floor).values()) == {"Sales"}


def test_nobody_takes_back_what_they_may_not_do(floor, world, done):
    analyst = world.person(Role.ANALYST, name="ana")
    with pytest.raises((NotFound, NotPermitted)):
        floor.batches.undo(analyst, done.batch_id)


def test_a_successor_goes_back_to_where_they_were_however_many_report(floor, world, monkeypatch):
    monkeypatch.setattr("data.bulk.repository.CHUNK", 3)
    floor.people("tim", managerId="root")
    floor.people(*(f"r{n}" for n in range(6)), managerId="tim")
    floor.people("low", managerId="r5")
    before = {name: floor.user(name).manager_id for name in floor.names}
    place = world.services.teams.succession(floor.root, "tim", "low")
    edits = {"tim": {"status": Status.INACTIVE}, "low": place} | {f"r{n}": {"manager_id": "low"} for n in range(6)}
    batch = floor.batches.plan_edits(floor.root, edits, title="Tim goes")
    floor.apply(batch)
    assert floor.user("low").manager_id == "root"
    floor.apply(floor.batches.undo(floor.root, batch.batch_id))
    assert floor.user("tim").active
    assert {name: floor.user(name).manager_id for name in floor.names} == before

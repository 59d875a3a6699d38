"""What the worker does of a plan: just that, with the rights of now, each row with its outcome."""

import csv
import io

import pytest

from data.bulk.models import Act, Outcome, PlannedRow
from data.bulk.repository import key_of
from data.config.resources import DOCUMENTS
from data.core.errors import Conflict, NotFound, Unavailable
from data.core.permissions import Role
from data.jobs.models import JobState
from data.users.table import USERS


def versions(floor):
    return {item["userId"]: item["version"] for item in floor.world.items(USERS)}


def new_person(number, name, **more):
    after = {"email": f"{name}@acme.example", "username": name, "first_name": name.title(), "role": "user", **more}
    return PlannedRow(number=number, act=Act.CREATE, user_id=f"id-{name}", name=name.title(), after=after)


def planned_rows(floor, *rows):
    return floor.batches.plan(floor.root, rows, cause="import", title="New people")


def test_just_the_planned_people_are_touched(floor):
    floor.people("tim", "zoe", "bob", department="Sales")
    before = versions(floor)
    batch = floor.plan(["tim", "bob"], department="Finance")
    assert floor.apply(batch).keys() == floor.planned(batch).keys() == {"tim", "bob"}
    touched = {name for name, version in versions(floor).items() if version != before[name]}
    assert touched == {"tim", "bob"}
    assert floor.user("zoe").department == "Sales"


def test_each_change_is_the_one_that_was_shown(floor):
    floor.people("tim", "zoe", department="Sales")
    batch = floor.plan(["tim", "zoe"], department="Finance", manager_id="root")
    shown = {row.user_id: (row.before, row.after) for row in floor.planned(batch).values()}
    applied = floor.apply(batch)
    assert {row.user_id: (row.before, row.after) for row in applied.values()} == shown
    assert {row.version for row in applied.values()} == {2}
    for name in ("tim", "zoe"):
        user = floor.user(name)
        assert (user.department, user.manager_id) == ("Finance", "root")
        (record,) = floor.world.trail(name)
        assert (record["action"], record["via"], record["userId"]) == ("profile_updated", "job", "root")


def test_a_partial_failure_is_listed_row_by_row(floor, world):
    floor.people("tim", "zoe", "bob", "amy", "low", department="Sales")
    batch = floor.plan(["tim", "zoe", "bob", "amy"], department="Finance", manager_id="low")
    floor.edit("zoe", department="Board")
    floor.edit("bob", phone="+44 1 2")
    floor.edit("low", manager_id="amy")
    world.clients.dynamodb.delete_item(TableName=world.settings.table("users"), Key={"userId": {"S": "tim"}})
    outcomes = floor.apply(batch)
    assert {name: row.outcome for name, row in outcomes.items()} == {
        "tim": Outcome.GONE,
        "zoe": Outcome.MOVED,
        "bob": Outcome.CHANGED,
        "amy": Outcome.REFUSED,
    }
    assert outcomes["zoe"].words == "Somebody changed the department since this was planned."
    assert "that would be a loop" in outcomes["amy"].words
    assert (floor.user("zoe").department, floor.user("zoe").manager_id) == ("Board", None)
    assert world.services.users.get_person_for(floor.root, "bob", "users:read").profile.phone == "+44 1 2"
    state = floor.batches.state(floor.root, batch.batch_id)
    assert (state.job.state, state.done, state.failed, state.changed) == (JobState.DONE, 4, 2, 1)


def test_what_is_so_meanwhile_counts_as_unchanged(floor):
    floor.people("tim", department="Sales")
    batch = floor.plan(["tim"], department="Finance")
    floor.edit("tim", phone="+44 1 2")
    floor.edit("tim", department="Finance")
    assert floor.apply(batch)["tim"].outcome is Outcome.UNCHANGED


def test_rights_are_those_of_when_it_is_done(floor, world):
    mia = world.person(Role.MANAGER, name="mia")
    floor.people("low", "gone", managerId="mia")
    batch = floor.plan(["low", "gone"], by=mia, department="Finance")
    floor.edit("gone", manager_id="root")
    assert floor.came_to(batch, by=mia) == {}
    floor.apply(batch, by=mia)
    assert floor.came_to(batch, by=mia) == {"low": Outcome.CHANGED, "gone": Outcome.REFUSED}


@pytest.mark.parametrize("loss", [{"role": Role.MANAGER}, {"status": "inactive"}])
def test_who_lost_the_right_changes_nobody(floor, world, loss):
    ada = world.person(Role.ADMIN, name="ada")
    floor.people("tim")
    batch = floor.plan(["tim"], by=ada, role=Role.ANALYST)
    floor.batches.apply(ada, batch.batch_id)
    floor.edit("ada", **loss)
    floor.work()
    job = world.services.jobs.get(floor.root, batch.batch_id)
    assert job.state is JobState.FAILED
    assert floor.user("tim").role is Role.USER


def test_the_last_admin_stays_whatever_was_planned(floor, world):
    for name in ("ada", "ann"):
        world.person(Role.ADMIN, name=name)
    batch = floor.plan(["ada", "root"], role=Role.USER)
    floor.edit("ann", status="inactive")
    outcomes = floor.apply(batch)
    assert sorted(row.outcome for row in outcomes.values()) == [Outcome.CHANGED, Outcome.REFUSED]
    refused = next(row for row in outcomes.values() if row.outcome is Outcome.REFUSED)
    assert "last active admin" in refused.words
    assert floor.user(refused.user_id).role is Role.ADMIN


def test_asked_twice_it_is_one_job(floor, world):
    floor.people("tim")
    batch = floor.plan(["tim"], department="Finance")
    first, second = (floor.batches.apply(floor.root, batch.batch_id) for _ in range(2))
    assert first.job_id == second.job_id == batch.batch_id
    floor.work()
    assert floor.batches.apply(floor.root, batch.batch_id).state is JobState.DONE
    assert [record["action"] for record in world.trail(batch.batch_id)] == ["people_changed_together"]
    assert floor.user("tim").version == 2


def test_new_people_come_under_new_managers(floor):
    rows = [new_person(1, "low", manager_id="id-mid"), new_person(2, "mid", manager_id="id-top"), new_person(3, "top")]
    batch = planned_rows(floor, *rows)
    assert set(floor.apply(batch)) == {"id-low", "id-mid", "id-top"}
    assert {row.outcome for row in floor.outcomes(batch).values()} == {Outcome.CREATED}
    assert (floor.user("id-low").manager_id, floor.user("id-mid").manager_id) == ("id-mid", "id-top")


def test_new_people_who_wait_for_each_other_are_refused(floor):
    rows = [new_person(1, "one", manager_id="id-two"), new_person(2, "two", manager_id="id-one")]
    assert {row.outcome for row in floor.apply(planned_rows(floor, *rows)).values()} == {Outcome.REFUSED}
    assert floor.user("id-one") is None


def test_taken_addresses_are_refused_and_the_rest_made(floor):
    rows = [new_person(1, "ned"), new_person(2, "ted", email="root@acme.example"), new_person(3, "fred")]
    outcomes = floor.apply(planned_rows(floor, *rows))
    assert outcomes["id-ted"].words == "Another person has this e-mail."
    assert [row.outcome for row in outcomes.values()] == [Outcome.CREATED, Outcome.REFUSED, Outcome.CREATED]


def test_rejected_rows_are_left_out_of_the_work(floor):
    floor.people("tim", "zoe", department="Sales")
    floor.edit("zoe", department="Finance")
    batch = floor.plan(["tim", "zoe"], department="Finance")
    assert set(floor.apply(batch)) == {"tim"}
    assert floor.user("zoe").version == 2


def test_more_than_a_chunk_is_done_in_order(floor, world, monkeypatch):
    monkeypatch.setattr("data.bulk.repository.CHUNK", 5)
    names = floor.people(*(f"p{n:02}" for n in range(12)))
    batch = floor.plan(names, department="Finance")
    assert [sum(part.counts.values()) for part in batch.parts] == [5, 5, 2]
    floor.batches.apply(floor.root, batch.batch_id)
    floor.work()
    job = world.services.jobs.get(floor.root, batch.batch_id)
    assert job.result == {"changed": 12}
    assert (job.progress.done, job.progress.total) == (12, 12)
    second = floor.batches.outcomes(floor.root, batch.batch_id, page=3, size=4)
    assert [row.user_id for row in second.items] == names[8:]
    assert floor.batches.outcomes(floor.root, batch.batch_id, outcome=Outcome.MOVED).total == 0


def test_a_store_that_fails_leaves_the_chunk_to_another_attempt(floor, world, monkeypatch):
    names = floor.people(*(f"p{n}" for n in range(9)))
    batch = floor.plan(names, department="Finance")
    floor.batches.apply(floor.root, batch.batch_id)
    users, calls = type(world.services.users), []
    real = users.update_user

    def failing(self, actor, user_id, command, **more):
        calls.append(user_id)
        if len(calls) == 5:
            raise Unavailable("The data store does not answer.")
        return real(self, actor, user_id, command, **more)

    with monkeypatch.context() as broken:
        broken.setattr(users, "update_user", failing)
        floor.work()
    assert world.services.jobs.get(floor.root, batch.batch_id).state is JobState.QUEUED
    floor.edit("p0", department="Board")
    world.clock.pass_(minutes=1)
    world.services.worker.sweep()
    floor.work()
    outcomes = floor.came_to(batch)
    assert outcomes.pop("p0") is Outcome.CHANGED
    assert set(outcomes.values()) == {Outcome.CHANGED}
    assert floor.user("p0").department == "Board"
    assert {floor.user(name).version for name in names if name != "p0"} == {2}


def test_the_outcomes_are_a_safe_file(floor, world):
    floor.people("tim", firstName="=1+1", department="Sales")
    batch = floor.plan(["tim"], department="Finance")
    with pytest.raises(Conflict):
        floor.batches.link(floor.root, batch.batch_id)
    floor.apply(batch)
    assert "attachment" in floor.batches.link(floor.root, batch.batch_id)
    body = world.platform.objects.get(DOCUMENTS, key_of("acme", batch.batch_id, "outcomes.csv"))
    (row,) = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    assert row == {
        "Row": "1",
        "User ID": "tim",
        "Name": "'=1+1 Acme",
        "Outcome": "changed",
        "Why": "",
        "Changes": "department: Sales → Finance",
    }


def test_a_plan_that_went_is_told_by_the_job(floor, world):
    floor.people("tim")
    batch = floor.plan(["tim"], department="Finance")
    floor.batches.apply(floor.root, batch.batch_id)
    world.platform.objects.delete(DOCUMENTS, key_of("acme", batch.batch_id, "batch.json"))
    floor.work()
    job = world.services.jobs.get(floor.root, batch.batch_id)
    assert (job.state, "not there any more" in job.error) == (JobState.FAILED, True)
    with pytest.raises(NotFound):
        floor.batches.state(floor.root, batch.batch_id)

"""A batch that ends within a chunk, or whose worker comes back late: what it did is told, and can be taken back."""

from contextlib import suppress

import pytest

from data.bulk.models import Act, Outcome, PlannedRow
from data.config.resources import FILES_QUEUE
from data.core.errors import Conflict, Unavailable
from data.jobs.models import MOST_ATTEMPTS, JobState


class Killed(BaseException):
    """The end of a worker process: nothing of ours catches it."""


@pytest.fixture
def ten(floor):
    return floor.people(*(f"p{n}" for n in range(10)), department="Sales")


@pytest.fixture
def stopped(floor, ten, world, monkeypatch):
    """A change of ten, of whom nobody gets beyond `p7`: each attempt ends there, in the way that is asked for."""

    def made(end):
        users, real = type(world.services.users), type(world.services.users).update_user

        def ending(self, actor, user_id, command, **more):
            if user_id == "p7":
                raise end
            return real(self, actor, user_id, command, **more)

        batch = floor.plan(ten, department="Finance")
        floor.batches.apply(floor.root, batch.batch_id)
        with monkeypatch.context() as broken:
            broken.setattr(users, "update_user", ending)
            for _ in range(MOST_ATTEMPTS + 1):
                attempt(floor)
                world.clock.pass_(minutes=6)
                world.services.worker.sweep()
        return batch

    return made


def attempt(floor):
    with suppress(Killed):
        floor.work()


def departments(floor):
    return {name: floor.user(name).department for name in floor.names}


ENDS = [Unavailable("The data store does not answer."), Killed()]


@pytest.mark.parametrize("end", ENDS, ids=["failed", "killed"])
def test_of_a_chunk_cut_short_what_was_done_is_told(floor, stopped, end):
    batch = stopped(end)
    done = {name for name, department in departments(floor).items() if department == "Finance"}
    state = floor.batches.state(floor.root, batch.batch_id)
    assert state.job.state is JobState.FAILED
    assert done >= {f"p{n}" for n in range(7)}
    assert state.outcomes == {Outcome.CHANGED: len(done)}
    assert set(floor.outcomes(batch)) == done


@pytest.mark.parametrize("end", ENDS, ids=["failed", "killed"])
def test_of_a_chunk_cut_short_what_was_done_is_undone(floor, stopped, end):
    batch = stopped(end)
    floor.edit("p1", department="Board")
    floor.apply(floor.batches.undo(floor.root, batch.batch_id))
    assert departments(floor) == dict.fromkeys(floor.names, "Sales") | {"p1": "Board"}


def test_what_stopped_goes_on_with_all_it_did(floor, stopped, world):
    batch = stopped(Unavailable("The data store does not answer."))
    floor.edit("p1", department="Board")
    assert floor.batches.state(floor.root, batch.batch_id).done < len(floor.names)
    world.services.jobs.retry(floor.root, batch.batch_id)
    floor.work()
    assert floor.came_to(batch) == dict.fromkeys(floor.names, Outcome.CHANGED)
    assert departments(floor) == dict.fromkeys(floor.names, "Finance") | {"p1": "Board"}


def test_nobody_is_told_as_done_who_was_not(floor, ten, world, monkeypatch):
    batch = floor.plan(ten, department="Finance")
    floor.edit("p3", department="Finance")
    monkeypatch.setattr(type(world.services.users), "update_user", failing)
    floor.batches.apply(floor.root, batch.batch_id)
    for _ in range(MOST_ATTEMPTS):
        floor.work()
        world.clock.pass_(minutes=6)
        world.services.worker.sweep()
    state = floor.batches.state(floor.root, batch.batch_id)
    assert (state.job.state, state.done) == (JobState.FAILED, 0)
    with pytest.raises(Conflict, match="Nothing was changed"):
        floor.batches.undo(floor.root, batch.batch_id)


def failing(*_args, **_more):
    raise Unavailable("The data store does not answer.")


def test_the_same_change_of_somebody_else_stays(floor):
    floor.people("tim", "zoe", department="Sales")
    batch = floor.plan(["tim", "zoe"], department="Finance")
    floor.edit("tim", department="Finance")
    assert floor.apply(batch)["tim"].outcome is Outcome.UNCHANGED
    floor.apply(floor.batches.undo(floor.root, batch.batch_id))
    assert departments(floor) == {"tim": "Finance", "zoe": "Sales"}


def test_who_was_made_by_another_try_stays(floor):
    after = {"email": "root@acme.example", "username": "ned"}
    row = PlannedRow(number=1, act=Act.CREATE, user_id="id-ned", name="Ned", after=after)
    batch = floor.batches.plan(floor.root, [row], cause="import", title="New people")
    floor.apply(batch)
    floor.edit("root", email="moved@acme.example")
    first, second = (floor.batches.retry(floor.root, batch.batch_id) for _ in range(2))
    assert floor.came_to(first) == {}
    assert floor.apply(first)["id-ned"].outcome is Outcome.CREATED
    assert floor.apply(second)["id-ned"].outcome is Outcome.UNCHANGED


@pytest.mark.parametrize("since", ["none", "p2"])
def test_a_worker_that_comes_back_late_writes_over_nothing(floor, ten, world, monkeypatch, since):
    batch = floor.plan(ten, department="Finance")
    floor.batches.apply(floor.root, batch.batch_id)
    users, worker, asked = type(world.services.users), world.services.worker, []
    real = users.update_user

    def paused(self, actor, user_id, command, **more):
        asked.append(user_id)
        if len(asked) == 5:  # so long that another worker does all of it meanwhile
            world.clock.pass_(minutes=2)
            worker.sweep()
            assert worker.turn(FILES_QUEUE)
            if since in ten:
                floor.edit(since, department="Board")
        return real(self, actor, user_id, command, **more)

    with monkeypatch.context() as late:
        late.setattr(users, "update_user", paused)
        floor.work()
    state = floor.batches.state(floor.root, batch.batch_id)
    assert (state.job.state, state.job.result) == (JobState.DONE, {"changed": 10})
    assert state.outcomes == {Outcome.CHANGED: 10}
    assert floor.came_to(batch) == dict.fromkeys(ten, Outcome.CHANGED)
    floor.apply(floor.batches.undo(floor.root, batch.batch_id))
    assert departments(floor) == dict.fromkeys(ten, "Sales") | ({since: "Board"} if since in ten else {})


def test_a_worker_that_fails_late_hides_nothing(floor, ten, world, monkeypatch):
    batch = floor.plan(ten, department="Finance")
    floor.batches.apply(floor.root, batch.batch_id)
    users, worker, asked = type(world.services.users), world.services.worker, []
    real = users.update_user

    def paused(self, actor, user_id, command, **more):
        asked.append(user_id)
        if len(asked) == 5:
            world.clock.pass_(minutes=2)
            worker.sweep()
            worker.turn(FILES_QUEUE)
            failing()
        return real(self, actor, user_id, command, **more)

    monkeypatch.setattr(users, "update_user", paused)
    floor.work()
    assert floor.batches.state(floor.root, batch.batch_id).outcomes == {Outcome.CHANGED: 10}


def test_what_else_is_recorded_about_somebody_hides_nothing(floor, stopped, world):
    batch = stopped(Unavailable("The data store does not answer."))
    for _ in range(51):
        world.services.audit.log(floor.root, "signed_in", entity=("user", "p1"))
    assert "p1" in floor.outcomes(batch)
    floor.apply(floor.batches.undo(floor.root, batch.batch_id))
    assert departments(floor) == dict.fromkeys(floor.names, "Sales")


def test_what_is_done_when_all_have_given_up_is_undone_too(floor, ten, world, monkeypatch):
    batch = floor.plan(ten, department="Finance")
    floor.batches.apply(floor.root, batch.batch_id)
    users, worker = type(world.services.users), world.services.worker
    real = users.update_user

    def frozen(self, actor, user_id, command, **more):
        if user_id == "p4" and floor.user("p3").department == "Finance":
            world.clock.pass_(minutes=2)
            worker.sweep()
            worker.turn(FILES_QUEUE)  # the last attempt was ours, so this ends the job
            world.clock.pass_(seconds=20)
            assert floor.batches.state(floor.root, batch.batch_id).done == 4  # somebody looks
        return real(self, actor, user_id, command, **more)

    with monkeypatch.context() as broken:
        broken.setattr(users, "update_user", failing)
        for _ in range(MOST_ATTEMPTS - 1):
            floor.work()
            world.clock.pass_(minutes=6)
            worker.sweep()
    with monkeypatch.context() as late:
        late.setattr(users, "update_user", frozen)
        floor.work()
    floor.apply(floor.batches.undo(floor.root, batch.batch_id))
    assert departments(floor) == dict.fromkeys(ten, "Sales")
    assert floor.batches.state(floor.root, batch.batch_id).job.state is JobState.FAILED


def test_a_worker_that_lost_its_lease_goes_no_further(floor, ten, world, monkeypatch):
    batch = floor.plan(ten, department="Finance")
    floor.batches.apply(floor.root, batch.batch_id)
    users, bench = type(world.services.users), world.services.worker.bench
    real = users.update_user

    def overtaken(self, actor, user_id, command, **more):
        if user_id == "p4":
            (run,) = bench._runs  # noqa: SLF001 - as its watch does when it finds the lease gone
            run.lost = True
        return real(self, actor, user_id, command, **more)

    monkeypatch.setattr(users, "update_user", overtaken)
    floor.work()
    assert {name for name, department in departments(floor).items() if department == "Finance"} == set(ten[:5])

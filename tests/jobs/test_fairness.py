"""One organisation's jobs do not delay another's: on moto, with jobs that receive messages while they run."""

import pytest

from data.config.resources import FILES_QUEUE, MOST_RECEIVED
from data.core.errors import Unavailable
from data.jobs.models import JobState
from data.jobs.slots import Slots
from tests.jobs.conftest import Shop


@pytest.fixture
def other(shop):
    """Jobs of another organisation on the same queue."""
    return Shop(shop.world, shop.world.person("admin", org="globex", name="gwen"))


def during_two(shop, act):
    """Run `act` while two jobs of `shop` run; return these, and a third one that was asked for with them."""
    shop.acts = [lambda *_: shop.worker.turn(FILES_QUEUE), lambda *_: act()]
    jobs = [shop.ask() for _ in range(3)]
    shop.worker.turn(FILES_QUEUE)
    return jobs


def test_another_organisation_is_served_while_two_jobs_run(shop, other):
    seen = []

    def act():
        theirs = other.ask()
        assert [shop.worker.turn(FILES_QUEUE) for _ in range(2)] == [1, 1]
        third = next(job for job in shop.repository.list_newest("acme", limit=3) if job.job_id not in shop.runs)
        seen.extend([other.now(theirs).state, third.state, third.attempts])

    jobs = during_two(shop, act)
    assert seen == [JobState.DONE, JobState.QUEUED, 0]
    shop.drain()
    assert [(shop.now(job).state, shop.now(job).attempts) for job in jobs] == [(JobState.DONE, 1)] * 3


def test_a_deferred_job_starts_as_soon_as_a_slot_is_free(shop):
    jobs = during_two(shop, lambda: shop.worker.turn(FILES_QUEUE))
    assert shop.now(jobs[2]).state is JobState.QUEUED
    assert shop.worker.turn(FILES_QUEUE) == 1
    assert shop.now(jobs[2]).state is JobState.DONE
    assert (shop.depth().waiting, shop.depth().in_flight) == (0, 0)


def test_a_job_may_be_deferred_more_often_than_messages_may_fail(shop):
    def act():
        for _ in range(MOST_RECEIVED + 2):
            assert shop.worker.turn(FILES_QUEUE) == 1
            shop.world.clock.pass_(seconds=61)
            shop.worker.bench.prolong()
            assert shop.worker.sweep() == 1

    jobs = during_two(shop, act)
    assert (shop.now(jobs[2]).attempts, shop.depth().dead) == (0, 0)
    shop.drain()
    assert (shop.now(jobs[2]).state, shop.depth().dead) == (JobState.DONE, 0)


def test_a_deferred_job_that_cannot_be_announced_is_found_by_the_sweeper(shop, monkeypatch):
    def act():
        shop.worker.turn(FILES_QUEUE)
        monkeypatch.setattr(shop.queues, "send", refuse)

    def refuse(*_):
        raise Unavailable("The queue is away.")

    jobs = during_two(shop, act)
    monkeypatch.undo()
    assert shop.worker.turn(FILES_QUEUE) == 0
    shop.world.clock.pass_(seconds=61)
    shop.drain()
    assert shop.now(jobs[2]).state is JobState.DONE


def test_a_deferred_job_that_another_worker_did_is_not_done_again(shop):
    def act():
        shop.worker.turn(FILES_QUEUE)
        third = next(job for job in shop.repository.list_newest("acme", limit=3) if job.job_id not in shop.runs)
        shop.queues.send(FILES_QUEUE, third.job_id)
        shop.drain(shop.new_worker())

    jobs = during_two(shop, act)
    shop.drain()
    assert sorted(shop.runs) == sorted(job.job_id for job in jobs)


def test_as_many_organisations_as_slots_run_side_by_side(shop):
    slots, job = Slots({"media": 4}), shop.ask(announce=False)

    def of(org_id, number=0):
        return job.model_copy(update={"org_id": org_id, "job_id": f"{org_id}{number}"})

    def leave(org_id):
        return [each.job_id for each in slots.leave(of(org_id))]

    assert [slots.take(of("a", number)) for number in range(4)] == [True, True, False, False]
    assert [slots.take(of(org_id)) for org_id in ("b", "c")] == [True, True]
    assert [slots.take(of(org_id, 1)) for org_id in ("b", "c")] == [False, False]
    assert [leave("b"), leave("c"), leave("a"), leave("a")] == [["b1"], ["c1"], ["a2"], ["a3"]]


def test_a_freed_slot_is_offered_to_every_organisation_that_waits(shop):
    slots, job = Slots({"media": 2}), shop.ask(announce=False)
    jobs = [job.model_copy(update={"org_id": org_id, "job_id": name}) for org_id, name in ("ap", "bq", "br", "as")]
    assert [slots.take(each) for each in jobs] == [True, True, False, False]
    assert [each.job_id for each in slots.leave(jobs[0])] == ["s"]
    assert [each.job_id for each in slots.leave(jobs[1])] == ["r"]


def test_queues_have_slots_of_their_own(shop):
    slots, job = Slots({"media": 2}), shop.ask(announce=False)
    assert slots.take(job)
    assert slots.take(job.model_copy(update={"queue": "publish", "job_id": "other"}))
    assert not slots.take(job.model_copy(update={"job_id": "second"}))
    assert [each.job_id for each in slots.leave(job)] == ["second"]

"""One effect, however often a message comes and whoever dies: on moto, with a clock that stands still."""

import pytest

from data.config.resources import FILES_QUEUE, MOST_RECEIVED
from data.core.errors import NotPermitted, Unavailable
from data.jobs.models import MOST_ATTEMPTS, JobState, LeaseLost
from data.jobs.runner import KILLED, SURPRISE
from tests.aws.faults import Refusal, failing

THROTTLED = Refusal("ProvisionedThroughputExceededException")


def test_a_job_is_done_and_its_message_gone(shop):
    job = shop.ask(word="x")
    assert shop.worker.turn(FILES_QUEUE) == 1
    after = shop.now(job)
    assert (after.state, after.result, after.attempts) == (JobState.DONE, {"said": "well"}, 1)
    assert (after.lease_owner, after.shard, after.due_at, after.error) == (None, None, None, None)
    assert shop.depth().waiting == shop.depth().in_flight == 0


def test_a_message_that_comes_three_times_has_one_effect(shop):
    job = shop.ask()
    for _ in range(2):
        shop.queues.send(FILES_QUEUE, job.job_id)
    shop.drain()
    assert shop.runs == [job.job_id]
    assert shop.depth().waiting == 0


def test_a_lost_message_is_sent_again_by_the_sweeper(shop):
    job = shop.ask(announce=False)
    assert shop.worker.sweep() == 0
    shop.world.clock.pass_(seconds=30)
    assert [shop.worker.sweep(), shop.worker.sweep()] == [1, 0]
    shop.drain()
    assert shop.now(job).state is JobState.DONE


def test_a_job_that_cannot_be_announced_is_done_all_the_same(shop):
    job = shop.ask(announce=False)
    url = shop.world.clients.sqs.get_queue_url(QueueName="pre-work-media-dev")["QueueUrl"]
    shop.world.clients.sqs.delete_queue(QueueUrl=url)
    shop.world.services.jobs.announce(job)
    assert shop.now(job).state is JobState.QUEUED


def test_a_lease_that_is_over_is_taken_over(shop):
    shop.acts = [KeyboardInterrupt()]
    job = shop.ask()
    with pytest.raises(KeyboardInterrupt):
        shop.worker.turn(FILES_QUEUE)
    shop.queues.send(FILES_QUEUE, job.job_id)
    other = shop.new_worker()
    shop.drain(other)
    assert shop.now(job).state is JobState.RUNNING
    shop.world.clock.pass_(seconds=61)
    shop.drain(other)
    after = shop.now(job)
    assert (after.state, after.attempts, len(shop.runs)) == (JobState.DONE, 2, 2)


def test_a_late_worker_cannot_write_over_the_next(shop):
    def dawdle(job, report):
        report(1, 2, "half way")
        shop.world.clock.pass_(seconds=61)
        shop.queues.send(FILES_QUEUE, job.job_id)
        shop.drain(shop.new_worker())
        with pytest.raises(LeaseLost):
            report(2, 2, "too late")
        return "late"

    shop.acts = [dawdle]
    job = shop.ask()
    shop.worker.turn(FILES_QUEUE)
    after = shop.now(job)
    assert (after.state, after.result, after.attempts) == (JobState.DONE, {"said": "well"}, 2)


def test_a_lease_that_is_prolonged_is_nobody_elses(shop):
    def long(job, _report):
        for _ in range(3):
            shop.world.clock.pass_(seconds=50)
            shop.worker.bench.prolong()
            shop.queues.send(FILES_QUEUE, job.job_id)
            shop.drain(other)
        return "at last"

    other = shop.new_worker()
    shop.acts = [long]
    job = shop.ask()
    shop.worker.turn(FILES_QUEUE)
    after = shop.now(job)
    assert (after.result, after.attempts) == ({"said": "at last"}, 1)


def test_a_failure_is_tried_again_after_a_pause(shop):
    shop.acts = [Unavailable("The store is away.")]
    job = shop.ask()
    shop.worker.turn(FILES_QUEUE)
    waiting = shop.now(job)
    assert (waiting.state, waiting.error, waiting.attempts) == (JobState.QUEUED, "The store is away.", 1)
    shop.queues.send(FILES_QUEUE, job.job_id)
    shop.drain()
    assert len(shop.runs) == 1, "the pause holds, whoever asks"
    shop.world.clock.pass_(seconds=11)
    shop.drain()
    after = shop.now(job)
    assert (after.state, after.attempts, after.error) == (JobState.DONE, 2, None)


def test_after_four_failures_somebody_must_see_to_it(shop, caplog):
    shop.acts = [RuntimeError("a secret of ours")] * MOST_ATTEMPTS
    job = shop.ask()
    for _ in range(MOST_ATTEMPTS + 2):
        shop.drain()
        shop.world.clock.pass_(minutes=10)
    after = shop.now(job)
    assert (after.state, after.attempts, after.error) == (JobState.FAILED, MOST_ATTEMPTS, SURPRISE)
    assert len(shop.runs) == MOST_ATTEMPTS
    assert "a job failed surprisingly" in caplog.messages
    overview = shop.world.services.jobs.overview(shop.ann)
    assert [one.job_id for one in overview.failed] == [job.job_id]
    assert overview.running == ()


def test_a_failed_job_is_retried_by_hand(shop):
    shop.acts = [NotPermitted("Not any more.")]
    job = shop.ask()
    shop.drain()
    assert shop.now(job).state is JobState.FAILED
    jobs = shop.world.services.jobs
    assert jobs.retry(shop.ann, job.job_id).attempts == 0
    assert jobs.retry(shop.ann, job.job_id).state is JobState.QUEUED
    shop.drain()
    assert shop.now(job).state is JobState.DONE
    assert [record["action"] for record in shop.world.trail(job.job_id)] == ["job_retried"]
    assert jobs.overview(shop.ann).failed == ()


def test_a_job_that_kills_its_workers_is_given_up(shop):
    shop.acts = [KeyboardInterrupt()] * (MOST_ATTEMPTS + 1)
    job = shop.ask()
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            shop.worker.turn(FILES_QUEUE)
        shop.world.clock.pass_(seconds=61)
        shop.worker.sweep()
    shop.drain()
    assert (shop.now(job).state, shop.now(job).error) == (JobState.FAILED, KILLED)


@pytest.mark.parametrize("body", ["no-such-job", "x" * 500, "{}"])
def test_poison_goes_to_the_dead_letters(shop, body):
    job = shop.ask()
    shop.queues.send(FILES_QUEUE, body)
    for _ in range(MOST_RECEIVED + 2):
        shop.worker.turn(FILES_QUEUE)
    assert shop.now(job).state is JobState.DONE
    assert (shop.depth().waiting, shop.depth().dead) == (0, 1)
    assert shop.world.services.jobs.overview(shop.ann).queues[0].depth.dead == 1


def test_a_job_of_a_newer_version_waits_for_one(shop):
    job = shop.ask()
    shop.drain(shop.new_worker({}))
    assert (shop.now(job).state, shop.now(job).attempts) == (JobState.QUEUED, 1)
    shop.world.clock.pass_(seconds=11)
    shop.drain(shop.new_worker())
    assert shop.now(job).state is JobState.DONE


def test_thirty_percent_throttling_loses_no_job(shop):
    jobs = [shop.ask() for _ in range(5)]
    faults = ([THROTTLED] * 3 + [None] * 7) * 20
    with failing(shop.world.clients.dynamodb, *faults):
        for _ in range(12):
            try:
                shop.drain()
            except Unavailable:
                shop.world.clock.pass_(seconds=70)
    assert [shop.now(job).state for job in jobs] == [JobState.DONE] * 5


def test_progress_is_seen_while_it_goes_on(shop):
    seen = []

    def slow(job, report):
        for done in range(3):
            report(done, 3, "counting")
            seen.append(shop.now(job).progress.done)
            shop.world.clock.pass_(seconds=2)
        return "counted"

    shop.acts = [slow]
    job = shop.ask()
    shop.worker.turn(FILES_QUEUE)
    assert seen == [0, 1, 2]
    assert shop.now(job).progress.total == 3


def test_what_is_noted_stands_for_every_later_attempt(shop):
    seen = []

    def noting(job, report):
        seen.append(job.progress.noted)
        report(0, 2, "counting")
        report(1, 2, "counting", noted=f"part {len(seen)}")
        report(2, 2, "counting")
        seen.append(shop.now(job).progress.noted)
        raise NotPermitted("No.")

    shop.acts = [noting, noting]
    job = shop.ask()
    shop.drain()
    shop.world.services.jobs.retry(shop.ann, job.job_id)
    shop.drain()
    assert seen == ["", "part 1", "part 1", "part 3"]


def test_a_worker_says_that_it_is_there(shop):
    jobs = shop.world.services.jobs
    assert (jobs.overview(shop.ann).worker, jobs.overview(shop.ann).working) == (None, False)
    shop.worker.beat()
    shop.worker.beat()
    seen = jobs.overview(shop.ann)
    assert (seen.working, seen.worker.busy) == (True, 0)
    shop.world.clock.pass_(seconds=40)
    assert not jobs.overview(shop.ann).working

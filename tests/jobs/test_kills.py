"""A real worker is killed at each named point, on the embedded engine; a fresh one then brings it to its end alone."""

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from data.aws.dynamodb import Dynamo
from data.aws.sns import Topics
from data.aws.sqs import Queues
from data.config.resources import CRITICAL, DOCUMENTS, FILES_QUEUE, PUBLISH_QUEUE, Queue
from data.core.permissions import Role
from data.jobs.models import Job, JobState
from data.jobs.repository import JobRepository
from data.runtime.installation import Installation
from data.users.export import PeopleFilter, key_of
from data.users.models import CreatePerson
from tests.dashboards import ROOT, environment, until
from tests.engines import running_engine
from tests.jobs.dying import KILLED, joined, person

pytestmark = pytest.mark.engine
OUTSIDE = Queue("deployment")  # nobody works on it yet, so it can stand for a subscriber


@dataclass
class Place:
    """An installation on an engine of its own, seen from beside its workers."""

    state: Path
    installation: Installation
    user_id: str = ""

    @property
    def services(self):
        return self.installation.services

    @property
    def root(self):
        return person(self.installation, self.user_id)

    @cached_property
    def queues(self):
        return Queues(self.installation.clients, self.installation.settings)

    @cached_property
    def jobs(self):
        return JobRepository(Dynamo(self.installation.clients, self.installation.settings.table))

    def newest(self, kind: str) -> Job:
        return next(job for job in self.jobs.list_newest(self.root.org_id, limit=20) if job.kind == kind)

    def started(self, point: str) -> subprocess.Popen:
        line = [sys.executable, "-m", "tests.jobs.dying", str(self.state), point, self.user_id]
        return subprocess.Popen(line, cwd=ROOT, env=environment())

    def dies_at(self, point: str) -> None:
        process = self.started(point)
        assert process.wait(90) == KILLED

    @contextmanager
    def drained_by_a_fresh_worker(self, job_id: str) -> Any:
        """The job as a worker leaves it that knows nothing of the one that died; the queue is empty then."""
        fresh = self.started("never")
        try:
            until(lambda: not self.jobs.find(job_id).open, "the job")
            until(lambda: not any(self.left()), "the queues")
            yield self.jobs.find(job_id)
        finally:
            fresh.kill()
            fresh.wait()

    def left(self) -> list[int]:
        depths = [self.queues.depth(queue) for queue in (FILES_QUEUE, PUBLISH_QUEUE)]
        return [number for depth in depths for number in (depth.waiting, depth.in_flight, depth.dead)]

    def files(self) -> list[str]:
        return [found.key for found in self.services.objects.walk(DOCUMENTS, "exports/")]

    def told(self) -> list[dict[str, Any]]:
        """What came outside since last time."""
        came = self.queues.receive(OUTSIDE, hidden=60, most=10)
        for one in came:
            self.queues.settle(one)
        return [json.loads(json.loads(one.body)["Message"]) for one in came]


def subscribed(installation: Installation) -> None:
    """Let alerts come to OUTSIDE."""
    sqs, topic = installation.clients.sqs, Topics(installation.clients, installation.settings).arn(CRITICAL)
    url = sqs.get_queue_url(QueueName="pre-work-deployment-dev")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    policy = {"Version": "2012-10-17", "Statement": [sns]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    installation.clients.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    state = tmp_path_factory.mktemp("jobs") / "state"
    state.mkdir()
    with running_engine(state / "engine"):
        installation = joined(state)
        installation.setup()
        place = Place(state, installation)
        subscribed(installation)
        founded = place.services.users.found(org_name="Acme", email="r@acme.example", username="root", password=None)
        place.user_id = founded.person.id
        while place.services.worker.turn(PUBLISH_QUEUE):
            pass
        assert [message["reason"] for message in place.told()] == ["new_admin"]
        yield place
        installation.close()


def test_killed_before_the_message_the_job_is_found(place):
    place.dies_at("asked")
    asked = place.newest("export-users")
    assert (asked.state, place.left()) == (JobState.QUEUED, [0] * 6)
    with place.drained_by_a_fresh_worker(asked.job_id) as job:
        assert (job.state, job.attempts, job.result["rows"]) == (JobState.DONE, 1, 1)
        assert key_of(job) in place.files()


@pytest.mark.parametrize(
    ("point", "state", "attempts"),
    [("taken", JobState.RUNNING, 2), ("stored", JobState.RUNNING, 2), ("noted", JobState.DONE, 1)],
)
def test_killed_with_a_job_in_hand_it_is_done_once(place, point, state, attempts):
    asked = place.services.exports.request(place.root, PeopleFilter())
    place.dies_at(point)
    assert place.jobs.find(asked.job_id).state is state
    assert (key_of(asked) in place.files()) is (point != "taken")
    with place.drained_by_a_fresh_worker(asked.job_id) as job:
        assert (job.state, job.result["rows"]) == (JobState.DONE, 1)
        assert job.attempts >= attempts  # a machine under load may lose a lease so short
        assert place.files().count(key_of(asked)) == 1


def test_killed_while_it_publishes_it_says_the_same_again(place):
    command = CreatePerson.of(email="second@acme.example", username="second", role=Role.ADMIN)
    made = place.services.users.create(place.root, command)
    place.dies_at("published")
    with place.drained_by_a_fresh_worker(place.newest("publish").job_id) as job:
        first, second, *more = place.told()
        assert [second, *more] == [first] * (1 + len(more))
        assert (first["dedup"], first["userId"]) == (job.job_id, made.person.id)
        assert job.state is JobState.DONE
        assert job.attempts >= 2

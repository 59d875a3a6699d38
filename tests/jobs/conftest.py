"""A worker whose clock stands still, with one kind of work that does as it is told."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from data.aws.sqs import Queues
from data.config.resources import FILES_QUEUE
from data.domain import JobType
from data.jobs.models import Job
from data.jobs.repository import JobRepository
from data.jobs.worker import Worker

REHEARSAL = JobType("rehearsal", FILES_QUEUE)
LEASE = timedelta(seconds=60)


@dataclass
class Shop:
    """Jobs asked for by `ann`, and workers for them. `acts`: what the next runs do, in turn; then they go well."""

    world: Any
    ann: Any
    acts: list = field(default_factory=list)
    runs: list = field(default_factory=list)

    def __post_init__(self):
        self.repository = JobRepository(self.world.dynamo)
        self.queues = Queues(self.world.clients, self.world.settings)
        self.worker = self.new_worker()

    def new_worker(self, handlers=None):
        world, handlers = self.world, {REHEARSAL: self.handle} if handlers is None else handlers
        return Worker(self.repository, self.queues, handlers, world.clock, world.identifiers, lease=LEASE)

    def handle(self, job, report):
        self.runs.append(job.job_id)
        act = self.acts.pop(0) if self.acts else None
        if isinstance(act, BaseException):
            raise act
        return {"said": act(job, report) if act else "well"}

    def ask(self, *, announce=True, **input) -> Job:
        with self.world.begin() as unit:
            job = self.world.services.jobs.enqueue(unit, self.ann, REHEARSAL, input)
            if not announce:
                unit.followers.clear()
        return job

    def now(self, job) -> Job:
        return self.repository.find(job.job_id)

    def drain(self, worker=None):
        """Turns and sweeps until nothing comes any more."""
        worker = worker or self.worker
        while worker.turn(FILES_QUEUE) or worker.sweep():
            pass

    def depth(self):
        return self.queues.depth(FILES_QUEUE)


@pytest.fixture
def shop(world) -> Shop:
    return Shop(world, world.person("admin"))

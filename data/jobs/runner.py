"""One job done: taken under a lease, run, what came of it written, and only then is the message let go.

However often a message comes, the work is done once, or again only where nobody can know whether it was done: a
handler must make the same of it. A worker that dies leaves the job to the next one when its lease is over; one that
comes back late cannot write over it.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final

from data.aws.sqs import Delivery, Queues
from data.config.resources import Queue
from data.core.clock import Clock
from data.core.errors import AppError, Conflict, Defect, InvalidInput, NotFound, NotPermitted
from data.core.identifiers import Identifiers
from data.core.logs import acting, correlation_id
from data.jobs.models import MOST_ATTEMPTS, Handler, Job, LeaseLost, Progress
from data.jobs.repository import JobRepository
from data.jobs.slots import Slots

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
TELLING: Final = timedelta(seconds=1)  # between two reports of one job that are stored
MOST_LETTERS: Final = 128  # of an id
LASTING: Final = (NotPermitted, NotFound, InvalidInput, Conflict, Defect)  # trying again would end the same
SURPRISE: Final = "Something went wrong on our side. It was recorded."
KILLED: Final = "The worker ended each time while it was at this."


class Run:
    """One attempt at a job, for as long as the lease is ours. `report` is what its handler gets."""

    def __init__(self, jobs: JobRepository, clock: Clock, held: Job, lease: timedelta) -> None:
        self._jobs, self._clock, self._lease = jobs, clock, lease
        self.job, self.progress = held, held.progress
        self._told: datetime | None = None
        self.lost = False

    def report(self, done: int, total: int | None = None, words: str = "", *, noted: str = "") -> None:
        """Raises LeaseLost when somebody else has the job."""
        if self.lost:
            raise LeaseLost("Somebody else has taken this job over.")
        before, now = self.progress.noted, self._clock.now()
        self.progress = Progress(done=done, total=total, words=words, noted=noted or before)
        if noted or self._told is None or now - self._told >= TELLING:
            self._told = now
            self._jobs.store_progress(self.job, self.progress, now)

    def prolong(self) -> None:
        """Keep the lease; where that is too late, the next report says so to the handler."""
        try:
            self._jobs.extend_lease(self.job, self._clock.now() + self._lease)
        except LeaseLost:
            self.lost = True

    def done(self, result: Mapping[str, Any]) -> None:
        """Raises LeaseLost."""
        self._end(self.job.done(result, self.progress, self._clock.now()))

    def stumbled(self, error: str, *, for_good: bool = False) -> None:
        """Raises LeaseLost."""
        self._end(self.job.stumbled(error, self._clock.now(), for_good=for_good))

    def _end(self, after: Job) -> None:
        self._jobs.release(self.job, after)


class Bench:
    """Where deliveries become work. Safe to share between threads; `lease` is also for how long messages are hidden."""

    def __init__(
        self,
        jobs: JobRepository,
        queues: Queues,
        handlers: Mapping[str, Handler],
        clock: Clock,
        identifiers: Identifiers,
        *,
        slots: Slots,
        lease: timedelta = LEASE,
    ) -> None:
        self._jobs, self._queues, self._handlers = jobs, queues, handlers
        self._clock, self._identifiers, self.lease, self._slots = clock, identifiers, lease, slots
        self._runs: dict[Run, Delivery] = {}
        self._lock = Lock()

    @property
    def busy(self) -> int:
        """How many jobs are under way here."""
        return len(self._runs)

    @property
    def hidden(self) -> int:
        """Seconds for which a received message is nobody else's."""
        return max(1, int(self.lease.total_seconds()))

    def prolong(self) -> None:
        """Keep what is under way here, for another lease. Raises AppError where the stores do not answer."""
        with self._lock:
            runs = dict(self._runs)
        for run, delivery in runs.items():
            run.prolong()
            self._queues.hide(delivery, self.hidden)

    def handle(self, delivery: Delivery) -> None:
        """Do what a message says, and settle it. Raises AppError where the stores do not answer: it will come again."""
        job = self._meant(delivery)
        if job is None:
            self._queues.hide(delivery, 0)  # received too often, it goes to the dead letters
            return
        if job.free(self._clock.now()) and self._slots.take(job):
            try:
                self._start(job, delivery)
            finally:
                self._announce(delivery.queue, self._slots.leave(job))
        self._queues.settle(delivery)  # of a deferred job too: its row stays queued, and it is announced again

    def _announce(self, queue: Queue, jobs: Iterable[Job]) -> None:
        """Send the messages of deferred jobs again. If that fails, the sweeper sends them."""
        for job in jobs:
            try:
                self._queues.send(queue, job.job_id)
            except AppError as error:
                log.warning("a deferred job was not announced", extra={"job": job.job_id, "why": repr(error)})

    def _start(self, job: Job, delivery: Delivery) -> None:
        held = self._taken(job)
        if held is not None:
            self._run(held, delivery)

    def _meant(self, delivery: Delivery) -> Job | None:
        """The job that a message names; None for a message that no job of ours can have sent."""
        job = None
        if 0 < len(delivery.body) <= MOST_LETTERS:
            try:
                job = self._jobs.find(delivery.body)
            except Defect:
                log.error("a job cannot be read", extra={"job": delivery.body})  # noqa: TRY400 - whole() told of it
        if job is None:
            log.warning("a message names no job", extra={"queue": delivery.queue.name, "times": delivery.times})
        return job

    def _taken(self, job: Job) -> Job | None:
        """Return the job under our lease, or None if another worker was faster or no attempt is left."""
        now = self._clock.now()
        exhausted = job.attempts >= MOST_ATTEMPTS
        after = (
            job.stumbled(KILLED, now, for_good=True)
            if exhausted
            else job.taken(self._identifiers.new(), now, self.lease)
        )
        try:
            self._jobs.take(job, after)
        except LeaseLost:
            return None
        return None if exhausted else after

    def _run(self, held: Job, delivery: Delivery) -> None:
        run = Run(self._jobs, self._clock, held, self.lease)
        with self._lock:
            self._runs[run] = delivery
        told, nobody = correlation_id.set(held.correlation_id), acting.set((held.org_id, held.created_by))
        try:
            self._attempt(run)
        except LeaseLost:
            log.warning("a job was taken over", extra={"job": held.job_id})
        finally:
            correlation_id.reset(told)
            acting.reset(nobody)
            with self._lock:
                del self._runs[run]

    def _attempt(self, run: Run) -> None:
        """Run the handler and write what came of it. Raises LeaseLost, and AppError where that cannot be written."""
        handler = self._handlers.get(run.job.kind)
        if handler is None:  # an older version, while a newer one is being installed
            run.stumbled(f"This worker does not know jobs of the kind {run.job.kind}.")
            return
        try:
            result = handler(run.job, run.report)
        except LeaseLost:
            raise
        except AppError as error:
            log.warning("a job failed", extra={"job": run.job.job_id, "kind": run.job.kind, "why": repr(error)})
            run.stumbled(_words(error), for_good=isinstance(error, LASTING))
        except Exception:
            log.exception("a job failed surprisingly", extra={"job": run.job.job_id, "kind": run.job.kind})
            run.stumbled(SURPRISE)
        else:
            run.done(result)


def _words(error: AppError) -> str:
    """What failed, for the person; of fields, what is wrong with each."""
    if isinstance(error, InvalidInput):
        return " ".join(f"{name}: {words}" if name else words for name, words in error.fields.items())
    return str(error)

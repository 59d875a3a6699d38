"""The rules of jobs: queued in the unit of work of their cause, watched, and retried by users."""

import logging
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from data.audit.service import AuditService
from data.aws.sqs import Depth, Queues
from data.config.resources import QUEUES
from data.core.clock import Clock
from data.core.concurrency import together
from data.core.errors import AppError, Conflict, NotFound
from data.core.identifiers import Identifiers
from data.core.logs import correlation_id
from data.core.permissions import NOTHING_HERE, Actor, Permission, authorise, authorise_owned, may
from data.domain import JobType
from data.jobs.actions import JobAction
from data.jobs.models import LOST_AFTER, Job, JobState, LeaseLost, WorkerSeen, shard_of
from data.jobs.repository import JobRepository
from data.storage.unit_of_work import Store, UnitOfWork

log = logging.getLogger(__name__)

MOST_SHOWN: Final = 100
MOST_SEARCHED: Final = 500
MOST_OPEN_OWN: Final = 3  # jobs of one kind and one user
MOST_OPEN: Final = 10  # jobs of one kind and one organisation
ALIVE: Final = timedelta(seconds=20)  # a worker says every few seconds that it is there
BY_NAME: Final = {queue.name: queue for queue in QUEUES}


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue by its short name; `depth` is None, and `problem` says why, where it does not answer."""

    name: str
    depth: Depth | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """Background work at one moment: all queues and workers, and the jobs of the asker's organisation.

    `worker` is the one seen last, None if there was none in a day; `working` whether it is there now.
    `failed` wait for a hand, `recent` are the newest of all states.
    """

    queues: tuple[QueueState, ...]
    worker: WorkerSeen | None
    working: bool
    running: tuple[Job, ...]
    failed: tuple[Job, ...]
    recent: tuple[Job, ...]
    looked_at: datetime


class JobService:
    def __init__(  # noqa: PLR0917 - wired once
        self,
        jobs: JobRepository,
        store: Store,
        queues: Queues,
        audit: AuditService,
        clock: Clock,
        identifiers: Identifiers,
    ) -> None:
        self._jobs, self._store, self._queues, self._audit = jobs, store, queues, audit
        self._clock, self._identifiers = clock, identifiers

    def enqueue(
        self, unit: UnitOfWork, actor: Actor, kind: JobType, input: Mapping[str, Any], *, job_id: str | None = None
    ) -> Job:
        """Add a new job to the unit of work of its cause. Its message is sent after the commit.

        The caller has authorised it. With a `job_id` of the caller, a second commit raises AlreadyThere.
        """
        now, job_id = self._clock.now(), job_id or self._identifiers.new()
        job = Job(
            job_id=job_id,
            org_id=actor.org_id,
            kind=kind.name,
            queue=kind.queue.name,
            input=dict(input),
            created_by=actor.user_id,
            scopes=tuple(sorted(actor.scopes)),
            correlation_id=correlation_id.get(),
            created_at=now,
            updated_at=now,
            shard=shard_of(job_id),
            due_at=now + LOST_AFTER,
        )
        self._jobs.insert(unit, job)
        unit.after_commit(partial(self.announce, job))
        return job

    def announce(self, job: Job) -> None:
        """Send the message of a committed job. If that fails, the sweeper sends it some seconds later."""
        try:
            self._queues.send(BY_NAME[job.queue], job.job_id)
        except AppError as error:
            log.warning("a job was not announced", extra={"job": job.job_id, "why": repr(error)})

    def get(self, actor: Actor, job_id: str) -> Job:
        """One's own job as it is now; those who manage jobs see all of their organisation. Raises NotFound."""
        authorise(actor, Permission.OPEN_HOME)
        job = self._jobs.find(job_id)
        own = job is not None and job.created_by == actor.user_id
        if job is None or job.org_id != actor.org_id or not (own or may(actor, Permission.MANAGE_JOBS)):
            raise NotFound(NOTHING_HERE)
        return job

    def list_own(self, actor: Actor, kinds: Container[str], *, lasting: timedelta) -> tuple[Job, ...]:
        """One's own of these kinds, newest first, as far back as `lasting`. Raises NotPermitted.

        They are found among the newest 500 of the organisation.
        """
        authorise(actor, Permission.OPEN_HOME)
        newest, since = self._jobs.list_newest(actor.org_id, limit=MOST_SEARCHED), self._clock.now() - lasting
        own = (job for job in newest if job.created_by == actor.user_id and job.created_at > since)
        return tuple(job for job in own if job.kind in kinds)[:MOST_SHOWN]

    def require_room(self, actor: Actor, kind: JobType, what: str) -> None:
        """Raises Conflict if the caller or the organisation has too many open jobs of this kind; `what` names them.

        They are counted among the newest 500 of the organisation.
        """
        newest = self._jobs.list_newest(actor.org_id, limit=MOST_SEARCHED)
        makers = [job.created_by for job in newest if job.open and job.kind == kind.name]
        if makers.count(actor.user_id) >= MOST_OPEN_OWN:
            raise Conflict(f"You have {MOST_OPEN_OWN} {what} under way. Wait for one of them.")
        if len(makers) >= MOST_OPEN:
            raise Conflict(f"Your organisation has {MOST_OPEN} {what} in progress. Try again when one has finished.")

    def retry(self, actor: Actor, job_id: str) -> Job:
        """Queue a failed job anew, with all its attempts; one that is under way already is left alone.

        Raises NotFound, NotPermitted; Conflict for one that is done.
        """
        before = self.get(actor, job_id)
        authorise_owned(actor, Permission.RETRY_OWN_JOBS, before, owner_id=before.created_by)
        if before.state is JobState.DONE:
            raise Conflict("This job is done. Ask for a new one.")
        if before.state is not JobState.FAILED:
            return before
        after = before.again(self._clock.now())
        details = {"kind": before.kind, "error": before.error}
        try:
            with self._store.begin() as unit:
                self._jobs.update(unit, before, after)
                self._audit.record(unit, actor, JobAction.RETRIED, entity=("job", job_id), details=details)
                unit.after_commit(partial(self.announce, after))
        except LeaseLost:  # the other click was quicker
            return self.get(actor, job_id)
        return after

    def failed(self, actor: Actor) -> tuple[Job, ...]:
        """The organisation's that failed and wait for a hand, newest first. Raises NotPermitted."""
        authorise(actor, Permission.READ_HEALTH)
        return self._jobs.list_failed(actor.org_id, limit=MOST_SHOWN)

    def overview(self, actor: Actor) -> Overview:
        """How background work is. Raises NotPermitted, Unavailable."""
        authorise(actor, Permission.READ_HEALTH)
        org_id, queues = actor.org_id, [partial(self._state, name) for name in BY_NAME]
        recent, failed, workers, *states = together(
            partial(self._jobs.list_newest, org_id, limit=MOST_SHOWN),
            partial(self._jobs.list_failed, org_id, limit=MOST_SHOWN),
            self._jobs.workers,
            *queues,
        )
        seen, now = next(iter(workers), None), self._clock.now()
        return Overview(
            queues=tuple(states),
            worker=seen,
            working=seen is not None and now - seen.seen_at < ALIVE,
            running=tuple(job for job in recent if job.open),
            failed=failed,
            recent=recent,
            looked_at=now,
        )

    def _state(self, name: str) -> QueueState:
        try:
            return QueueState(name, self._queues.depth(BY_NAME[name]))
        except AppError as error:
            return QueueState(name, None, str(error))

"""Background work: one row per job. The row is the truth; a queue's message only says "look at job X"."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol, Self
from zlib import crc32

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from data.config.resources import DOCUMENTS
from data.core.errors import Conflict
from data.core.models import Moment, Record, Whole
from data.core.permissions import Actor, Scope
from data.jobs.table import JOBS

KEPT: Final = timedelta(days=dict(DOCUMENTS.expiring)["exports/"])  # how long a result file exists
SHARDS: Final = ("0", "1", "2", "3")
MOST_ATTEMPTS: Final = 4
PAUSES: Final = (10, 60, 300)  # seconds before the second, third and fourth attempt
LOST_AFTER: Final = timedelta(seconds=20)  # a message that brought nobody by then is sent again
LOST_AGAIN_AFTER: Final = timedelta(seconds=60)


class JobState(StrEnum):
    """queued → running → done | failed;   running → queued for another attempt;   failed → queued by hand"""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Progress(BaseModel):
    """How far it is; `total` is None where nobody knows.

    `noted`: the object in which the handler says what it did so far. It counts because it is named here, where only
    who holds the lease can write; by it the next attempt goes on.
    """

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)

    done: Whole = 0
    total: Whole | None = None
    words: str = ""
    noted: str = ""


class LeaseLost(Conflict):
    """Somebody else has taken this job over; what we still do of it counts for nothing."""


class Job(Record):
    """`error` is for the person: why the last attempt failed. `dueAt`: when somebody should look at it again.

    `scopes`: those of the token with which it was asked for; the worker may no more.
    """

    stored_key: ClassVar = JOBS.key

    job_id: str
    kind: str
    queue: str
    state: JobState = JobState.QUEUED
    attempts: Whole = 0
    input: Mapping[str, Any] = Field(default_factory=dict)
    result: Mapping[str, Any] | None = None
    error: str | None = None
    progress: Progress = Progress()
    created_by: str
    scopes: tuple[Scope, ...] = (Scope.ALL,)
    correlation_id: str = ""
    lease_owner: str | None = None
    lease_until: Moment | None = None
    not_before: Moment | None = None
    finished_at: Moment | None = None
    shard: str | None = None
    due_at: Moment | None = None

    @property
    def id(self) -> str:
        return self.job_id

    @property
    def open(self) -> bool:
        """Whether there is still something to be done that no hand need begin."""
        return self.state in {JobState.QUEUED, JobState.RUNNING}

    def free(self, at: datetime) -> bool:
        """Whether a worker may take it: it waits and its pause is over, or its last worker has let it lie."""
        if self.state is JobState.RUNNING:
            return self.lease_until is None or self.lease_until <= at
        return self.state is JobState.QUEUED and (self.not_before is None or self.not_before <= at)

    def taken(self, owner: str, at: datetime, lease: timedelta) -> Self:
        """One attempt more, by `owner`, as long as its lease lasts."""
        return self.succeeded(
            at,
            state=JobState.RUNNING,
            attempts=self.attempts + 1,
            lease_owner=owner,
            lease_until=at + lease,
            due_at=at + lease,
            not_before=None,
        )

    def done(self, result: Mapping[str, Any], progress: Progress, at: datetime) -> Self:
        return self._released(
            at, state=JobState.DONE, result=result, error=None, progress=progress, finished_at=at, shard=None
        )

    def stumbled(self, error: str, at: datetime, *, for_good: bool) -> Self:
        """After a failed attempt: put off for another, or failed when there were enough or it would end the same."""
        if for_good or self.attempts >= MOST_ATTEMPTS:
            resting = failed_of(self.org_id)
            return self._released(at, state=JobState.FAILED, error=error, finished_at=at, shard=resting, due_at=at)
        later = at + timedelta(seconds=PAUSES[max(self.attempts, 1) - 1])
        return self._released(at, state=JobState.QUEUED, error=error, not_before=later, due_at=later)

    def again(self, at: datetime) -> Self:
        """Queued anew by hand, with all its attempts."""
        return self._released(
            at,
            state=JobState.QUEUED,
            attempts=0,
            error=None,
            progress=Progress(noted=self.progress.noted),
            shard=shard_of(self.job_id),
            due_at=at + LOST_AFTER,
        )

    def _released(self, at: datetime, **changes: Any) -> Self:
        bare = {"lease_owner": None, "lease_until": None, "not_before": None, "finished_at": None, "due_at": None}
        return self.succeeded(at, **bare | changes)


class Report(Protocol):
    """By which a handler says how far it is. Raises LeaseLost where it should stop.

    With `noted` it returns only when that is stored, and so the handler's work up to there counts.
    """

    def __call__(self, done: int, total: int | None = None, words: str = "", *, noted: str = "") -> None: ...


class Handler(Protocol):
    """Does the work of one kind; its result is kept on the row. May be called again for a job that it did before."""

    def __call__(self, job: Job, report: Report) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """A worker process, as it last said it is there."""

    worker_id: str
    host: str
    pid: int
    version: str
    started_at: datetime
    seen_at: datetime
    busy: int


def shard_of(job_id: str) -> str:
    return SHARDS[crc32(job_id.encode()) % len(SHARDS)]


def failed_of(org_id: str) -> str:
    """The shard in which an organisation's failed jobs lie until somebody retries them."""
    return f"failed#{org_id}"


ActorForJob = Callable[[Job], Actor]  # raises NotPermitted if the user who requested the job is no longer active


@dataclass(frozen=True, slots=True)
class FileLink:
    """What is in a file. `url` records a download and signs an address that works for some minutes."""

    url: Callable[[], str]
    file_name: str
    rows: int
    unreadable: int

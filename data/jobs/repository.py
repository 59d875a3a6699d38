"""Read and write jobs. Each write has a condition on the lease or on the version of the job."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from data.aws.conditions import absent, absent_or, at_version, holds, present
from data.aws.dynamodb import Dynamo
from data.aws.tables import Index, Item, Write, change, create
from data.core.clock import iso
from data.core.errors import AlreadyThere
from data.core.models import read, whole
from data.jobs.models import SHARDS, Job, LeaseLost, Progress, WorkerSeen, failed_of
from data.jobs.table import BY_DUE, BY_ORG, JOBS, WORKERS, worker_key
from data.storage.single_table import API_DASHBOARD, ITEMS
from data.storage.unit_of_work import UnitOfWork

FORGOTTEN: Final = timedelta(days=1)  # a worker that was not seen for so long
MOST_DUE: Final = 25  # of a shard in one sweep
LOST: Final = "Somebody else works on this job now."


class JobRepository:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def find(self, job_id: str) -> Job | None:
        """As it is now. Raises Defect for an item that cannot be read."""
        item = self._dynamo.get(JOBS, {"jobId": job_id}, consistent=True)
        return whole(Job, item) if item else None

    def list_newest(self, org_id: str, *, limit: int) -> tuple[Job, ...]:
        """An organisation's, newest first."""
        return self._list(BY_ORG, org_id, limit)

    def list_failed(self, org_id: str, *, limit: int) -> tuple[Job, ...]:
        """An organisation's that failed and wait for a hand, newest failure first."""
        return self._list(BY_DUE, failed_of(org_id), limit)

    def due(self, at: datetime) -> Iterator[Job]:
        """Open jobs of all organisations at which somebody should look by now. For the sweeper alone."""
        for shard in SHARDS:
            found = self._dynamo.query(JOBS, BY_DUE, shard, limit=MOST_DUE, newest_first=False)
            for item in found.items:
                job = read(Job, item)
                if isinstance(job, Job) and job.due_at and job.due_at <= at:
                    yield job

    def insert(self, unit: UnitOfWork, job: Job) -> None:
        """The commit raises AlreadyThere if a job has this ID."""
        there = AlreadyThere("This was asked for already.")
        unit.add(create(JOBS, job.to_item(), when=absent(JOBS), otherwise=there))

    def update(self, unit: UnitOfWork, before: Job, after: Job) -> None:
        """The commit raises LeaseLost if a worker took, finished or extended the job since `before` was read."""
        unit.add(_replacement(before, after))

    def take(self, before: Job, after: Job) -> None:
        """Store the job with a new lease. Raises LeaseLost as `update`."""
        self._dynamo.commit([_replacement(before, after)])

    def release(self, held: Job, after: Job) -> None:
        """Store the end of an attempt, whatever its own reports wrote since. Raises LeaseLost."""
        self._change_held(held, after.changes_since(held))

    def extend_lease(self, held: Job, until: datetime) -> None:
        """Raises LeaseLost."""
        self._change_held(held, {"leaseUntil": iso(until), "dueAt": iso(until)})

    def store_progress(self, held: Job, progress: Progress, at: datetime) -> None:
        """Raises LeaseLost."""
        values = progress.model_dump(by_alias=True, exclude_none=True)
        self._change_held(held, {"progress": values, "updatedAt": iso(at)})

    def postpone(self, job: Job, until: datetime) -> None:
        """Claim the sending of a message, so that no other sweeper sends it. Raises LeaseLost."""
        self._dynamo.commit([_changed(job, {"dueAt": iso(until)}, holds("dueAt", _text(job.due_at)))])

    def seen(self, worker: WorkerSeen) -> None:
        """Note that a worker is there."""
        values = {
            "host": worker.host,
            "pid": worker.pid,
            "appVersion": worker.version,
            "createdAt": iso(worker.started_at),
            "updatedAt": iso(worker.seen_at),
            "busy": worker.busy,
            "ttl": int((worker.seen_at + FORGOTTEN).timestamp()),
        }
        whoever = absent_or(API_DASHBOARD, present(API_DASHBOARD))  # nobody else writes under this id
        there = AlreadyThere("There is such a worker.")
        key = worker_key(worker.worker_id)
        self._dynamo.commit([change(API_DASHBOARD, key, values, when=whoever, otherwise=there)])

    def workers(self) -> tuple[WorkerSeen, ...]:
        """Those of the last day, the one seen last first."""
        found = self._dynamo.query(API_DASHBOARD, ITEMS, WORKERS, consistent=True)
        workers = [
            WorkerSeen(
                worker_id=item["SK"],
                host=item["host"],
                pid=int(item["pid"]),
                version=item["appVersion"],
                started_at=datetime.fromisoformat(item["createdAt"]),
                seen_at=datetime.fromisoformat(item["updatedAt"]),
                busy=int(item["busy"]),
            )
            for item in found.items
        ]
        return tuple(sorted(workers, key=lambda worker: worker.seen_at, reverse=True))

    def _list(self, index: Index, partition: str, limit: int) -> tuple[Job, ...]:
        rows = (read(Job, item) for item in self._dynamo.query(JOBS, index, partition, limit=limit).items)
        return tuple(row for row in rows if isinstance(row, Job))

    def _change_held(self, held: Job, values: Item) -> None:
        self._dynamo.commit([_changed(held, values, holds("leaseOwner", held.lease_owner))])


def _replacement(before: Job, after: Job) -> Write:
    unmoved = at_version(before.version) & holds("leaseUntil", _text(before.lease_until))
    return _changed(before, after.changes_since(before), unmoved)


def _changed(job: Job, values: Item, when: Any) -> Write:
    return change(JOBS, {"jobId": job.job_id}, values, when=when, otherwise=LeaseLost(LOST))


def _text(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None

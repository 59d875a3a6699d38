"""People as a file: asked for here, made by the worker, fetched by a link that ends."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Final

from pydantic import Field

from data.audit.service import AuditService
from data.aws.s3 import URL_SECONDS, Objects
from data.clock import Clock
from data.errors import Conflict, NotFound
from data.jobs.models import Job, JobState, Kind
from data.jobs.service import JobService
from data.models import Command
from data.permissions import Actor, Permission, Role, authorise
from data.stores import DOCUMENTS, FILES_QUEUE
from data.users.models import Status, User
from data.users.repository import UserRepository

EXPORT: Final = Kind("export-users", FILES_QUEUE)
CSV: Final = "text/csv; charset=utf-8"
KEPT: Final = timedelta(days=dict(DOCUMENTS.expiring)["exports/"])
MOST_AT_ONCE: Final = 3
BUSY: Final = f"You have {MOST_AT_ONCE} exports under way. Wait for one of them."


class PeopleFilter(Command):
    """Who is meant: what is empty or None lets everybody pass. The same words mean what they mean on Users."""

    text: Annotated[str, Field(max_length=200)] = ""
    roles: tuple[Role, ...] = ()
    status: Status | None = None
    departments: tuple[str, ...] = ()
    manager_id: str | None = None
    inactive_days: Annotated[int, Field(ge=1, le=3_650)] | None = None

    def passes(self, user: User) -> bool:
        """Whether `user`, as the asker sees them, is meant, whenever they were last here."""
        return (
            (not self.roles or user.role in self.roles)
            and self.status in {None, user.status}
            and (not self.departments or user.department in self.departments)
            and self.manager_id in {None, user.manager_id}
            and user.matches(self.text)
        )


@dataclass(frozen=True, slots=True)
class ExportLink:
    """A URL that gives the file to whoever has it, for at most so many seconds; and what is in it."""

    url: str
    file_name: str
    rows: int
    unreadable: int
    seconds: int


class ExportService:
    def __init__(
        self, jobs: JobService, users: UserRepository, objects: Objects, audit: AuditService, clock: Clock
    ) -> None:
        self._jobs, self._users, self._objects, self._audit, self._clock = jobs, users, objects, audit, clock

    def request(self, actor: Actor, wanted: PeopleFilter, *, expected: int | None = None) -> Job:
        """A file of all who pass the filter when it is made. `expected`: how many that should be, for the progress.

        Raises NotPermitted; Conflict while too many of one's own are under way.
        """
        authorise(actor, Permission.EXPORT_USERS)
        if self._jobs.open_of(actor, EXPORT) >= MOST_AT_ONCE:
            raise Conflict(BUSY)
        told = wanted.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        job, write = self._jobs.requested(actor, EXPORT, {"filter": told, "expected": expected})
        noted = self._audit.record(actor, "users_exported", entity=("job", job.job_id), details=_in_words(told))
        self._users.commit(actor.org_id, [write, noted])
        self._jobs.announce(job)
        return job

    def link(self, actor: Actor, job_id: str) -> ExportLink:
        """Where to fetch what was asked for. Raises NotFound, NotPermitted; Conflict while it is not made yet."""
        authorise(actor, Permission.EXPORT_USERS)
        job = self._jobs.get(actor, job_id)
        if job.kind != EXPORT.name:
            raise NotFound("This job makes no file.")
        if job.state is not JobState.DONE or job.result is None:
            raise Conflict("This file is not made yet.")
        if job.finished_at is None or self._clock.now() - job.finished_at > KEPT:
            raise NotFound(f"Files are kept for {KEPT.days} days. Export again.")
        name = f"people-{job.finished_at:%Y-%m-%d}.csv"
        url = self._objects.url(DOCUMENTS, str(job.result["key"]), content_type=CSV, file_name=name)
        return ExportLink(url, name, int(job.result["rows"]), int(job.result["unreadable"]), URL_SECONDS)


def key_of(job: Job) -> str:
    """Where the file of an export lies: made twice, it is the same one."""
    return f"exports/{job.org_id}/{job.job_id}.csv"


def _in_words(told: dict[str, Any]) -> dict[str, str]:
    """The filter as the trail keeps it."""
    return {name: ", ".join(value) if isinstance(value, list) else str(value) for name, value in told.items()}

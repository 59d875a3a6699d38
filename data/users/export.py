"""People as a file: asked for here, made by the worker, fetched by a link made at the click."""

from typing import Annotated, Any, Final

from pydantic import Field

from data.audit.service import AuditService
from data.aws.s3 import Objects
from data.config.resources import DOCUMENTS, FILES_QUEUE
from data.core.errors import Conflict
from data.core.models import Command
from data.core.permissions import Actor, Permission, Role, authorise, authorise_users_file
from data.domain import JobType
from data.jobs.models import FileLink, Job
from data.jobs.result_files import JobFiles
from data.jobs.service import JobService
from data.users.actions import UserAction
from data.users.directory import UserDirectory
from data.users.filters import Sought
from data.users.models import Status, User
from data.users.repository import UserRepository
from data.users.segments import PeopleKind

EXPORT: Final = JobType(
    name="export-users",
    queue=FILES_QUEUE,
    label="Export of people",
    permission=Permission.EXPORT_USERS,
    files="/files/people/",
)
IDS: Final = "text/plain; charset=utf-8"
LOADING: Final = "Not everybody is loaded yet. Try again in a moment."


class PeopleFilter(Command):
    """Who is meant: what is empty or None lets everybody pass. The same words mean what they mean on Users."""

    text: Annotated[str, Field(max_length=200)] = ""
    roles: tuple[Role, ...] = ()
    status: Status | None = None
    departments: tuple[str, ...] = ()
    manager_id: str | None = None
    inactive_days: Annotated[int, Field(ge=1, le=3_650)] | None = None
    kind: PeopleKind | None = None
    below: str | None = None

    @property
    def frozen(self) -> bool:
        """Whether who is meant is found among all at once, so that it is settled when it is asked for."""
        return self.kind is not None or self.below is not None

    def sought(self) -> Sought:
        """The same, as it is looked for on Users."""
        return Sought(
            text=self.text,
            roles=frozenset(self.roles),
            statuses=frozenset({self.status} if self.status else ()),
            departments=frozenset(self.departments),
            manager_id=self.manager_id,
            inactive_days=self.inactive_days,
            kind=self.kind,
            below=self.below,
        )

    def passes(self, user: User) -> bool:
        """Whether `user`, as the asker sees them, is meant, whenever they were last here and of whatever kind."""
        return (
            (not self.roles or user.role in self.roles)
            and self.status in {None, user.status}
            and (not self.departments or user.department in self.departments)
            and self.manager_id in {None, user.manager_id}
            and user.matches(self.text)
        )


class ExportService:
    def __init__(  # noqa: PLR0917 - wired once
        self,
        jobs: JobService,
        users: UserRepository,
        directory: UserDirectory,
        objects: Objects,
        audit: AuditService,
        files: JobFiles,
    ) -> None:
        self._jobs, self._users, self._directory = jobs, users, directory
        self._objects, self._audit, self._files = objects, audit, files

    def request(self, actor: Actor, wanted: PeopleFilter, *, expected: int | None = None) -> Job:
        """A file of all who pass the filter when it is made, or where it is frozen, of those who pass it now.

        `expected`: how many that should be, for the progress. Raises NotPermitted; Conflict while too many of one's
        own are under way, or those of a kind are not known yet.
        """
        authorise(actor, Permission.EXPORT_USERS)
        self._jobs.require_room(actor, EXPORT, "exports")
        chosen = self._chosen(actor, wanted) if wanted.frozen else None
        told = wanted.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        job, write = self._jobs.requested(actor, EXPORT, {"filter": told, "expected": expected})
        noted = self._audit.record(actor, UserAction.EXPORTED, entity=("job", job.job_id), details=_in_words(told))
        if chosen is not None:
            self._objects.put(DOCUMENTS, ids_key_of(job), "\n".join(chosen).encode(), content_type=IDS)
        self._users.commit(actor.org_id, [write, noted])
        self._jobs.announce(job)
        return job

    def link(self, actor: Actor, job_id: str) -> FileLink:
        """Where to fetch what was asked for. Raises NotFound, NotPermitted; Conflict while it is not made yet."""
        authorise_users_file(actor)
        return self._files.link(actor, job_id, EXPORT, "people")

    def _chosen(self, actor: Actor, wanted: PeopleFilter) -> tuple[str, ...]:
        found = self._directory.matching(actor, wanted.sought())
        if found is None:
            raise Conflict(LOADING)
        return found


def key_of(job: Job) -> str:
    """Where the file of an export lies: made twice, it is the same one."""
    return f"exports/{job.org_id}/{job.job_id}.csv"


def ids_key_of(job: Job) -> str:
    """Where the ids lie that were chosen for it, one a line."""
    return f"exports/{job.org_id}/{job.job_id}.ids"


def _in_words(told: dict[str, Any]) -> dict[str, str]:
    """The filter as the trail keeps it."""
    return {name: ", ".join(value) if isinstance(value, list) else str(value) for name, value in told.items()}

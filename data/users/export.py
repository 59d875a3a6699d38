"""People as a file: asked for here, made by the worker, fetched by a link made at the click."""

from typing import Any, Final

from data.audit.service import AuditService
from data.aws.s3 import Objects
from data.config.resources import DOCUMENTS, FILES_QUEUE
from data.core.errors import Conflict
from data.core.permissions import Actor, Permission, authorise, authorise_users_file
from data.domain import JobType
from data.jobs.models import FileLink, Job
from data.jobs.result_files import JobFiles
from data.jobs.service import JobService
from data.storage.unit_of_work import Store
from data.users.actions import UserAction
from data.users.directory import UserDirectory
from data.users.filters import UserFilter

EXPORT: Final = JobType(
    name="export-users",
    queue=FILES_QUEUE,
    label="Export of people",
    permission=Permission.EXPORT_USERS,
    files="/files/people/",
)
IDS: Final = "text/plain; charset=utf-8"
LOADING: Final = "Not everybody is loaded yet. Try again in a moment."


class ExportService:
    def __init__(  # noqa: PLR0917 - wired once
        self,
        jobs: JobService,
        store: Store,
        directory: UserDirectory,
        objects: Objects,
        audit: AuditService,
        files: JobFiles,
    ) -> None:
        self._jobs, self._store, self._directory = jobs, store, directory
        self._objects, self._audit, self._files = objects, audit, files

    def request(self, actor: Actor, wanted: UserFilter, *, expected: int | None = None) -> Job:
        """Have a file made of all users that match when it is made; with `kind` or `below`, of those that match now.

        `expected`: how many users that should be, for the progress. Raises NotPermitted; Conflict while the actor has
        too many open exports, or while not all users are loaded.
        """
        authorise(actor, Permission.EXPORT_USERS)
        self._jobs.require_room(actor, EXPORT, "exports")
        chosen = self._chosen(actor, wanted) if wanted.needs_projection else None
        told = wanted.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        with self._store.begin() as unit:
            job = self._jobs.enqueue(unit, actor, EXPORT, {"filter": told, "expected": expected})
            self._audit.record(unit, actor, UserAction.EXPORTED, entity=("job", job.job_id), details=_in_words(told))
            if chosen is not None:
                self._objects.put(DOCUMENTS, ids_key_of(job), "\n".join(chosen).encode(), content_type=IDS)
        return job

    def link(self, actor: Actor, job_id: str) -> FileLink:
        """Where to fetch what was asked for. Raises NotFound, NotPermitted; Conflict while it is not made yet."""
        authorise_users_file(actor)
        return self._files.link(actor, job_id, EXPORT, "people")

    def _chosen(self, actor: Actor, wanted: UserFilter) -> tuple[str, ...]:
        found = self._directory.matching(actor, wanted)
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

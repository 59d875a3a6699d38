"""Files that the worker makes for a user: how long they are kept, and the link to one, which is recorded.

The result of such a job is {"key": where it lies, "rows": how many it has, "unreadable": how many are missing}.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

from data.audit.models import EntityType
from data.audit.service import AuditService
from data.aws.s3 import Objects
from data.config.resources import DOCUMENTS
from data.core.clock import Clock
from data.core.errors import Conflict, NotFound
from data.core.permissions import Actor
from data.domain import JobType
from data.jobs.actions import JobAction
from data.jobs.models import KEPT, FileLink, JobState
from data.jobs.service import JobService

CONTENT_TYPES: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class Download:
    """A file that a user may fetch. `kind`: its name in addresses; `entity`: the job or batch that it comes from."""

    kind: str
    entity: tuple[EntityType, str]
    key: str
    file_name: str
    content_type: str
    rows: int


class JobFiles:
    def __init__(self, jobs: JobService, objects: Objects, audit: AuditService, clock: Clock) -> None:
        self._jobs, self._objects, self._audit, self._clock = jobs, objects, audit, clock

    def link(self, actor: Actor, job_id: str, kind: JobType, stem: str) -> FileLink:
        """What a job of this kind has made, and where to fetch it; the file's name begins with `stem`.

        The caller has authorised it. Raises NotFound, NotPermitted; Conflict while it is not made yet.
        """
        job = self._jobs.get(actor, job_id)
        if job.kind != kind.name:
            raise NotFound("This job makes no file.")
        if job.state is not JobState.DONE or job.result is None:
            raise Conflict("This file is not made yet.")
        if job.finished_at is None or self._clock.now() - job.finished_at > KEPT:
            raise NotFound(f"Files are kept for {KEPT.days} days. Export again.")
        key, rows = str(job.result["key"]), int(job.result["rows"])
        ending = key.rpartition(".")[2]
        name = f"{stem}-{job.finished_at:%Y-%m-%d}.{ending}"
        made = Download(stem, ("job", job_id), key, name, CONTENT_TYPES[ending], rows)
        return FileLink(partial(self.url, actor, made), name, rows, int(job.result["unreadable"]))

    def url(self, actor: Actor, file: Download) -> str:
        """Record that `actor` downloads `file`, then sign an address that gives it to its holder for some minutes.

        The caller has authorised it. Raises what recording raises; then there is no address.
        """
        details = {"kind": file.kind, "fileName": file.file_name, "rows": file.rows}
        self._audit.log(actor, JobAction.FILE_DOWNLOADED, entity=file.entity, details=details)
        return self._objects.url(DOCUMENTS, file.key, content_type=file.content_type, file_name=file.file_name)

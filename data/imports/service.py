"""Files of people: sent by the browser straight to the store, looked into by the worker, applied as a batch."""

import re
from contextlib import suppress
from datetime import timedelta
from typing import Final

from data.audit.service import AuditService
from data.aws.s3 import Objects
from data.config.resources import DOCUMENTS, FILES_QUEUE
from data.core.clock import Clock
from data.core.errors import AlreadyThere, NotFound
from data.core.identifiers import Identifiers
from data.core.permissions import NOTHING_HERE, Actor, Permission, authorise
from data.core.text import shown
from data.domain import JobType
from data.imports.actions import ImportAction
from data.imports.models import CSV_TYPE, Import, NewFile, Upload
from data.jobs.models import Job
from data.jobs.result_files import Download, JobFiles
from data.jobs.service import JobService
from data.storage.unit_of_work import Store

IMPORT: Final = JobType(
    name="plan-import",
    queue=FILES_QUEUE,
    label="Dry run of an import",
    icon="upload_file",
    permission=Permission.CREATE_USERS,
    page="import?id=",
    title_from="fileName",
)
IDS: Final = re.compile(r"[0-9a-f-]{36}")
KEPT: Final = timedelta(days=dict(DOCUMENTS.expiring)["exports/"])
MOST_NAME: Final = 120


class ImportService:
    def __init__(  # noqa: PLR0917 - wired once, in bootstrap
        self,
        store: Store,
        jobs: JobService,
        objects: Objects,
        audit: AuditService,
        files: JobFiles,
        clock: Clock,
        identifiers: Identifiers,
    ) -> None:
        self._store, self._jobs, self._objects, self._audit, self._files = store, jobs, objects, audit, files
        self._clock, self._identifiers = clock, identifiers

    def upload(self, actor: Actor, file: NewFile) -> Upload:
        """Where a browser sends a file of just this size. It is kept for a day. Raises NotPermitted."""
        authorise(actor, Permission.CREATE_USERS)
        upload_id = self._identifiers.new()
        form = self._objects.form(
            DOCUMENTS,
            file_key(actor.org_id, upload_id),
            content_type=CSV_TYPE,
            least_bytes=file.size,
            most_bytes=file.size,
        )
        return Upload(upload_id, form.url, form.fields, form.expires_at)

    def request(self, actor: Actor, upload_id: str, file_name: str) -> Job:
        """Have the worker look into a file that was sent; nobody is changed yet. Asked twice, it is one job.

        Raises NotPermitted; NotFound if no file arrived; Conflict while too many imports are in progress.
        """
        authorise(actor, Permission.CREATE_USERS)
        if not IDS.fullmatch(upload_id) or self._objects.find(DOCUMENTS, file_key(actor.org_id, upload_id)) is None:
            raise NotFound("The file is not there: it did not arrive, or a day has passed. Choose it again.")
        self._jobs.require_room(actor, IMPORT, "imports")
        name = _shown(file_name)
        with suppress(AlreadyThere), self._store.begin() as unit:  # requested twice, it is one job
            self._jobs.enqueue(unit, actor, IMPORT, {"fileName": name}, job_id=upload_id)
            self._audit.record(unit, actor, ImportAction.CHECKED, entity=("job", upload_id), details={"fileName": name})
        return self._jobs.get(actor, upload_id)

    def get(self, actor: Actor, job_id: str) -> Import:
        """One's own import as it is now; those who manage jobs see all of their organisation. Raises NotFound."""
        authorise(actor, Permission.CREATE_USERS)
        job = self._jobs.get(actor, job_id)
        if job.kind != IMPORT.name:
            raise NotFound(NOTHING_HERE)
        if job.finished_at is not None and self._clock.now() - job.finished_at > KEPT:
            raise NotFound(f"What was found in a file is kept for {KEPT.days} days. Import it again.")
        return Import.of(job)

    def rejected(self, actor: Actor, job_id: str) -> str:
        """A URL of the lines that were rejected, with the reasons, as CSV; the download is recorded.

        Raises NotFound where there are none.
        """
        found = self.get(actor, job_id)
        if found.finding is None or found.finding.batch_id is None or not found.finding.reject:
            raise NotFound("No line of this file was rejected.")
        key, name = rejected_key(actor.org_id, found.finding.batch_id), f"rejected-{found.job.created_at:%Y-%m-%d}.csv"
        lines = Download("rejected", ("job", job_id), key, name, f"{CSV_TYPE}; charset=utf-8", found.finding.reject)
        return self._files.url(actor, lines)


def file_key(org_id: str, upload_id: str) -> str:
    """Where a file that was sent lies, for a day."""
    return f"incoming/{org_id}/{upload_id}.csv"


def rejected_key(org_id: str, batch_id: str) -> str:
    """Where the rejected lines lie, beside the plan."""
    return f"exports/{org_id}/{batch_id}/rejected.csv"


def _shown(file_name: str) -> str:
    """The name of a file as people read it."""
    return shown(file_name)[:MOST_NAME].strip() or "people.csv"

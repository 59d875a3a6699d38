"""The rules of evidence: an admin has the trail verified, or made into a file; the worker does it."""

from typing import Any

from data.audit.filters import AuditFilter
from data.audit.service import AuditService
from data.audit_reports.actions import ReportAction
from data.audit_reports.models import EXPORT, VERIFY, Asked, Format, Standing
from data.audit_reports.repository import EvidenceRepository
from data.core.clock import Clock
from data.core.errors import AlreadyThere
from data.core.permissions import Actor, Permission, authorise
from data.jobs.models import FileLink, Job, JobState
from data.jobs.result_files import JobFiles
from data.jobs.service import JobService
from data.storage.unit_of_work import Store


class EvidenceService:
    def __init__(  # noqa: PLR0917 - wired once
        self,
        evidence: EvidenceRepository,
        store: Store,
        jobs: JobService,
        audit: AuditService,
        files: JobFiles,
        clock: Clock,
    ) -> None:
        self._evidence, self._store, self._jobs = evidence, store, jobs
        self._audit, self._files, self._clock = audit, files, clock

    def verify(self, actor: Actor) -> Job:
        """Have the organisation's trail verified; the one under way, if there is one. Raises NotPermitted."""
        authorise(actor, Permission.READ_AUDIT)
        known = self._evidence.find(actor.org_id)
        last = self._jobs.get(actor, known.job_id) if known else None
        if last and last.open:
            return last
        ended = last.job_id if last and last.state is JobState.DONE else known.before if known else ""
        try:
            with self._store.begin() as unit:
                job = self._jobs.enqueue(unit, actor, VERIFY, {})
                self._evidence.update(unit, actor.org_id, known, Asked(job.job_id, ended), self._clock.now())
                self._audit.record(unit, actor, ReportAction.VERIFIED, entity=("job", job.job_id))
        except AlreadyThere:  # another click was quicker
            return self.standing(actor).latest or job
        return job

    def standing(self, actor: Actor) -> Standing:
        """What was verified last, and what is under way. Raises NotPermitted."""
        authorise(actor, Permission.READ_AUDIT)
        known = self._evidence.find(actor.org_id)
        if known is None:
            return Standing()
        latest = self._jobs.get(actor, known.job_id)
        if latest.state is JobState.DONE:
            return Standing(latest, latest)
        return Standing(latest, self._jobs.get(actor, known.before) if known.before else None)

    def export(self, actor: Actor, wanted: AuditFilter, form: Format) -> Job:
        """A file of all records that are wanted, newest first.

        Raises NotPermitted; Conflict while too many of one's own are under way.
        """
        authorise(actor, Permission.READ_AUDIT)
        self._jobs.require_room(actor, EXPORT, "exports")
        told = wanted.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        details: dict[str, Any] = {"format": form.value, **told}
        with self._store.begin() as unit:
            job = self._jobs.enqueue(unit, actor, EXPORT, {"wanted": told, "format": form.value})
            self._audit.record(unit, actor, ReportAction.EXPORTED, entity=("job", job.job_id), details=details)
        return job

    def link(self, actor: Actor, job_id: str) -> FileLink:
        """Where to fetch what was asked for. Raises NotFound, NotPermitted; Conflict while it is not made yet."""
        authorise(actor, Permission.READ_AUDIT)
        return self._files.link(actor, job_id, EXPORT, "audit")

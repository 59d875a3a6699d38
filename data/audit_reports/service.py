"""The rules of evidence: an admin has the trail verified, or made into a file; the worker does it."""

from typing import Any

from data.audit.filters import Wanted
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


class EvidenceService:
    def __init__(
        self, evidence: EvidenceRepository, jobs: JobService, audit: AuditService, files: JobFiles, clock: Clock
    ) -> None:
        self._evidence, self._jobs, self._audit, self._files, self._clock = evidence, jobs, audit, files, clock

    def verify(self, actor: Actor) -> Job:
        """Have the organisation's trail verified; the one under way, if there is one. Raises NotPermitted."""
        authorise(actor, Permission.READ_AUDIT)
        known = self._evidence.find(actor.org_id)
        last = self._jobs.get(actor, known.job_id) if known else None
        if last and last.open:
            return last
        job, write = self._jobs.requested(actor, VERIFY, {})
        ended = last.job_id if last and last.state is JobState.DONE else known.before if known else ""
        pointed = self._evidence.asked(actor.org_id, known, Asked(job.job_id, ended), self._clock.now())
        noted = self._audit.record(actor, ReportAction.VERIFIED, entity=("job", job.job_id))
        try:
            self._evidence.commit([pointed, write, noted])
        except AlreadyThere:  # another click was quicker
            return self.standing(actor).latest or job
        self._jobs.announce(job)
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

    def export(self, actor: Actor, wanted: Wanted, form: Format) -> Job:
        """A file of all records that are wanted, newest first.

        Raises NotPermitted; Conflict while too many of one's own are under way.
        """
        authorise(actor, Permission.READ_AUDIT)
        self._jobs.require_room(actor, EXPORT, "exports")
        told = wanted.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        job, write = self._jobs.requested(actor, EXPORT, {"wanted": told, "format": form.value})
        details: dict[str, Any] = {"format": form.value, **told}
        noted = self._audit.record(actor, ReportAction.EXPORTED, entity=("job", job.job_id), details=details)
        self._evidence.commit([write, noted])
        self._jobs.announce(job)
        return job

    def link(self, actor: Actor, job_id: str) -> FileLink:
        """Where to fetch what was asked for. Raises NotFound, NotPermitted; Conflict while it is not made yet."""
        authorise(actor, Permission.READ_AUDIT)
        return self._files.link(actor, job_id, EXPORT, "audit")

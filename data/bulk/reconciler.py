"""What a job did of its plan, as the trail has it: the answer when nobody lived to note it, or two did the same."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from data.audit.service import AuditService
from data.bulk.models import Act, AppliedRow, Outcome, PlannedRow
from data.core.concurrency import together
from data.core.models import Unreadable
from data.jobs.models import Job
from data.users.change_preview import ChangePreview

SKEW: Final = timedelta(minutes=5)  # by which the clocks of two machines may differ
CAME_TO: Final = {Act.CREATE: Outcome.CREATED, Act.CHANGE: Outcome.CHANGED}


class Settling:
    def __init__(self, foresight: ChangePreview, audit: AuditService) -> None:
        self._foresight, self._audit = foresight, audit

    def done(self, job: Job, rows: Sequence[PlannedRow]) -> dict[int, AppliedRow]:
        """Those of these rows that the job has done, by number.

        Somebody may have changed the person again since, so how they are now does not say.
        """
        people = self._foresight.people(job.org_id, [row.user_id for row in rows])
        versions = {user_id: each.version for user_id, each in people.items() if not isinstance(each, Unreadable)}
        moved = [row for row in rows if row.user_id in versions and versions[row.user_id] != row.version]
        left = together(*(partial(self.left, job, row.user_id) for row in moved))
        found = {row.number: (row, version) for row, version in zip(moved, left, strict=True) if version is not None}
        return {number: AppliedRow.of(row, CAME_TO[row.act], version=at) for number, (row, at) in found.items()}

    def left(self, job: Job, user_id: str) -> int | None:
        """The version of the person that this job left; None where it did nothing to them."""
        since, mine = job.created_at - SKEW, ("job", job.created_by, mark_of(job))
        for record in self._audit.walk_of_entity(job.org_id, user_id, since=since):
            if (record.via, record.user_id, record.correlation_id) == mine:
                return int((record.after or {}).get("version", 0))
        return None


def attempt_of(job: Job) -> str:
    """What the objects of this attempt are told apart by: each has taken another version of the job's row."""
    return str(job.version)


def mark_of(job: Job) -> str:
    """By which the trail tells what was done for this job."""
    return job.correlation_id or job.job_id

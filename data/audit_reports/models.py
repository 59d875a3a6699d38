"""The audit trail as evidence: held against its chains, and as files."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from data.audit.models import Verdict
from data.config.resources import FILES_QUEUE
from data.core.permissions import Permission
from data.domain import JobType
from data.jobs.models import Job

VERIFY: Final = JobType("verify-audit", FILES_QUEUE, label="Verification of the audit trail")
EXPORT: Final = JobType(
    name="export-audit",
    queue=FILES_QUEUE,
    label="Export of the audit trail",
    permission=Permission.READ_AUDIT,
    files="/files/audit/",
)


class Format(StrEnum):
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which verification was asked for last, and which one before it that came to an end."""

    job_id: str
    before: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an organisation's trail is verified: `latest` was asked for last, `verified` is the last that ended."""

    latest: Job | None = None
    verified: Job | None = None

    @property
    def verdict(self) -> Verdict | None:
        """Of the last that ended."""
        return Verdict.model_validate(self.verified.result) if self.verified else None

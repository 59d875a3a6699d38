"""Which verification was asked for last, read and written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from data.audit_reports.models import Asked
from data.audit_reports.table import verification_key
from data.aws.conditions import absent, holds
from data.aws.dynamodb import Dynamo
from data.aws.tables import Write, change, create
from data.core.clock import iso
from data.core.errors import AlreadyThere
from data.storage.single_table import API_DASHBOARD

ALREADY: Final = "Somebody asked for this just now."


class EvidenceRepository:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def find(self, org_id: str) -> Asked | None:
        """As it is now."""
        item = self._dynamo.get(API_DASHBOARD, verification_key(org_id), consistent=True)
        return Asked(str(item["jobId"]), str(item.get("before", "")), int(item["version"])) if item else None

    def asked(self, org_id: str, known: Asked | None, after: Asked, at: datetime) -> Write:
        """Fails with AlreadyThere if anybody asked since `known` was read."""
        key, there = verification_key(org_id), AlreadyThere(ALREADY)
        version = known.version + 1 if known else 1
        values = {
            "orgId": org_id,
            "jobId": after.job_id,
            "before": after.before,
            "updatedAt": iso(at),
            "version": version,
        }
        if known is None:
            return create(
                API_DASHBOARD, {**key, **values, "createdAt": iso(at)}, when=absent(API_DASHBOARD), otherwise=there
            )
        return change(API_DASHBOARD, key, values, when=holds("jobId", known.job_id), otherwise=there)

    def commit(self, writes: Sequence[Write]) -> None:
        self._dynamo.commit(writes)

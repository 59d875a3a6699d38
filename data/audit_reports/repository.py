"""Read and write which verification was requested last."""

from datetime import datetime
from typing import Final

from data.audit_reports.models import Asked
from data.audit_reports.table import verification_key
from data.aws.conditions import absent, holds
from data.aws.dynamodb import Dynamo
from data.aws.tables import change, create
from data.core.clock import iso
from data.core.errors import AlreadyThere
from data.storage.single_table import API_DASHBOARD
from data.storage.unit_of_work import UnitOfWork

ALREADY: Final = "Somebody asked for this just now."


class EvidenceRepository:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def find(self, org_id: str) -> Asked | None:
        """As it is now."""
        item = self._dynamo.get(API_DASHBOARD, verification_key(org_id), consistent=True)
        return Asked(str(item["jobId"]), str(item.get("before", "")), int(item["version"])) if item else None

    def update(self, unit: UnitOfWork, org_id: str, known: Asked | None, after: Asked, at: datetime) -> None:
        """The commit raises AlreadyThere if another verification was requested since `known` was read."""
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
            item = {**key, **values, "createdAt": iso(at)}
            unit.add(create(API_DASHBOARD, item, when=absent(API_DASHBOARD), otherwise=there))
        else:
            unit.add(change(API_DASHBOARD, key, values, when=holds("jobId", known.job_id), otherwise=there))

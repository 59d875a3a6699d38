"""The audit trail read, a page at a time, and the write of one record."""

from collections.abc import Mapping
from typing import Any

from data.audit.models import AuditRecord
from data.audit.table import AUDIT_LOG
from data.aws.conditions import absent
from data.aws.dynamodb import Dynamo
from data.aws.tables import Index, Slice, Write, create
from data.errors import AlreadyThere
from data.models import Unreadable, read
from data.paging import CursorSeal, Page


class AuditRepository:
    def __init__(self, dynamo: Dynamo, cursors: CursorSeal) -> None:
        self._dynamo, self._cursors = dynamo, cursors

    def list_newest(
        self, index: Index, partition: str, *, org_id: str, viewer: str, cursor: str | None, limit: int
    ) -> Page[AuditRecord]:
        """A page of one partition of one index; rows of other organisations are left out, whatever the index mixes."""
        scope = f"audit/{index.name}/{partition}/{viewer}"
        after = self._cursors.open(cursor, scope)
        found: Slice[AuditRecord | Unreadable] = self._dynamo.query(
            AUDIT_LOG, index, partition, limit=limit, after=after
        ).map(lambda item: read(AuditRecord, item))
        own = [row for row in found.items if _org_of(row) == org_id]
        return Page(
            items=tuple(row for row in own if isinstance(row, AuditRecord)),
            unreadable=tuple(row for row in own if isinstance(row, Unreadable)),
            next_cursor=self._cursors.seal(found.position, scope),
            examined=found.examined,
        )

    def added(self, item: Mapping[str, Any]) -> Write:
        return create(AUDIT_LOG, item, when=absent(AUDIT_LOG), otherwise=AlreadyThere("This was recorded already."))


def _org_of(row: AuditRecord | Unreadable) -> str:
    return row.org_id if isinstance(row, AuditRecord) else str(row.item.get("orgId", ""))

"""Read the audit trail, a page at a time, and insert records."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from data.audit.hash_chains import Chains
from data.audit.models import AuditRecord
from data.audit.table import AUDIT_LOG, BY_ORG, CHAIN, chains_key
from data.audit.verification import Verification
from data.aws.conditions import absent
from data.aws.dynamodb import Dynamo
from data.aws.tables import Index, Item, Key, Slice, create
from data.core.clock import iso
from data.core.cursors import CursorSeal
from data.core.errors import AlreadyThere
from data.core.models import Unreadable, read
from data.storage.pagination import Page
from data.storage.single_table import API_DASHBOARD, ITEMS
from data.storage.unit_of_work import UnitOfWork

PER_PAGE: Final = 500  # of what is read whole


class AuditRepository:
    def __init__(self, dynamo: Dynamo, cursors: CursorSeal, chains: Chains) -> None:
        self._dynamo, self._cursors, self._chains = dynamo, cursors, chains

    def list_newest(
        self,
        place: tuple[Index, str],
        *,
        org_id: str,
        viewer: str,
        cursor: str | None,
        limit: int,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Page[AuditRecord]:
        """A page of one partition of one index; rows of other organisations are left out, whatever the index mixes."""
        index, partition = place
        scope = f"audit/{index.name}/{partition}/{viewer}"
        after = self._cursors.open(cursor, scope)
        found: Slice[AuditRecord | Unreadable] = self._dynamo.query(
            AUDIT_LOG,
            index,
            partition,
            limit=limit,
            after=after,
            since=iso(since) if since else None,
            until=iso(until) if until else None,
        ).map(lambda item: read(AuditRecord, item))
        own = [row for row in found.items if _org_of(row) == org_id]
        return Page(
            items=tuple(row for row in own if isinstance(row, AuditRecord)),
            unreadable=tuple(row for row in own if isinstance(row, Unreadable)),
            next_cursor=self._cursors.seal(found.position, scope),
            examined=found.examined,
        )

    def verification(self, org_id: str) -> Verification:
        """Where the organisation's chains end now, to hold its records against."""
        listed = self._dynamo.get(API_DASHBOARD, chains_key(org_id), consistent=True)  # first: its chains have heads
        return Verification(self._chains.seals, self.heads(org_id), listed)

    def heads(self, org_id: str) -> dict[str, Item]:
        """The ends of all chains of an organisation as they are now, by name."""
        found: dict[str, Item] = {}
        after: Key | None = None
        while True:
            page = self._dynamo.query(
                API_DASHBOARD,
                ITEMS,
                f"ORG#{org_id}",
                limit=PER_PAGE,
                after=after,
                newest_first=False,
                since=CHAIN,
                until=f"{CHAIN}~",
                consistent=True,
            )
            found |= {str(head["SK"]): head for head in page.items}
            if (after := page.position) is None:
                return found

    def pages(self, org_id: str) -> Iterator[tuple[Item, ...]]:
        """All records of an organisation as they are stored, oldest first."""
        after: Key | None = None
        while True:
            page = self._dynamo.query(AUDIT_LOG, BY_ORG, org_id, limit=PER_PAGE, after=after, newest_first=False)
            yield page.items
            if (after := page.position) is None:
                return

    def find_stored(self, log_id: str) -> Item | None:
        """One record as it is stored now."""
        return self._dynamo.get(AUDIT_LOG, {"logId": log_id}, consistent=True)

    def insert(self, unit: UnitOfWork, item: Mapping[str, Any]) -> None:
        """Add a record. The commit seals it to the record before it."""
        there = AlreadyThere("This was recorded already.")
        unit.add(create(AUDIT_LOG, item, when=absent(AUDIT_LOG), otherwise=there))


def _org_of(row: AuditRecord | Unreadable) -> str:
    return row.org_id if isinstance(row, AuditRecord) else str(row.item.get("orgId", ""))

"""A long trail, sealed as the product seals it, and somebody who has the store but not the key."""

import os
from dataclasses import dataclass
from typing import Any

from data.audit.hash_chains import Chains
from data.audit.models import Verdict
from data.audit.table import AUDIT_LOG
from data.storage.single_table import API_DASHBOARD, ITEMS
from data.storage.unit_of_work import UnitOfWork
from tests.conftest import SECRET

MANY = int(os.environ.get("AUDIT_RECORDS", "1000"))


@dataclass
class Trail:
    """The trail of acme, by an admin of theirs."""

    world: Any
    ada: Any

    def write(self, number: int, *, thing: str = "thing") -> None:
        """So many records, in transactions of their own."""
        for index in range(number):
            with self.world.begin() as unit:
                self.record(unit, f"{thing}-{index}")

    def write_many(self, number: int) -> None:
        """The same, sealed one by one but stored by the dozen."""
        chains, stored = Chains(self.world.dynamo, SECRET.encode()), []
        for index in range(number):
            unit = UnitOfWork()
            self.record(unit, f"thing-{index}")
            chains.seal(unit.writes, stored.append)
        self.world.dynamo.put_all(AUDIT_LOG, (record.values for record, _ in stored))
        *_, (_, head) = stored
        self.world.store(API_DASHBOARD, {**self.heads()[-1], **head.values})

    def record(self, unit: UnitOfWork, thing: str) -> None:
        self.world.services.audit.record(unit, self.ada, "came", entity=("thing", thing), details={"count": 3})

    def verify(self) -> Verdict:
        return self.world.services.audit.verify(self.ada, lambda *_: None)

    def items(self) -> list[dict[str, Any]]:
        """All records, in the order of their chain."""
        found = [item for item in self.world.items(AUDIT_LOG) if "link" in item]
        return sorted(found, key=lambda item: (item["link"]["chain"], item["link"]["sequence"]))

    def heads(self) -> list[dict[str, Any]]:
        """As they are stored, oldest first."""
        partition = self.world.dynamo.query(API_DASHBOARD, ITEMS, "ORG#acme", since="CHAIN#", until="CHAIN#~")
        return sorted(partition.items, key=lambda item: item["SK"])

    def store(self, item) -> None:
        self.world.store(AUDIT_LOG, item)

    def delete(self, table, item) -> None:
        key = {name: {"S": item[name]} for name in table.key}
        self.world.clients.dynamodb.delete_item(TableName=self.world.settings.table(table.name), Key=key)


def named(verdict: Verdict) -> list[tuple[str, int | None, str]]:
    """What a verification found: what it is, where in its chain, and the id of the record."""
    return sorted((finding.flaw.value, finding.sequence, finding.log_id) for finding in verdict.findings)

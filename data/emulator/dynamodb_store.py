"""DynamoDB's items, one row each.

All of ministack's writes go through two functions; hooks there note rows, so nothing has to be read back by
kind of request. The handler runs from its first write to its commit without giving way, so no other request
ever sees what is not durable, and a transaction is one SQLite transaction.
"""
# ruff: noqa: SLF001 - the names are those of ministack

import json
import time
from typing import Any, Final

import ministack.services.dynamodb as ddb

from data.emulator.encoding import dumps, loads
from data.emulator.journal import Journal
from data.emulator.ministack_patches import around
from data.emulator.packed import encode

DATA_PLANE: Final = {
    *("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems", "GetItem", "BatchGetItem"),
    *("TransactGetItems", "Query", "Scan", "DescribeTable", "ListTables", "DescribeTimeToLive", "ListTagsOfResource"),
}
# They write past the hooks, and nothing of ours asks for them.
REFUSED: Final = {
    *("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"),
    *("ImportTable", "ExportTableToPointInTime"),
}
DEFINITIONS: Final = ("state", "dynamodb")
TOKENS: Final = "token"


def space_of(table: dict[str, Any]) -> str:
    return f"items:{table['TableArn']}"


def row_of(pk: str, sk: str) -> str:
    return json.dumps([pk, sk])


class DynamoStore:
    """Keeps the journal true to ministack's tables."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._spaces: set[str] = set()

    def install(self) -> None:
        around(ddb, "_set_item", self._set_item)
        around(ddb, "_remove_item", self._remove_item)
        around(ddb, "_items_replaced", self._items_replaced)
        around(ddb, "_txn_token_store", self._token_store)
        around(ddb, "handle_request", self._handle_request)

    def restore(self) -> dict[str, Any] | None:
        """Definitions, and the tokens of transactions; the tables hold no items yet. None at a first start."""
        text = self._journal.find(*DEFINITIONS)
        state: dict[str, Any] | None = loads(text) if text else None
        if state:
            self._spaces = {space_of(table) for table in state["tables"]._data.values()}
        for key, value in list(self._journal.read(TOKENS)):
            entry = json.loads(value)
            if time.time() - entry["completed_at"] < ddb._TXN_TOKEN_TTL:
                ddb._txn_idempotency._data[tuple(json.loads(key))] = entry
            else:
                self._journal.put(TOKENS, key, None)
        return state

    def _set_item(self, real: Any, table: Any, pk: str, sk: str, item: Any) -> Any:
        self._journal.put(space_of(table), row_of(pk, sk), encode(item))
        return real(table, pk, sk, item)

    def _remove_item(self, real: Any, table: Any, pk: str, sk: str) -> Any:
        old = real(table, pk, sk)
        if old is not None:
            self._journal.put(space_of(table), row_of(pk, sk), None)
        return old

    def _items_replaced(self, real: Any, table: Any) -> None:
        """A table was restored from a backup."""
        self._journal.empty(space_of(table))
        for pk, partition in table["items"].items():
            for sk, item in partition.items():
                self._journal.put(space_of(table), row_of(pk, sk), encode(item))
        real(table)

    def _token_store(self, real: Any, token: str, entry: Any) -> None:
        """SDKs retry a transaction with its token: forgotten over a restart, it would apply twice."""
        real(token, entry)
        self._journal.put(TOKENS, dumps([*ddb._txn_idempotency._prefix(), token]), dumps(entry))

    async def _handle_request(self, real: Any, method: str, path: str, headers: Any, *rest: Any) -> Any:
        action = headers.get("x-amz-target", "").rpartition(".")[2]
        if action in REFUSED:
            return ddb.error_response_json("ValidationException", f"{action} is not part of the embedded engine", 400)
        try:
            answer = await real(method, path, headers, *rest)
        except Exception as error:
            if self._journal.changed:  # half a change in memory, which the next request must not commit
                self._journal.fail(error)
            raise
        try:
            if action not in DATA_PLANE:
                self._note_definitions()
            self._journal.commit()
        except Exception as error:  # noqa: BLE001 - whatever it was, memory is ahead of the disk
            self._journal.fail(error)
        return answer  # which saving.py turns into an error if the journal failed

    def _note_definitions(self) -> None:
        """Table definitions, TTL, tags: ministack's state without the items, which have rows of their own."""
        tables = ddb._tables.all_values()
        held = [(table, table["items"]) for table in tables]
        try:
            for table in tables:
                table["items"] = {}
            self._journal.put(*DEFINITIONS, dumps(ddb.get_state()))
        finally:
            for table, items in held:
                table["items"] = items
        spaces = {space_of(table) for table in tables}
        for gone in self._spaces - spaces:
            self._journal.empty(gone)
        self._spaces = spaces

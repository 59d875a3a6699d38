"""A table as AWS describes it, and what is wrong with it against its declaration."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from data.aws.errors import SETUP
from data.aws.store_state import StoreState
from data.aws.tables import Index, Table

EXPIRES: Final = frozenset({"ENABLED", "ENABLING"})


@dataclass(frozen=True, slots=True)
class IndexState:
    """An index as it is; `state` is AWS's word, or MISSING for one that is declared and not there.

    `problem` says what is wrong with it; one that nobody declared has none, and is left alone.
    """

    name: str
    keys: tuple[str, ...]
    state: str = "MISSING"
    projection: str = ""
    items: int | None = None
    size: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class TableState(StoreState):
    """`expires`: the attribute by which items go by themselves; `expiry` and `stream` are AWS's words for a state."""

    status: str = ""
    keys: tuple[str, ...] = ()
    indexes: tuple[IndexState, ...] = ()
    expires: str = ""
    expiry: str = "DISABLED"
    stream: str = ""
    billing: str = ""
    encryption: str = ""
    protected: bool = False
    created_at: datetime | None = None


def state_of(table: Table, real: str, there: Mapping[str, Any], expiry: Mapping[str, Any]) -> TableState:
    """From the answers of DescribeTable and DescribeTimeToLive."""
    return _judged(table, _described(table, real, there, expiry))


def without_counts(found: TableState) -> TableState:
    """The same where indexes are not counted: the embedded engine says nothing of them but 0."""
    return replace(found, indexes=tuple(replace(index, items=None, size=None) for index in found.indexes))


def _described(table: Table, real: str, there: Mapping[str, Any], expiry: Mapping[str, Any]) -> TableState:
    sealed = there.get("SSEDescription", {})
    stream = there.get("StreamSpecification", {})
    return TableState(
        kind="table",
        name=table.name,
        real_name=real,
        items=there["ItemCount"],
        size=there["TableSizeBytes"],
        status=there["TableStatus"],
        keys=_keys(there),
        indexes=_indexes(table, there),
        expires=expiry.get("AttributeName", ""),
        expiry=expiry.get("TimeToLiveStatus", "DISABLED"),
        stream=stream.get("StreamViewType", "") if stream.get("StreamEnabled") else "",
        billing=there.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
        encryption=sealed.get("SSEType", "") if sealed.get("Status") == "ENABLED" else "",
        protected=there.get("DeletionProtectionEnabled", False),
        created_at=there.get("CreationDateTime"),
    )


def _indexes(table: Table, there: Mapping[str, Any]) -> tuple[IndexState, ...]:
    """The declared ones in their order, also those that are missing; then what others have added."""
    found = {one["IndexName"]: one for one in there.get("GlobalSecondaryIndexes", ())}
    declared = [_declared(index, found.pop(index.name or "", None)) for index in table.indexes]
    return (*declared, *map(_index, found.values()))


def _declared(index: Index, there: Mapping[str, Any] | None) -> IndexState:
    keys = (index.partition, *([index.sort] if index.sort else []))
    if there is None:
        return IndexState(str(index.name), keys, problem="missing")
    found = _index(there)
    if found.keys != keys:
        return replace(found, problem=f"keyed by {' and '.join(found.keys)}, not by {' and '.join(keys)}")
    return found if found.state == "ACTIVE" else replace(found, problem=f"{found.state.lower()}, not ready")


def _index(there: Mapping[str, Any]) -> IndexState:
    return IndexState(
        name=there["IndexName"],
        keys=_keys(there),
        state=there.get("IndexStatus", "ACTIVE"),
        projection=there.get("Projection", {}).get("ProjectionType", ""),
        items=there.get("ItemCount"),
        size=there.get("IndexSizeBytes"),
    )


def _keys(there: Mapping[str, Any]) -> tuple[str, ...]:
    ordered = sorted(there["KeySchema"], key=lambda key: key["KeyType"])  # HASH before RANGE
    return tuple(key["AttributeName"] for key in ordered)


def _judged(table: Table, found: TableState) -> TableState:
    """The same with what is wrong: against the declaration, worst first."""
    wrong = []
    if found.status != "ACTIVE":
        wrong.append(f"The table is {found.status.lower()}.")
    if found.keys != table.key:
        wrong.append(f"It is keyed by {' and '.join(found.keys)}, not by {' and '.join(table.key)}.")
    wrong += [f"Index {index.name} is {index.problem}." for index in found.indexes if index.problem]
    if table.expires and found.expiry not in EXPIRES:
        wrong.append(f"Items past their time stay: expiry by {table.expires} is off.")
    elif table.expires and found.expires != table.expires:
        wrong.append(f"Items expire by {found.expires}, not by {table.expires}.")
    return replace(found, problem=" ".join(wrong), remedy=SETUP if wrong else "")
